import { type Asked, type Findings, type Reader, type Tile } from './figure.js';
import { amountText, noisyText, offText, percentText } from './numbers.js';

/** Names of single numbers, and what is to be known of them. */
const NAMES: Readonly<Record<string, { readonly name: string; readonly note?: string; readonly of?: 'column' }>> = {
  count: { name: 'Rows' },
  sum: { name: 'Sum', of: 'column' },
  mean: { name: 'Mean', of: 'column' },
  std: { name: 'Standard deviation', of: 'column', note: 'of the population: divided by the number of rows' },
  variance: { name: 'Variance', of: 'column' },
  median: { name: 'Median', of: 'column' },
  t: { name: 'Welch’s t' },
  chiSquare: { name: 'Chi-square' },
  df: { name: 'Degrees of freedom' },
};

function tile(name: string, value: number | null, { parameters, privacy }: Asked): Tile {
  const known = NAMES[name];
  const error = privacy?.error95[name];
  const off = typeof error === 'object' && error !== null ? undefined : error;
  const told = known?.of === 'column' && parameters.column !== undefined ? `${known.name} of ${String(parameters.column)}` : known?.name ?? name;
  return { name: told, value: privacy ? noisyText(value, off) : amountText(value), ...(privacy && off !== undefined ? { note: `${offText(off)} in 95 % of cases` } : known?.note !== undefined && { note: known.note }) };
}

/** One number, or that there is none. */
export const readSingle: Reader = (value, asked, name): Findings | undefined => {
  if (value === null || typeof value === 'number') return { tiles: [tile(name, value, asked)] };
  if (typeof value === 'string' || typeof value === 'boolean') return { tiles: [{ name, value: String(value) }] };
  return undefined;
};

/** What chance alone would give. */
export const readP: Reader = (value): Findings | undefined => {
  if (typeof value !== 'number') return value === null ? { tiles: [{ name: 'p', value: 'none' }] } : undefined;
  const note = value < 1e-4 ? 'chance alone hardly ever gives as much' : `chance alone gives as much in ${percentText(value)} of cases`;
  return { tiles: [{ name: 'p', value: amountText(value), note }] };
};

/** Why something is none. */
export const readWhy: Reader = (value) => (typeof value === 'string' ? { notes: [`Why there is no value: ${value}.`] } : undefined);
