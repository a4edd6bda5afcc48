import { DoubleDouble } from './double-double.js';
import { PlanError } from './errors.js';
import { fitOf } from './fit.js';
import { type DataInput, type Limb, type LocalExpression } from './plan.js';
import { binOf, matrixOf, momentsOf, ranksOf, rowsOf } from './rows.js';
import { categoriesOf, numbersOf, type Table, weightOf } from './table.js';

/**
 * What this input contributes: `input.length` elements of Z_2^64 in two's complement, each the value of the source rounded once to
 * `input.fractionBits`. Sums are kept in double-double, so the rounding is the only error. The caller wipes the result.
 * `valueBits` is the suite's. Throws CS0625 when the table is not one that the plan was made for.
 */
export function evaluateLocal(input: DataInput, table: Table, valueBits = 62): BigUint64Array {
  const integers = new BigInt64Array(input.length);
  const limit = 1n << BigInt(valueBits);
  // The bounds of weights are what their products are planned with.
  const [least, most] = input.source.of === 'weight' && input.range ? [BigInt(input.range.min), BigInt(input.range.max)] : [1n - limit, limit - 1n];
  let filled = 0;
  const put = (value: bigint): void => {
    if (value < least || value > most) throw new PlanError('CS0625', `\`${input.name}\` is larger than its declared ranges allow`);
    if (filled < input.length) integers[filled] = value;
    filled++;
  };
  try {
    evaluate(input, table, put);
    if (filled !== input.length) throw new PlanError('CS0625', `\`${input.name}\` has ${filled} values where the plan has ${input.length}`);
    return new BigUint64Array(integers.buffer);
  } catch (error) {
    integers.fill(0n);
    throw error;
  }
}

function evaluate({ source, fractionBits }: DataInput, table: Table, put: (value: bigint) => void): void {
  if (isReal(source)) {
    for (const value of reals(source, table)) put(roundedTo(value, fractionBits));
    return;
  }
  for (const total of totals(source, table)) put(total.toFixed(fractionBits));
}

type Reals = Extract<LocalExpression, { of: 'column' } | { of: 'cell' } | { of: 'matrix' } | { of: 'weight' } | { of: 'fit' }>;
type Totals = Exclude<LocalExpression, Reals>;

/** Whether a source is of doubles, and not of sums that have more digits. */
export const isReal = (source: LocalExpression): source is Reals => ['column', 'cell', 'matrix', 'weight', 'fit'].includes(source.of);

/** The values, or limbs, of a column. Exact: a double minus its own leading bits is a double; so is, in a matrix, but for x − offset, whatever is scaled by a power of two. */
export function reals(source: Reals, all: Table): Float64Array {
  const table = rowsOf(all, source);
  if (source.of === 'matrix') return matrixOf(source.columns, table, source.rows);
  if (source.of === 'weight') return weightOf(all, source.column);
  if (source.of === 'fit') return fitOf(source.columns, table, Number(source.ridge), source.within);
  const values = numbersOf(table, source.column);
  return source.of === 'cell' || !source.limb ? values : limbOf(values, source.limb);
}

export const limbOf = (values: Float64Array, { index, scales }: Limb): Float64Array =>
  values.map((value) => {
    const rest = scales.slice(0, index).reduce((left, bits) => left - nearest(left, bits), value);
    return index === scales.length - 1 ? rest : nearest(rest, scales[index]);
  });

/** The sums of an aggregate, one for each of its groups. */
export function totals(source: Totals, all: Table): DoubleDouble[] {
  const table = rowsOf(all, source);
  if (source.of === 'moments') return momentsOf(source.columns, table);
  if (source.of === 'ranks') return ranksOf(numbersOf(table, source.column), source.grid);
  if (source.of === 'count_bins') return binned(source.edges.map(Number), numbersOf(table, source.column));
  const count = 'values' in source ? source.values.length : 1;
  const sums = Array.from({ length: count }, () => new DoubleDouble());
  const groupOf = 'values' in source ? categoriesOf(table, source.by, source.values) : undefined;
  const group = (row: number): DoubleDouble => sums[groupOf ? groupOf[row] : 0];
  if (source.of === 'count' || source.of === 'count_by') {
    for (let row = 0; row < table.rows; row++) group(row).add(1, 0);
    return sums;
  }
  const values = numbersOf(table, source.column);
  const offset = Number(source.offset);
  for (let row = 0; row < table.rows; row++) {
    if (source.of === 'sum_of_squares') group(row).addSquaredDifference(values[row], offset);
    else group(row).addDifference(values[row], offset);
  }
  return sums;
}

/** How many values lie from each edge to the next, the last one included. */
function binned(edges: readonly number[], values: Float64Array): DoubleDouble[] {
  const bins = Array.from({ length: edges.length - 1 }, () => new DoubleDouble());
  for (const value of values) {
    const bin = binOf(edges, value);
    if (bin !== undefined) bins[bin]!.add(1, 0);
  }
  return bins;
}

/** The integer nearest to value · 2^bits; ties go up. Scaling by a power of two is exact. */
export const roundedTo = (value: number, bits: number): bigint => BigInt(Math.round(value * 2 ** bits));

/** The multiple of 2^-bits nearest to `value`. */
const nearest = (value: number, bits: number): number => Math.round(value * 2 ** bits) * 2 ** -bits;
