import { errorText, withErrorText } from '../../render/units.js';

/** Joint results have six significant digits. */
const DIGITS = 6;

/** For people: six digits, thousands apart. */
export function amountText(value: number | null): string {
  if (value === null) return 'none';
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(3).replace(/\.?0+e/, 'e').replace('e+', ' × 10^').replace('e-', ' × 10^−').replace(/^-/, '−');
  return new Intl.NumberFormat('en-GB', Number.isInteger(value) ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: DIGITS }).format(value).replace(/^-/, '−');
}

/** In plots: four digits. */
export const briefText = (value: number): string => (Number.isInteger(value) ? amountText(value) : amountText(Number(value.toPrecision(4))));

/** `95.2 %` */
export const percentText = (share: number | null): string => (share === null ? 'none' : `${new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share * 100).replace('-', '−')} %`);

/** With what the noise of a private result may have done to it. */
export function noisyText(value: number | null, error: number | null | undefined): string {
  if (error === undefined) return amountText(value);
  if (value === null || error === null) return 'not enough records to tell';
  return withErrorText(value, error).replace(/^-/, '−');
}

/** `± 310` */
export const offText = (error: number | null | undefined): string => (error === null || error === undefined ? '' : `± ${errorText(error)}`);

export const share = (part: number, of: number): number | null => (of === 0 ? null : part / of);
export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
/** `1 row`, `1,971 rows` */
export const countText = (count: number, one: string, many = `${one}s`): string => `${amountText(count)} ${count === 1 ? one : many}`;
