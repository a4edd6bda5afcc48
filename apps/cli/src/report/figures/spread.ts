import { z } from 'zod';
import { curvePlot } from '../plots/curve.js';
import { matrixPlot, MOST_CELLS } from '../plots/matrix.js';
import { type Findings, type Reader, type Table } from './figure.js';
import { amountText, percentText } from './numbers.js';

const Square = z.record(z.string(), z.record(z.string(), z.number().nullable()));

interface Named {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly (readonly (number | null)[])[];
}

function named(value: unknown): Named | undefined {
  const parsed = Square.safeParse(value);
  if (!parsed.success) return undefined;
  const rows = Object.keys(parsed.data);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(parsed.data[row]!)))];
  return rows.length === 0 || columns.length === 0 ? undefined : { rows, columns, cells: rows.map((row) => columns.map((column) => parsed.data[row]![column] ?? null)) };
}

const tableOf = ({ rows, columns, cells }: Named, caption: string): Table => ({ caption, columns: ['', ...columns], rows: rows.map((row, i) => [row, ...cells[i]!.map(amountText)]) });

/** Pearson's, from −1 to 1. */
export const readCorrelation: Reader = (value): Findings | undefined => {
  const matrix = named(value);
  if (!matrix) return undefined;
  const { rows, columns, cells } = matrix;
  const pairs = rows.flatMap((row, i) => columns.flatMap((column, j) => (row === column || cells[i]![j] === null ? [] : [{ row, column, r: cells[i]![j]! }])));
  const strongest = pairs.length === 0 ? undefined : pairs.reduce((a, b) => (Math.abs(b.r) > Math.abs(a.r) ? b : a));
  return {
    figures: [{
      title: 'Correlations',
      reading: 'From −1 (orange: one falls as the other rises) over 0 to 1 (blue: both rise together).',
      ...(rows.length <= MOST_CELLS && columns.length <= MOST_CELLS && {
        plot: {
          description: `${rows.length} by ${columns.length} columns${strongest ? `; the strongest correlation of two different ones is ${strongest.r.toFixed(3)}, of ${strongest.row} and ${strongest.column}` : ''}.`,
          draw: (words) => matrixPlot({ rows, columns, cells, text: (row, column) => cells[row]![column]?.toFixed(2).replace('-', '−') ?? 'none' }, words),
        },
      }),
      tables: [tableOf(matrix, 'Correlations')],
    }],
  };
};

/** Their units differ from cell to cell, so there is no scale to colour them by. */
export const readCovariance: Reader = (value): Findings | undefined => {
  const matrix = named(value);
  return matrix && { figures: [{ title: 'Covariances', reading: 'In the units of both columns; correlations are the same without units.', tables: [tableOf(matrix, 'Covariances')] }] };
};

const Quantiles = z.record(z.string().regex(/^[01](\.\d+)?$/), z.number().nullable());

/** The value below which each part of the rows lies. */
export const readQuantiles: Reader = (value, { parameters }): Findings | undefined => {
  const parsed = Quantiles.safeParse(value);
  if (!parsed.success || Object.keys(parsed.data).length === 0) return undefined;
  const entries = Object.entries(parsed.data).map(([at, x]) => [Number(at), x] as const).sort(([a], [b]) => a - b);
  const points = entries.flatMap(([at, x]) => (x === null ? [] : [[at, x] as const]));
  const column = String(parameters.column ?? 'value');
  return {
    tiles: points.filter(([at]) => at === 0.5).map(([, x]) => ({ name: `Median ${column}`, value: amountText(x) })),
    figures: [{
      title: `Quantiles of ${column}`,
      reading: `Up is ${column}, to the right the part of the rows that have less. Between the quantiles that were asked for nothing is known: the lines only join them.`,
      ...(points.length > 0 && {
        plot: { description: `${points.map(([at, x]) => `${percentText(at)} of the rows lie below ${amountText(x)}`).join('; ')}.`, draw: (words) => curvePlot({ points, x: 'part of the rows', y: column }, words) },
      }),
      tables: [{ caption: `Quantiles of ${column}`, columns: ['part of the rows', column], rows: entries.map(([at, x]) => [percentText(at), amountText(x)]) }],
    }],
  };
};
