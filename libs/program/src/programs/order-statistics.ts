import { type Condition, type Grid } from '../plan.js';
import { type BoundInput } from '../request.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { digitFeature } from './marks.js';
import { checkedRows } from './quality.js';
import { allRows, rowBoundOf } from './rows.js';

/** Up to so many points owners count ranks at every one of them, and rows are not shared. */
const MOST_POINTS = 2 ** 12;
/** Bits of a digit: more bits take fewer rounds and more words. */
const DIGIT_BITS = 3;
const DIGITS = 2 ** DIGIT_BITS;

const powerAbove = (points: number): number => 2 ** Math.ceil(Math.log2(points));

export interface SortedColumn {
  /** [1], how many rows there are. */
  readonly n: Tensor;
  /** No place is above, also where there are no rows. */
  readonly most: number;
  /** [k]: the places on the grid of the rows of these ranks, from 0 on, in ascending order; [k] integers below n. Any places where there are no rows. */
  at(ranks: Tensor): Tensor;
}

interface Request {
  readonly name: string;
  readonly column: string;
  readonly grid: Grid;
  readonly where: readonly Condition[];
  /** The parameter `check`. */
  readonly check: string | undefined;
}

/** A column of all owners in order, without anybody's order: what is at secret ranks is found by counting. */
export const sortedColumn = (builder: TensorBuilder, inputs: readonly BoundInput[], request: Request): SortedColumn =>
  request.grid.points <= MOST_POINTS && request.check !== 'shares' ? byRanks(builder, inputs, request) : byDigits(builder, inputs, request);

/** What is at rank r is as far up the grid as there are points with no more than r rows at them or below. Owners share how many there are: no cost by rows. */
function byRanks(builder: TensorBuilder, inputs: readonly BoundInput[], { name, column, grid: { least, exponent, points }, where }: Request): SortedColumn {
  const parts = inputs.map(({ party, descriptor }, i) => builder.input({
    name: `${name}.${i}`, party, dataset: descriptor.name, fractionBits: 0, shape: [points], least: 0, most: descriptor.maxRows,
    source: { of: 'ranks', column, grid: { least, exponent, points }, ...(where.length > 0 && { where }) },
  }));
  const below = parts.slice(1).reduce((sum, part) => sum.plus(part), parts[0]!);
  return {
    n: below.slice(0, points - 1, points),
    most: powerAbove(points),
    at: (ranks) => (points === 1 ? ranks.times(0) : ranks.reshape([ranks.length, 1]).atLeast(below.slice(0, 0, points - 1).reshape([1, points - 1])).sum(1)),
  };
}

/**
 * A radix search: owners share every digit of their rows in unary, padded to what they declare. Of the rows that agree with the result so far, those with each
 * next digit are counted; the digit of the row that has the rank is where the counts pass it; the others drop out. Per level 7 comparisons for each rank, and two
 * products of matrices of all rows. Where rows are checked, they have one digit at each place, which together lie in the range that their owner declares.
 */
function byDigits(builder: TensorBuilder, inputs: readonly BoundInput[], { name, column, grid: { least, exponent, points }, where, check }: Request): SortedColumn {
  // A column of one value has a digit too, so that rows can be told from padding.
  const levels = Math.max(1, Math.ceil(Math.log2(points) / DIGIT_BITS));
  const digits = Array.from({ length: levels * DIGITS }, (_, i) =>
    digitFeature({ column, grid: { least, exponent, points }, digit: { shift: (levels - 1 - Math.floor(i / DIGITS)) * DIGIT_BITS, bits: DIGIT_BITS, is: i % DIGITS } }));
  const rows = (check === 'shares' ? checkedRows : allRows)(builder, inputs, { name, features: digits, where, fractionBits: 0 }).within(0, 1);
  const unary = (level: number): Tensor => rows.slice(1, level * DIGITS, (level + 1) * DIGITS);
  const [total, most] = [unary(0).sum(0), rowBoundOf(inputs)];
  return {
    n: total.sum().within(0, most),
    most: check === 'shares' ? DIGITS ** levels : powerAbove(points),
    at: (ranks) => {
      const width = ranks.length;
      let [left, active, place]: [Tensor, Tensor | undefined, Tensor | undefined] = [ranks, undefined, undefined];
      for (let level = 0; level < levels; level++) {
        const counts = (active ? active.transpose().matmul(unary(level)) : total.reshape([1, DIGITS]).broadcast([width, DIGITS])).within(0, most);
        const passed = left.reshape([width, 1]).atLeast(runningSums(counts, DIGITS - 1).within(0, most));
        const digit = passed.sum(1);
        place = place ? place.times(DIGITS).plus(digit) : digit;
        if (level === levels - 1) break;
        left = left.minus(passed.times(counts.slice(1, 0, DIGITS - 1), { fractionBits: 0 }).sum(1)).within(0, most);
        const agrees = unary(level).matmul(oneHot(passed).transpose()).within(0, 1);
        active = active ? active.times(agrees, { fractionBits: 0 }) : agrees;
      }
      return place!;
    },
  };
}

/** [k, length]: Σ over the places up to each one. */
function runningSums(counts: Tensor, length: number): Tensor {
  const sums = [counts.slice(1, 0, 1)];
  for (let i = 1; i < length; i++) sums.push(sums[i - 1]!.plus(counts.slice(1, i, i + 1)));
  return counts.builder.concat(sums, 1);
}

/** [k, m] of ones and then zeros to [k, m + 1] with a 1 where the zeros begin. */
function oneHot(thermometer: Tensor): Tensor {
  const [, length] = thermometer.shape as [number, number];
  const parts = [thermometer.slice(1, 0, 1).not(), thermometer.slice(1, 0, length - 1).minus(thermometer.slice(1, 1, length)).within(0, 1), thermometer.slice(1, length - 1, length)];
  return thermometer.builder.concat(length === 1 ? [parts[0]!, parts[2]!] : parts, 1);
}
