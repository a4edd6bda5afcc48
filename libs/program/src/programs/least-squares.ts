import { type Condition } from '../plan.js';
import { type BoundInput } from '../request.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { Floating } from './floating.js';
import { type CentredMoments, centred, diagonalOf, sumBitsFor, spreadsOf } from './moments.js';
import { type Part, oncePerPart, partCount } from './parts.js';
import { type CheckedRows, checkedByColumns, checkedByOwner } from './quality.js';
import { type Feature, PRESENT, allMoments, namedFeatures, rowsByOwner } from './rows.js';
import { MATRIX_BITS, solved } from './solve.js';

/** Bits that the spread of a column is brought to: what every suite can truncate. */
const SPREAD_BITS = 58;
const SLACK = 1.01;

/** What is summed up over the rows of a part. */
export interface PartSums {
  /** [features, features]: Σ of feature i · feature j, named features of all. */
  products(name: string, part: Part, features: readonly Feature[], fractionBits: number): Tensor;
  /** [1]: how many rows there are. */
  count(name: string, part: Part): Tensor;
}

/** Sums that owners make; or, checked on shares, of rows that have all of these features and are shared once for each part. */
export function partSums(builder: TensorBuilder, inputs: readonly BoundInput[], all: readonly Feature[], { where, check }: { readonly where: readonly Condition[]; readonly check: string }): PartSums {
  if (check !== 'shares') {
    return {
      products: (name, { part, rowsOf }, features, fractionBits) => allMoments(builder, inputs, { name, features, where, part, rowsOf, fractionBits }),
      count: (name, part) => partCount(builder, inputs, name, part, where),
    };
  }
  return ofChecked(builder, (name, part) => checkedByOwner(builder, inputs, { name, features: all, where, part: part.part, rowsOf: part.rowsOf, full: part.count !== undefined }));
}

/** `check` shares and checks the rows of a part, once for everything that is made of them. */
function ofChecked(builder: TensorBuilder, check: (name: string, part: Part) => readonly CheckedRows[]): PartSums {
  const tableOf = oncePerPart(check);
  const products: PartSums['products'] = (name, part, features, fractionBits) => {
    const rows = builder.concat(tableOf(name, part).map((each) => each.columns(features, Math.floor(fractionBits / 2))));
    return rows.transpose().matmul(rows, { fractionBits, between: [-part.most, part.most] });
  };
  return { products, count: (name, part) => (part.count === undefined ? products(name, part, [PRESENT], 0).reshape([1]).within(0, part.most) : builder.constant([part.count])) };
}

/** The same where columns are split over owners, whose rows stand in one order: those of the first, who has the target. Of all features in this order, the target last. */
export function partSumsByColumns(builder: TensorBuilder, owned: readonly { readonly input: BoundInput; readonly features: readonly Feature[] }[], target: Feature, check: string): PartSums {
  const [{ input: first, features: own }, ...others] = owned as [typeof owned[number]];
  if (check === 'shares') return ofChecked(builder, (name, { part, rowsOf }) => [checkedByColumns(builder, [{ input: first, features: [...own, target] }, ...others], { name, part, rows: rowsOf(first) })]);
  const products: PartSums['products'] = (name, part, _, fractionBits) => {
    const shared = (which: string, input: BoundInput, features: readonly Feature[], bits: number): Tensor =>
      rowsByOwner(builder, [input], { name: `${name}.${which}`, features, where: [], part: part.part, rowsOf: () => part.rowsOf(first), fractionBits: bits })[0]!;
    const bits = Math.floor(fractionBits / 2);
    const last = shared('target', first, [target], bits);
    const columns = owned.flatMap(({ input, features }, i) => (features.length === 0 ? [] : [shared(String(i), input, features, bits)]));
    const rows = builder.concat([shared('present', first, [PRESENT], 0).at(bits), ...columns, last], 1);
    return rows.transpose().matmul(rows, { fractionBits, between: [-part.most, part.most] });
  };
  return { products, count: (name, part) => partCount(builder, [first], name, part, []) };
}

/** Means and co-moments of features, the last of which is what is to be told from the others, over the rows of one part. */
export function partMoments(builder: TensorBuilder, inputs: readonly BoundInput[], sums: PartSums, name: string, features: readonly Feature[], part: Part): CentredMoments {
  const { most } = part;
  const columns = features.length;
  const fractionBits = sumBitsFor(most);
  const all = sums.products(name, part, [PRESENT, ...features], fractionBits);
  return centred({
    n: sums.count(`${name}.rows`, part), most,
    sums: all.pick(0, 0).slice(0, 1, columns + 1), products: all.slice(0, 1, columns + 1).slice(1, 1, columns + 1), rounded: 1.5 * inputs.length * 2 ** -fractionBits,
  });
}

export interface Fit {
  /** Slopes in the units of scaled columns, one for each feature. */
  readonly slopes: Floating;
  /** [1]: of the target's scaled units. */
  readonly intercept: Floating;
  /** [1]: 1 where no feature follows from others. */
  readonly determined: Tensor;
  /** [features]: 1 where one spreads too little to be told from a constant; its slope is 0. */
  readonly narrow: Tensor;
}

/**
 * The slopes b that make Σ(y − a − Σ b·x)² + ridge · Σ b²·Σ(x − mean x)² least. Every column is multiplied by the power of two that brings its spread into [1/4, 1), exactly, so that
 * the matrix of the system has known ends whatever the columns' magnitudes; slopes are floating-point numbers again.
 */
export function leastSquares(builder: TensorBuilder, { means, comoments, least }: CentredMoments, ridge: number): Fit {
  const columns = means.length - 1;
  const { spread, squares } = spreadsOf(diagonalOf(comoments), least);
  const normaliser = squares.normaliser(SPREAD_BITS, 2);
  const power = normaliser.pick(0, 0).within(1, 2 ** (SPREAD_BITS / 2)).times(spread, { fractionBits: 0 });
  const exponent = normaliser.pick(0, 1).within(0, SPREAD_BITS / 2);
  const both = power.reshape([columns + 1, 1]).matmul(power.reshape([1, columns + 1]), { fractionBits: 0 });
  const end = SLACK * 2 ** (SPREAD_BITS - comoments.fractionBits);
  const scaled = comoments.times(both, { fractionBits: comoments.fractionBits, between: [-end, end] }).shifted(SPREAD_BITS - comoments.fractionBits).at(MATRIX_BITS);
  const right = scaled.pick(1, columns).slice(0, 0, columns);
  const narrow = spread.slice(0, 0, columns).not();
  const { solution, determined } = solved(builder, withDiagonal(builder, scaled.slice(0, 0, columns).slice(1, 0, columns), narrow, ridge), right);
  const apart = exponent.slice(0, 0, columns).minus(exponent.slice(0, columns, columns + 1).broadcast([columns]));
  const slopes = Floating.scaled(solution, apart).normalised().where(narrow.not());
  return { slopes, determined, narrow, intercept: Floating.joined([Floating.of(means.slice(0, columns, columns + 1)), slopes.times(Floating.of(means.slice(0, 0, columns))).negated()]).total().normalised() };
}

/** Opens a fit, but for what is not determined. `features` as of `partMoments`, for the labels. Throws CS0604 for two of one name. */
export function openFit(builder: TensorBuilder, { slopes, intercept, determined, narrow }: Fit, features: readonly Feature[]): void {
  const labels = [namedFeatures(features).slice(0, -1).map(({ name }) => name)];
  builder.output('determined', determined);
  builder.output('narrow', narrow, { labels });
  slopes.open(builder, 'slopes', determined, { labels });
  intercept.open(builder, 'intercept', determined);
}

/** Opens how many rows a fit is tested on, what it leaves unexplained of them, and what there is to explain. */
export function openErrors(builder: TensorBuilder, fit: Fit, held: CentredMoments): void {
  const { left, total } = residuals(builder, fit, held);
  builder.output('test.rows', held.count.n);
  left.open(builder, 'test.left', fit.determined);
  total.open(builder, 'test.total', fit.determined);
}

/** 1/2 where a column has no spread, and (1 + ridge) times what it has elsewhere. */
function withDiagonal(builder: TensorBuilder, matrix: Tensor, narrow: Tensor, ridge: number): Tensor {
  const size = narrow.length;
  const identity = (value: number, fractionBits: number): Tensor =>
    builder.constant(Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? value : 0)), { shape: [size, size], fractionBits });
  const halves = narrow.broadcast([size, size]).times(identity(0.5, MATRIX_BITS), { fractionBits: MATRIX_BITS });
  return matrix.plus(halves).plus(ridge === 0 ? 0 : matrix.times(identity(ridge, MATRIX_BITS), { fractionBits: MATRIX_BITS }));
}

/** What is left unexplained of other rows, Σ(y − a − Σ b·x)², and Σ(y − mean y)² of them. */
function residuals(builder: TensorBuilder, { slopes, intercept }: Fit, { count, means, comoments }: CentredMoments): { left: Floating; total: Floating } {
  const columns = means.length;
  const one = Floating.of(builder.constant([1], { fractionBits: 20 }));
  const weights = Floating.joined([slopes.negated(), one]);
  const offset = Floating.joined([weights.times(Floating.of(means)), intercept.shaped((x) => x.reshape([1])).negated()]).total().normalised();
  const products = weights.shaped((x) => x.reshape([columns, 1]).broadcast([columns, columns])).times(weights.shaped((x) => x.reshape([1, columns]).broadcast([columns, columns])));
  const within = products.times(Floating.of(comoments)).shaped((x) => x.reshape([columns * columns]));
  const spread = Floating.of(comoments.pick(0, columns - 1).slice(0, columns - 1, columns));
  const rows = Floating.of(count.n.at(20).within(0, Number(count.n.range!.max)));
  return { left: Floating.joined([within, offset.shaped((x) => x.reshape([1])).times(offset.shaped((x) => x.reshape([1]))).times(rows)]).total(), total: spread };
}
