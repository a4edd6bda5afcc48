import { type RowColumn } from './plan.js';
import { momentsOf } from './rows.js';
import { type Table } from './table.js';

/** A column that spreads less than this part of what it did before others were taken out of it follows from them, and has a slope of 0. */
const LEAST_PIVOT = 1e-10;

/**
 * Slopes, and the intercept last, of least squares with a ridge on standardised columns, over the rows of one table, in doubles. The last column is what the others tell. Each
 * number is brought within [−within, within], whatever the rows are.
 */
export function fitOf(columns: readonly RowColumn[], table: Table, ridge: number, within: number): Float64Array {
  const size = columns.length;
  const moments = momentsOf([...columns, { present: true }], table).map(({ high, low }) => high + low);
  const at = (i: number, j: number): number => moments[i * (size + 1) + j]!;
  const rows = Math.max(1, at(size, size));
  const mean = (i: number): number => at(i, size) / rows;
  const system = Array.from({ length: size - 1 }, (_, i) =>
    Array.from({ length: size }, (__, j) => (at(i, j) / rows - mean(i) * mean(j)) * (i === j ? 1 + ridge : 1)));
  const spreads = system.map((row, i) => row[i]!);
  for (let j = 0; j < system.length; j++) {
    const pivot = system[j]![j]!;
    const factor = pivot > LEAST_PIVOT * Math.max(spreads[j]!, LEAST_PIVOT) ? 1 / pivot : 0;
    const own = system[j]!.map((value) => value * factor);
    system[j] = own;
    system.forEach((row, i) => {
      if (i === j) return;
      const by = row[j]!;
      system[i] = row.map((value, m) => value - by * own[m]!);
    });
  }
  const slopes = system.map((row) => row[size - 1]!);
  const intercept = slopes.reduce((sum, slope, j) => sum - slope * mean(j), mean(size - 1));
  return Float64Array.from([...slopes, intercept], (value) => (Number.isFinite(value) ? Math.max(-within, Math.min(within, value)) : 0));
}
