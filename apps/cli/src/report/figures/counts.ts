import { z } from 'zod';
import { type Errors } from '#program';
import { barPlot, MOST_BARS } from '../plots/bars.js';
import { histogramPlot } from '../plots/histogram.js';
import { matrixPlot, MOST_CELLS } from '../plots/matrix.js';
import { type Asked, type Findings, type Reader } from './figure.js';
import { amountText, briefText, noisyText, percentText, share, sumOf } from './numbers.js';

const Counts = z.record(z.string(), z.number());
const TwoWay = z.record(z.string(), z.record(z.string(), z.number()));
const Groups = z.record(z.string(), z.strictObject({ mean: z.number().nullable(), count: z.number() }));

const within = (errors: unknown, name: string): Errors[string] | undefined => (typeof errors === 'object' && errors !== null ? (errors as Errors)[name] : undefined);
/** Of one number: what is built otherwise says nothing of it. */
const errorOf = (errors: unknown, name: string): number | null | undefined => {
  const error = within(errors, name);
  return typeof error === 'object' && error !== null ? undefined : error;
};
const whiskers = ({ privacy }: Asked): string => (privacy ? ' Whiskers show how far off noise may have brought a number, in 95 % of cases.' : '');
const manyNote = (entries: readonly unknown[]): string => (entries.length > MOST_BARS ? ` The first ${MOST_BARS} are drawn.` : '');

/** How many rows each value, or each interval, has; how many each pair of values, where there are two. */
export const readCounts: Reader = (value, asked, name) => {
  const flat = Counts.safeParse(value);
  if (!flat.success) return readTwoWay(value, asked, name);
  const entries = Object.entries(flat.data);
  if (entries.length === 0) return undefined;
  const errors = within(asked.privacy?.error95, name);
  const total = sumOf(entries.map(([, count]) => count));
  const column = String(asked.parameters.column ?? 'value');
  const table = { caption: `Rows by ${column}`, columns: [column, 'rows', 'share'], rows: entries.map(([each, count]) => [each, noisyText(count, errorOf(errors, each)), percentText(share(count, total))]) };
  const binned = asked.program === 'Binned Histogram' && asked.privacy === undefined;
  const [most] = [...entries].sort(([, a], [, b]) => b - a);
  return {
    tiles: [{ name: binned ? 'Rows between the edges' : 'Rows', value: briefText(total), ...(asked.privacy && { note: 'the sum of noisy counts' }) }],
    figures: [{
      title: binned ? `Histogram of ${column}` : `Rows by ${column}`,
      reading: `${binned ? `How many rows have a ${column} in each interval; an edge belongs to the interval that it begins. Bars are equally wide, whatever their intervals.` : `How many rows have each value of ${column}.`}${whiskers(asked)}${binned ? '' : manyNote(entries)}`,
      plot: {
        description: `${entries.length} ${binned ? 'intervals' : 'values'} over ${briefText(total)} rows; ${most![0]} has the most, ${briefText(most![1])}.`,
        draw: (words) => (binned ? histogramPlot(entries.map(([each, count]) => ({ name: each, count })), { axis: column, tall: 'rows', text: amountText }, words)
          : barPlot(entries.map(([each, count]) => ({ name: each, value: count, error: errorOf(errors, each) })), { axis: 'rows', text: briefText }, words)),
      },
      tables: [table],
    }],
  };
};

const readTwoWay: Reader = (value, { parameters }): Findings | undefined => {
  const parsed = TwoWay.safeParse(value);
  if (!parsed.success) return undefined;
  const rows = Object.keys(parsed.data);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(parsed.data[row]!)))];
  const cells = rows.map((row) => columns.map((column) => parsed.data[row]![column] ?? 0));
  if (rows.length === 0 || columns.length === 0) return undefined;
  const most = Math.max(1, ...cells.flat());
  const [down, across] = [String(parameters.row ?? 'row'), String(parameters.column ?? 'column')];
  return {
    tiles: [{ name: 'Rows', value: amountText(sumOf(cells.flat())) }],
    figures: [{
      title: `Rows by ${down} and ${across}`,
      reading: 'How many rows have each pair of values; the fuller the colour, the more.',
      ...(rows.length <= MOST_CELLS && columns.length <= MOST_CELLS && {
        plot: {
          description: `${rows.length} values of ${down} by ${columns.length} of ${across}; the fullest cell has ${amountText(most)} rows.`,
          draw: (words) => matrixPlot({ rows, columns, cells, shade: (row, column) => cells[row]![column]! / most, text: (row, column) => amountText(cells[row]![column]!) }, words),
        },
      }),
      tables: [{
        caption: `Rows by ${down} and ${across}`, columns: [down, ...columns, 'all'],
        rows: [...rows.map((row, i) => [row, ...cells[i]!.map(amountText), amountText(sumOf(cells[i]!))]), ['all', ...columns.map((_, j) => amountText(sumOf(cells.map((row) => row[j]!)))), amountText(sumOf(cells.flat()))]],
      }],
    }],
  };
};

/** The mean and the number of rows of each group. */
export const readGroups: Reader = (value, asked, name): Findings | undefined => {
  const parsed = Groups.safeParse(value);
  if (!parsed.success) return undefined;
  const entries = Object.entries(parsed.data);
  if (entries.length === 0) return undefined;
  const errors = within(asked.privacy?.error95, name);
  const [column, by] = [String(asked.parameters.column ?? 'value'), String(asked.parameters.by ?? 'group')];
  const told = entries.filter(([, { mean }]) => mean !== null);
  return {
    figures: [{
      title: `Mean ${column} by ${by}`,
      reading: `The mean of ${column} over the rows of each ${by}.${whiskers(asked)}${manyNote(entries)}`,
      plot: {
        description: `${entries.length} groups: ${told.slice(0, 8).map(([group, { mean }]) => `${group} ${briefText(mean!)}`).join(', ')}${told.length > 8 ? ', and so on' : ''}.`,
        draw: (words) => barPlot(entries.map(([group, { mean }]) => ({ name: group, value: mean, error: errorOf(within(errors, group), 'mean') })), { axis: `mean ${column}`, text: briefText }, words),
      },
      tables: [{
        caption: `Mean ${column} and rows by ${by}`, columns: [by, `mean ${column}`, 'rows'],
        rows: entries.map(([group, { mean, count }]) => [group, noisyText(mean, errorOf(within(errors, group), 'mean')), noisyText(count, errorOf(within(errors, group), 'count'))]),
      }],
    }],
  };
};
