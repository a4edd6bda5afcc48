import { type OwnersTotals, type Room, type Total, LEAST_RELATIVE_PRECISION, binsOf, groupsOf, tooCoarse } from './aggregate-totals.js';
import { type Aggregate } from './definition.js';
import { type Condition } from './plan.js';
import { NUMERIC } from './programs/common.js';
import { binFeature } from './programs/marks.js';
import { type CheckedRows, checkedByOwner } from './programs/quality.js';
import { type Feature, PRESENT, indicatorFeature, numberFeature, rowBoundOf } from './programs/rows.js';
import { centreOf, fractionBitsFor, sensitivityOf } from './ranges.js';
import { type BoundRequest, columnOfAll } from './request.js';
import { intervalNames } from './source-of.js';
import { TensorBuilder } from './tensor/builder.js';
import { type Tensor } from './tensor/tensor.js';

/** Fraction bits of a column that is brought to [−1, 1]: beyond them a double has not much left to round. */
const MOST_BITS = 46;
/** Half a unit of 2^−MOST_BITS, and what the double lost before. */
const ROUNDED = 0.51;

/** How a total is made of one owner's rows, and what there is to know of it. */
interface Made extends Omit<Total, 'name' | 'terms'> {
  readonly features: readonly Feature[];
  of(rows: CheckedRows): Tensor;
}

/**
 * The same totals as owners make alone, of rows that they share and that are checked first: counts are sums of marks, sums those of numbers around the same centre, those of
 * groups and of squares inner products. Numbers are rounded row by row, to the scale at which the largest of the totals fits.
 */
export function checkedTotals(bound: BoundRequest, aggregates: readonly Aggregate[], where: readonly Condition[], room: Room): OwnersTotals {
  const made = madeOf(bound, aggregates, room);
  const builder = new TensorBuilder();
  const owners = checkedByOwner(builder, bound.inputs, { name: 'rows', features: made.flatMap(({ features }) => features), where });
  const totals = made.map(({ features: _, of, ...total }): Total => ({ ...total, terms: owners.map((rows) => of(rows).name) }));
  return { ...builder.parts(), totals };
}

type Named = Made & { readonly name: Aggregate };

function madeOf(bound: BoundRequest, aggregates: readonly Aggregate[], room: Room): Named[] {
  const counted = (features: readonly Feature[]) => ({ features, length: features.length, fractionBits: 0, sensitivity: 1n, of: (rows: CheckedRows) => rows.columns(features, 0).sum(0) });
  const number = aggregates.some((name) => name.startsWith('sum')) ? numberOf(bound, aggregates.includes('sum_of_squares') ? 2 : 1, room) : undefined;
  const groups = (): { readonly values: readonly string[]; readonly marks: readonly Feature[] } => {
    const { by, values } = groupsOf(bound);
    return { values, marks: values.map((value) => indicatorFeature(by, value)) };
  };
  return aggregates.map((name): Named => {
    switch (name) {
      case 'count': return { name, ...counted([PRESENT]) };
      case 'count_by': return { name, ...counted(groups().marks), labels: [groups().values] };
      case 'count_bins': {
        const { column, edges } = binsOf(bound);
        return { name, ...counted(edges.slice(1).map((_, is) => binFeature(column, edges, is))), labels: [intervalNames(edges)] };
      }
      case 'sum': return { name, length: 1, ...number!.sum, of: (rows) => number!.unscaled(number!.of(rows).sum(0), 1) };
      case 'sum_of_squares': return { name, length: 1, ...number!.squares, of: (rows) => number!.unscaled(inner(number!.of(rows), number!.of(rows)), 2) };
      case 'sum_by': {
        const { values, marks } = groups();
        return { name, length: values.length, ...number!.sum, features: [...marks, number!.feature], labels: [values], of: (rows) => number!.unscaled(inner(rows.columns(marks, 0), number!.of(rows)), 1) };
      }
    }
  });
}

/** [columns]: Σ over the rows of each column of the left and the one of the right, without truncation. */
const inner = (left: Tensor, right: Tensor): Tensor => left.transpose().matmul(right, { fractionBits: left.fractionBits + right.fractionBits }).reshape([left.shape[1]!]);

/** The column of numbers around its centre, at one scale for all that is made of it. Throws CS0620. */
function numberOf(bound: BoundRequest, power: 1 | 2, { noise, valueBits }: Room) {
  const { inputs, parameters } = bound;
  const declarations = columnOfAll(inputs, parameters.column!, NUMERIC);
  const feature = numberFeature(inputs, parameters.column!);
  const { centre, radius, integer } = centreOf(declarations);
  const rows = rowBoundOf(inputs);
  const most = Math.floor(fractionBitsFor((rows + (noise?.reach ?? 0)) * 2 ** (power * feature.exponent), integer, valueBits) / power);
  const fractionBits = integer ? most : Math.min(most, MOST_BITS - feature.exponent);
  const exact = radius === 0 || (integer && fractionBits >= 0);
  const error = exact ? 0 : ROUNDED * 2 ** -fractionBits;
  if (error > radius * LEAST_RELATIVE_PRECISION) throw tooCoarse(bound, ['or ask without `check`']);
  const one = sensitivityOf(declarations, { centre, power: 1, fractionBits, exact });
  const total = (off: number) => ({ features: [feature], ...(exact ? {} : { errorBound: String(rows * off) }) });
  return {
    feature,
    sum: { ...total(error), fractionBits, sensitivity: one },
    squares: { ...total(2 * radius * error + error ** 2), fractionBits: 2 * fractionBits, sensitivity: one * one },
    of: (rowsOf: CheckedRows): Tensor => rowsOf.columns([feature], fractionBits + feature.exponent),
    /** From the scaled column back to its own units. */
    unscaled: (value: Tensor, times: 1 | 2): Tensor => (feature.exponent === 0 ? value : value.shifted(-times * feature.exponent)),
  };
}
