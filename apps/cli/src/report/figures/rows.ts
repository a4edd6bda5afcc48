import { barPlot, MOST_BARS } from '../plots/bars.js';
import { histogramPlot } from '../plots/histogram.js';
import { type Asked, type Figure, type Findings, type Reader, type Table } from './figure.js';
import { amountText, briefText, countText, percentText, share } from './numbers.js';

const MOST_ROWS = 100;
const BINS = 20;
/** More different numbers than this are no labels. */
const MOST_LABELS = 64;

const isNumbers = (value: unknown): value is readonly number[] => Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'number' && Number.isFinite(each));

const beginning = (name: string, { job }: Asked, columns: readonly string[], rows: readonly (readonly string[])[], all: number): Table => ({
  caption: all > MOST_ROWS ? `The first ${MOST_ROWS} of ${amountText(all)} rows` : `${name}, row by row`, columns: ['row', ...columns], rows: rows.map((cells, i) => [String(i + 1), ...cells]),
  note: `In the row order of their owner.${all > MOST_ROWS ? ` All of them: countersign job result ${job} --json` : ''}`,
});

interface Interval {
  /** Where it begins. */
  readonly from: string;
  readonly name: string;
  readonly count: number;
}

/** The least of 1, 2, 2.5 and 5 times a power of ten of which `BINS` reach from `least` to `most`. */
function stepOf(least: number, most: number): number {
  const wanted = (most - least) / BINS;
  // Nearer to each other than doubles and their texts can tell.
  if (!(wanted > 1e-12 * Math.max(Math.abs(least), Math.abs(most), 1e-270))) return Math.max(1, Math.abs(least));
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 2.5, 5].find((each) => power * each >= wanted * (1 - 1e-9)) ?? 10);
}

/** How many of the values lie in each of equal intervals between round numbers; each holds where it begins, the last one also where it ends. */
export function binned(values: readonly number[], least: number, most: number): Interval[] {
  const step = stepOf(least, most);
  const first = Math.floor(least / step + 1e-9);
  const many = Math.max(1, Math.ceil(most / step - 1e-9) - first);
  const counts = Array.from({ length: many }, () => 0);
  for (const value of values) counts[Math.max(0, Math.min(many - 1, Math.floor(value / step + 1e-9) - first))]!++;
  const edge = (i: number): string => briefText(Number(((first + i) * step).toPrecision(12)));
  return counts.map((count, i) => ({ from: edge(i), name: `${edge(i)} to ${edge(i + 1)}`, count }));
}

function distribution(values: readonly number[], name: string, [least, most]: readonly [number, number]): Figure {
  const bins = binned(values, least, most);
  const fullest = bins.reduce((a, b) => (b.count > a.count ? b : a));
  return {
    title: `Distribution of ${name}`,
    reading: `How many rows have a number in each of ${countText(bins.length, 'equal interval')}; a bar stands over the number from which its interval goes on.`,
    plot: {
      description: `${countText(values.length, 'row')} in ${countText(bins.length, 'interval')}; ${fullest.name} has the most, ${amountText(fullest.count)}.`,
      draw: (words) => histogramPlot(bins.map(({ from, count }) => ({ name: from, count })), { axis: `${name}, from`, tall: 'rows', text: amountText }, words),
    },
    tables: [{ caption: 'Rows by interval', columns: [name, 'rows', 'share'], rows: bins.map(({ name: interval, count }) => [interval, amountText(count), percentText(share(count, values.length))]) }],
  };
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** A number for each row of somebody: scores, probabilities. */
export const readRowNumbers: Reader = (value, asked, name): Findings | undefined => {
  if (!isNumbers(value)) return readRowVectors(value, asked, name);
  const ends = name === 'probabilities' ? ([0, 1] as const) : ([value.reduce((a, b) => Math.min(a, b)), value.reduce((a, b) => Math.max(a, b))] as const);
  return {
    tiles: [{ name: 'Rows', value: amountText(value.length) }, ...(name === 'probabilities' ? [{ name: 'Probability of at least 0.5', value: percentText(share(value.filter((each) => each >= 0.5).length, value.length)), note: 'of the rows' }] : [])],
    figures: [{ ...distribution(value, name, ends) }, { title: `${capitalised(name)}, row by row`, tables: [beginning(name, asked, [name], value.slice(0, MOST_ROWS).map((each) => [amountText(each)]), value.length)] }],
  };
};

/** The class that a network says of each row. */
export const readLabels: Reader = (value, asked, name): Findings | undefined => {
  if (!isNumbers(value)) return undefined;
  const labels = [...new Set(value)].sort((a, b) => a - b);
  if (labels.length > MOST_LABELS || labels.some((label) => !Number.isInteger(label))) return readRowNumbers(value, asked, name);
  const counts = new Map(labels.map((label) => [label, 0]));
  for (const label of value) counts.set(label, counts.get(label)! + 1);
  return {
    tiles: [{ name: 'Rows', value: amountText(value.length) }],
    figures: [byLabel(counts, value.length, 'label'), { title: 'Labels, row by row', tables: [beginning('Labels', asked, ['label'], value.slice(0, MOST_ROWS).map((label) => [String(label)]), value.length)] }],
  };
};

function byLabel(counts: ReadonlyMap<number, number>, rows: number, what: string): Figure {
  const entries = [...counts];
  const [most] = [...entries].sort(([, a], [, b]) => b - a);
  return {
    title: `Rows by ${what}`,
    reading: `How many rows the network gives each ${what}.${entries.length > MOST_BARS ? ` The first ${MOST_BARS} are drawn.` : ''}`,
    plot: {
      description: `${entries.length} labels over ${countText(rows, 'row')}; ${most![0]} has the most, ${amountText(most![1])}.`,
      draw: (words) => barPlot(entries.map(([label, count]) => ({ name: String(label), value: count })), { axis: 'rows', text: briefText }, words),
    },
    tables: [{ caption: `Rows by ${what}`, columns: [what, 'rows', 'share'], rows: entries.map(([label, count]) => [String(label), amountText(count), percentText(share(count, rows))]) }],
  };
}

/** Numbers of several classes for each row. */
const readRowVectors: Reader = (value, asked, name): Findings | undefined => {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isNumbers)) return undefined;
  const rows: readonly (readonly number[])[] = value;
  const classes = Math.max(...rows.map((row) => row.length));
  const counts = new Map(Array.from({ length: classes }, (_, i) => [i, 0]));
  for (const row of rows) {
    const greatest = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
    counts.set(greatest, counts.get(greatest)! + 1);
  }
  return {
    tiles: [{ name: 'Rows', value: amountText(rows.length) }, { name: 'Classes', value: amountText(classes) }],
    figures: [
      ...(classes > 1 && classes <= MOST_LABELS && (name === 'scores' || name === 'probabilities') ? [byLabel(counts, rows.length, 'class with the greatest number')] : []),
      { title: `${capitalised(name)}, row by row`, tables: [beginning(name, asked, Array.from({ length: classes }, (_, i) => String(i)), rows.slice(0, MOST_ROWS).map((row) => row.map((each) => amountText(Number(each.toPrecision(4))))), rows.length)] },
    ],
  };
};
