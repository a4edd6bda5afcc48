/** `1.2 MB`: decimal units. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toPrecision(3)} ${units[power - 1]}`;
}

export const secondsText = (seconds: number): string => (seconds < 0.01 ? `${(seconds * 1000).toFixed(1)} ms` : seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(2)} s`);

/** At most `digits` significant digits, without exponent for what people count. */
export const numberText = (value: number, digits = 9): string => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits))));

/** The decimal place that an error is stated to: that of its second digit, of a small integer its last. */
const placeOf = (error: number): number => (error === 0 || (Number.isInteger(error) && error < 100) ? 0 : Math.floor(Math.log10(error)) - 1);

const grouped = (value: number, place: number): string => {
  const decimals = Math.min(20, Math.max(0, -place));
  return new Intl.NumberFormat('en-GB', { minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay: 'negative' }).format(value);
};

/** `310`: two digits, rounded up. */
export function errorText(error: number): string {
  const place = placeOf(error);
  return grouped(Math.ceil(error / 10 ** place - 1e-9) * 10 ** place, place);
}

/** `73,412 ± 310`: no more digits than the error leaves. */
export function withErrorText(value: number, error: number): string {
  const place = placeOf(error);
  return `${grouped(Math.round(value / 10 ** place) * 10 ** place, place)} ± ${errorText(error)}`;
}

export const rowsText = (rows: number): string => (rows === 1 ? '1 row' : `${rows} rows`);
