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

export const rowsText = (rows: number): string => (rows === 1 ? '1 row' : `${rows} rows`);
