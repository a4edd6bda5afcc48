import { PlanError } from '../errors.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { bitsOf } from '../tensor/operator.js';
import { type Tensor } from '../tensor/tensor.js';
import { type Part } from './parts.js';
import { type TrainingRows } from './training-rows.js';

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
export function productWithinWords(a: Tensor, b: Tensor, fractionBits: number): Tensor {
  const over = Math.max(0, bitsOf(a.range!) + bitsOf(b.range!) - WORK_BITS);
  if (b.fractionBits - over < 4) throw new PlanError('CS0620', 'so many rows and columns leave too little precision in 64 bits', ['take fewer rows, columns or steps']);
  return a.times(b.at(b.fractionBits - over), { fractionBits });
}

/** log₂, rounded up. */
export const bitsFor = (n: number): number => Math.max(0, Math.ceil(Math.log2(n)));

/**
 * Means and variances over the rows of all owners, who share sums of values and of squares. With n rows of values in [−1, 1] sums take 28 bits whatever n, so
 * that what rounding does to them is divided by n again: a mean is off by about 2^−26, a variance by four times as much.
 */
export function standardOf(builder: TensorBuilder, rows: TrainingRows, count: Tensor, part: Part, rowBits: number): Standard {
  const { sums, squares } = rows.sums(part, 28 - bitsFor(part.most), rowBits);
  const some = part.count === undefined ? count.maximum(1) : count;
  const mean = sums.dividedBy(some, { fractionBits: MOMENT_BITS }).within(-1, 1);
  const spread = squares.dividedBy(some, { fractionBits: MOMENT_BITS }).minus(mean.squared()).within(-1, 1);
  const least = 2 ** (-2 * LEAST_SPREAD_BITS);
  const narrow = spread.lessThan(least);
  return { count: some, mean, variance: narrow.select(builder.constant(least, { fractionBits: MOMENT_BITS }), spread).within(least, 1), narrow };
}
