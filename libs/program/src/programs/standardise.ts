import { PlanError } from '../errors.js';
import { type Condition } from '../plan.js';
import { type BoundInput } from '../request.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { bitsOf } from '../tensor/operator.js';
import { type Tensor } from '../tensor/tensor.js';
import { type Part } from './parts.js';
import { type Feature, PRESENT, allMoments } from './rows.js';

/** Columns that spread less than this part of their scaled range are not standardised by their own spread: see `narrow`. */
export const LEAST_SPREAD_BITS = 8;

/** Fraction bits of means and variances of columns that are scaled to [−1, 1]. */
const MOMENT_BITS = 26;

/** What standardising needs to know of the columns of all owners together; nothing of it is opened. */
export interface Standard {
  /** [1]: how many rows there are, at least 1. */
  readonly count: Tensor;
  /** [columns], in the columns' scaled units. */
  readonly mean: Tensor;
  /** [columns]: of the population, at least 2^(−2·LEAST_SPREAD_BITS). */
  readonly variance: Tensor;
  /** [columns]: 1 where a column spreads less than that, as a constant does. */
  readonly narrow: Tensor;
}

/** Working values stay below 2^58, which every suite can truncate. */
export const WORK_BITS = 58;

/** a · b, of which b gives up as many fraction bits as the product has too many. Throws CS0620 where that leaves it fewer than 4. */
export function fitted(a: Tensor, b: Tensor, fractionBits: number): Tensor {
  const over = Math.max(0, bitsOf(a.range!) + bitsOf(b.range!) - WORK_BITS);
  if (b.fractionBits - over < 4) throw new PlanError('CS0620', 'so many rows and columns leave too little precision in 64 bits', ['take fewer rows, columns or steps']);
  return a.times(b.at(b.fractionBits - over), { fractionBits });
}

/** log₂, rounded up. */
export const bitsFor = (n: number): number => Math.max(0, Math.ceil(Math.log2(n)));

/** How many rows of a part all owners have together. */
export function rowCount(builder: TensorBuilder, inputs: readonly BoundInput[], name: string, part: Part, where: readonly Condition[]): Tensor {
  if (part.count !== undefined) return builder.constant(part.count);
  return allMoments(builder, inputs, { name, features: [PRESENT], fractionBits: 0, where, part: part.part, rowsOf: (input) => part.rowsOf(input) }).reshape([1]).within(0, part.most);
}

/**
 * Means and variances over the rows of all owners, who share sums of values and of squares. With n rows of values in [−1, 1] sums take 28 bits whatever n, so
 * that what rounding does to them is divided by n again: a mean is off by about 2^−26, a variance by four times as much.
 */
export function standardOf(builder: TensorBuilder, inputs: readonly BoundInput[], features: readonly Feature[], count: Tensor, part: Part, where: readonly Condition[]): Standard {
  const fractionBits = 28 - bitsFor(part.most);
  const sums = allMoments(builder, inputs, {
    name: 'moments', features: [...features, PRESENT], fractionBits, where, part: part.part, rowsOf: (input) => part.rowsOf(input),
  });
  const [columns, most] = [features.length, part.most];
  const diagonal = builder.concat(features.map((_, j) => sums.pick(0, j).slice(0, j, j + 1))).within(0, most);
  const some = part.count === undefined ? count.maximum(1) : count;
  const mean = sums.pick(0, columns).slice(0, 0, columns).dividedBy(some, { fractionBits: MOMENT_BITS }).within(-1, 1);
  const spread = diagonal.dividedBy(some, { fractionBits: MOMENT_BITS }).minus(mean.squared()).within(-1, 1);
  const least = 2 ** (-2 * LEAST_SPREAD_BITS);
  const narrow = spread.lessThan(least);
  return { count: some, mean, variance: narrow.select(least, spread).within(least, 1), narrow };
}
