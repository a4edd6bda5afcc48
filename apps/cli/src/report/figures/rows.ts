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
  note: `In the row order of their owner.${all > MOST_ROWS ? ` countersign job result ${job} --json has all.` : ''}`,
});

/** Counts of `BINS` equal intervals from `least` to `most`. */
export function binned(values: readonly number[], least: number, most: number): { readonly name: string; readonly count: number }[] {
  const width = (most - least) / BINS || 1;
  const counts = Array.from({ length: BINS }, () => 0);
  for (const value of values) counts[Math.max(0, Math.min(BINS - 1, Math.floor((value - least) / width)))]!++;
  return counts.map((count, i) => ({ name: `${briefText(least + i * width)} to ${briefText(least + (i + 1) * width)}`, count }));
}

function distribution(values: readonly number[], name: string, [least, most]: readonly [number, number]): Figure {
  const bins = binned(values, least, most);
  const fullest = bins.reduce((a, b) => (b.count > a.count ? b : a));
  return {
    title: `Distribution of ${name}`,
    reading: `How many rows have a number in each of ${BINS} equal intervals.`,
    plot: {
      description: `${countText(values.length, 'row')} in ${BINS} intervals from ${briefText(least)} to ${briefText(most)}; ${fullest.name} has the most, ${amountText(fullest.count)}.`,
      draw: (words) => histogramPlot(bins, { axis: name, tall: 'rows', text: amountText }, words),
    },
    tables: [{ caption: 'Rows by interval', columns: [name, 'rows', 'share'], rows: bins.map(({ name: interval, count }) => [interval, amountText(count), percentText(share(count, values.length))]) }],
  };
}

/** A number for each row of somebody: scores, probabilities. */
export const readRowNumbers: Reader = (value, asked, name): Findings | undefined => {
  if (!isNumbers(value)) return readRowVectors(value, asked, name);
  const ends = name === 'probabilities' ? ([0, 1] as const) : ([value.reduce((a, b) => Math.min(a, b)), value.reduce((a, b) => Math.max(a, b))] as const);
  return {
    tiles: [{ name: 'Rows', value: amountText(value.length) }, ...(name === 'probabilities' ? [{ name: 'Probability of at least 0.5', value: percentText(share(value.filter((each) => each >= 0.5).length, value.length)), note: 'of the rows' }] : [])],
    figures: [{ ...distribution(value, name, ends) }, { title: `${name}, row by row`, tables: [beginning(name, asked, [name], value.slice(0, MOST_ROWS).map((each) => [amountText(each)]), value.length)] }],
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
      { title: `${name}, row by row`, tables: [beginning(name, asked, Array.from({ length: classes }, (_, i) => String(i)), rows.slice(0, MOST_ROWS).map((row) => row.map((each) => amountText(Number(each.toPrecision(4))))), rows.length)] },
    ],
  };
};
