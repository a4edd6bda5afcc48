import { PlanError } from '../errors.js';
import { type Condition } from '../plan.js';
import { exponentAbove } from '../ranges.js';
import { type BoundInput } from '../request.js';
import { type ResultValue } from '../result.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { Floating } from './floating.js';
import { checkedRows } from './quality.js';
import { allCounts, allMoments, type Feature, PRESENT, rowBoundOf, type RowsOptions } from './rows.js';

/** Fraction bits of the coarse mean that columns are moved by. */
const COARSE_BITS = 16;
/** |mean − coarse mean| is below this. */
const REST = 2 ** -14;
/** Fraction bits of means. */
const MEAN_BITS = 42;
/** Six significant digits: an error of 2^−22 of a number, which leaves room for that of what is made of it. */
const DIGITS = 2 ** 22;

/** 1/n as a floating-point number for a secret count n, and what divides by it. */
export class Count {
  readonly inverse: Floating;
  readonly #power: Tensor;
  readonly #inverse: Tensor;
  readonly #bits: number;

  /** `n`: [1], an integer from 0 to `most`; taken for 1 where it is 0. */
  constructor(readonly n: Tensor, most: number) {
    const atLeastOne = n.maximum(1);
    this.#bits = 2 * Math.ceil(exponentAbove(most) / 2);
    const normaliser = atLeastOne.normaliser(this.#bits, 2);
    const root = normaliser.pick(0, 0).within(1, 2 ** (this.#bits / 2));
    this.#power = root.squared();
    const mantissa = atLeastOne.times(this.#power, { fractionBits: 0, between: [2 ** (this.#bits - 2), 2 ** this.#bits] }).shifted(this.#bits);
    this.#inverse = mantissa.reciprocal({ fractionBits: 28 });
    // 1/n = 4^shift / (mantissa · 2^bits)
    this.inverse = Floating.made(this.#inverse, normaliser.pick(0, 1).within(0, this.#bits / 2).minus(this.#bits / 2));
  }

  /** sum / n, truncated to `fractionBits`, for |sum| ≤ n · bound. Off by bound · 2^−25 besides. */
  divides(sum: Tensor, bound: number, fractionBits: number): Tensor {
    const end = bound * 2 ** this.#bits;
    const scaled = sum.times(this.#power, { fractionBits: sum.fractionBits, between: [-end, end] }).shifted(this.#bits).at(fractionBits + 2);
    return scaled.times(this.#inverse, { fractionBits, between: [-1.01 * bound, 1.01 * bound] });
  }
}

/** What a sum of squares is divided by, the number of rows or one less, and whether there are enough rows for it. */
export function divisorOf(count: Count, of: string, most: number): { divisor: Count; valid: Tensor } {
  if (of === 'population') return { divisor: count, valid: count.n.atLeast(1) };
  return { divisor: new Count(count.n.minus(1).maximum(0), most), valid: count.n.atLeast(2) };
}

interface CentredRequest {
  readonly name: string;
  readonly features: readonly Feature[];
  readonly where: readonly Condition[];
  /** The parameter `check`. */
  readonly check: string | undefined;
}

export interface CentredMoments {
  readonly count: Count;
  /** [columns], around the public centres and in their units, at 42 fraction bits. */
  readonly means: Tensor;
  /** [columns, columns]: Σ over the rows of (x − mean x) · (y − mean y). */
  readonly comoments: Tensor;
  /** Where the square of a column's spread is below this, it may have fewer than six digits. */
  readonly least: number;
}

/**
 * Means and co-moments of columns over the rows of all owners, each of which sums up its own around the public centre c. Values may crowd far from it, where
 * Σx² − (Σx)²/n would lose all digits, so the sums are moved, exactly, by a secret mean of 16 bits: Σ(x − m)(y − m') = Σxy − m·Σy − m'·Σx + n·m·m'. What is left of the
 * mean is below 2^−14, and so is what its square can lose (the corrected two-pass algorithm of Chan, Golub, LeVeque, The American Statistician 37, 1983).
 */
export function centredMoments(builder: TensorBuilder, inputs: readonly BoundInput[], { name, features, where, check }: CentredRequest): CentredMoments {
  const most = rowBoundOf(inputs);
  const scale = sumBitsFor(most);
  const columns = features.length;
  const all = momentsOf(builder, inputs, { name, features: [PRESENT, ...features], where, fractionBits: scale }, check);
  return centred({
    n: check === 'shares' ? all.pick(0, 0).slice(0, 0, 1).floor().within(0, most) : allCounts(builder, inputs, { name: `${name}.rows`, where }), most,
    sums: all.slice(0, 0, 1).slice(1, 1, columns + 1).reshape([columns]), products: all.slice(0, 1, columns + 1).slice(1, 1, columns + 1),
    // Half a unit for every element that an owner rounds: one product and two sums.
    rounded: 1.5 * inputs.length * 2 ** -scale,
  });
}

/** Fraction bits of sums over at most so many rows. Throws CS0620 where they are too few. */
export function sumBitsFor(most: number): number {
  const scale = 56 - exponentAbove(most);
  if (scale < 2 * COARSE_BITS) throw new PlanError('CS0620', `over as many as ${most} rows fewer than 6 digits are left in 62 bits`, ['declare smaller row bounds, or use fewer inputs']);
  return scale;
}

/** Sums over n rows of columns within [−1, 1], [columns], and of their products, [columns, columns], both at `sumBitsFor(most)` fraction bits. */
interface RawMoments {
  /** [1]: how many rows, at most `most`. */
  readonly n: Tensor;
  readonly most: number;
  readonly sums: Tensor;
  readonly products: Tensor;
  /** How far a product is off that of the values themselves. */
  readonly rounded: number;
}

/** Means and co-moments from sums. */
export function centred({ n, most, sums, products, rounded }: RawMoments): CentredMoments {
  const bits = exponentAbove(most);
  const scale = sumBitsFor(most);
  const count = new Count(n, most);
  const coarse = count.divides(sums, 1.001, COARSE_BITS).within(-1.001, 1.001);
  // Σx in two parts, so that the products have no more than 58 bits.
  const high = sums.at(scale - COARSE_BITS);
  const low = sums.minus(high.at(scale)).within(0, 2 ** (COARSE_BITS - scale));
  const cross = outer(coarse, high, scale).plus(outer(coarse, low, scale));
  const squares = outer(coarse, coarse, 2 * COARSE_BITS).times(count.n, { fractionBits: 2 * COARSE_BITS }).at(scale);
  const moved = products.minus(cross).minus(cross.transpose()).plus(squares).within(-1.01 * most, 1.01 * most);

  const rest = sums.minus(coarse.times(count.n, { fractionBits: COARSE_BITS }).at(scale)).within(-most * REST, most * REST);
  const offset = count.divides(rest, REST, MEAN_BITS).within(-REST, REST);
  const comoments = moved.minus(outer(rest.at(Math.min(scale, 44 - bits)), offset, scale));
  // And truncations.
  return { count, means: coarse.at(MEAN_BITS).plus(offset), comoments, least: (rounded + 8 * 2 ** -scale) * DIGITS };
}

/** Σ over rows of feature i · feature j: of sums that owners make, or of rows that are checked on shares. */
export function momentsOf(builder: TensorBuilder, inputs: readonly BoundInput[], options: RowsOptions, check: string | undefined): Tensor {
  if (check !== 'shares') return allMoments(builder, inputs, options);
  const rows = checkedRows(builder, inputs, { ...options, fractionBits: Math.floor(options.fractionBits / 2) });
  return rows.transpose().matmul(rows, { fractionBits: options.fractionBits });
}

const outer = (left: Tensor, right: Tensor, fractionBits: number): Tensor => left.reshape([left.length, 1]).matmul(right.reshape([1, right.length]), { fractionBits });

/** `spread`: whether each of these squared spreads is large enough to have six digits; `squares`: they themselves where it is, and one unit where not, so that all are above 0. */
export function spreadsOf(squares: Tensor, least: number): { spread: Tensor; squares: Tensor } {
  const spread = squares.atLeast(least);
  const unit = 2 ** -squares.fractionBits;
  return { spread, squares: spread.select(squares, squares.builder.constant(unit, { fractionBits: squares.fractionBits })).within(unit, 2 * Number(squares.range!.max) * unit) };
}

/** Whether a column without a spread of six digits has one value in all rows: an integer one whose least squared spread, 1/2, would have six. */
export const isConstantWithoutSpread = ({ exponent }: Feature, integer: boolean, least: number): boolean => integer && 2 ** (-2 * exponent - 1) > least;

/** The places i ≤ j, or i < j, of a square matrix, row by row, as a vector: those of `pairsOf`. */
export function upperTriangle(matrix: Tensor, diagonal = true): Tensor {
  const size = matrix.shape[0]!;
  const rows = Array.from({ length: diagonal ? size : size - 1 }, (_, i) => matrix.pick(0, i).slice(0, diagonal ? i : i + 1, size));
  return matrix.builder.concat(rows);
}

export const pairsOf = (size: number, diagonal = true): (readonly [number, number])[] =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => [i, j] as const).slice(diagonal ? i : i + 1)).flat();

/** The diagonal of a square matrix. */
export const diagonalOf = (matrix: Tensor): Tensor => matrix.builder.concat(Array.from({ length: matrix.shape[0]! }, (_, i) => matrix.pick(0, i).slice(0, i, i + 1)));

/** A symmetric matrix of what it has at i ≤ j, named both ways. */
export const symmetric = (names: readonly string[], at: (i: number, j: number) => ResultValue): ResultValue =>
  Object.fromEntries(names.map((row, i) => [row, Object.fromEntries(names.map((column, j) => [column, at(Math.min(i, j), Math.max(i, j))]))]));
