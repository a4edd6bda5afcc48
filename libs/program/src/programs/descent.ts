import { PlanError } from '../errors.js';
import { type Stage } from '../stages.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { LEAST_SPREAD_BITS, type Standard, WORK_BITS, bitsFor, productWithinWords } from './standardise.js';

/** Rows that one step of descent looks at: [rows, columns + 1] with 1 for a row and 0 for padding in the last column, and [rows] of labels 0 and 1. */
export interface Batch {
  readonly rows: Tensor;
  readonly labels: Tensor;
}

export interface Descent {
  readonly steps: number;
  readonly rate: number;
  readonly penalty: number;
  /** Of all steps together, in turn. */
  readonly batches: number;
  readonly balanced: boolean;
  readonly columns: number;
  /** At most so many rows. */
  readonly most: number;
}

/** Fraction bits of weights, of sigmoids, and of the part of a step that multiplies sums over rows. */
const WEIGHT_BITS = 20;
const SIGMOID_BITS = 16;
const FACTOR_BITS = 22;

/** What follows for the words from how large weights can become. */
export interface DescentBits {
  /** Fraction bits of rows to train on, and to test on. */
  readonly rows: number;
  readonly testRows: number;
  /** Of weights in the units of scaled columns, and of the intercept that goes with them. */
  readonly weight: number;
  readonly factor: number;
  /** |logit| is at most this, of rows to train on and of any. */
  readonly logit: number;
  readonly anyLogit: number;
  /** The same of a step, and of all steps together. */
  readonly step: number;
  readonly weights: number;
  /** |weight| of a scaled column is at most this. */
  readonly own: number;
}

/**
 * A gradient by a standardised column is at most 1 in magnitude: |Σ z·r / n| ≤ √(Σ z²/n)·√(Σ r²/n). A batch of n/b rows that stands for all n makes that √b, and weights of
 * classes √n. A weight is at most the sum of the steps, a logit of n rows at most √n for each. Throws CS0620.
 */
export function descentBits({ steps, rate, penalty, batches, balanced, columns, most }: Descent): DescentBits {
  const gradient = Math.sqrt(batches) * (balanced ? Math.sqrt(most) : 1);
  const weight = rate * steps * gradient;
  const logit = weight * (columns * Math.sqrt(most) + 1);
  const widest = 2 ** LEAST_SPREAD_BITS;
  const anyLogit = weight * (2 * columns * widest + 1);
  const step = (columns * widest + 1) * rate * (gradient + penalty * weight);
  const left = (fractionBits: number, bound: number): number => WORK_BITS - fractionBits - Math.max(0, Math.ceil(Math.log2(bound)));
  const bits = {
    rows: Math.min(24, left(WEIGHT_BITS + 1, logit)), testRows: Math.min(24, left(WEIGHT_BITS, anyLogit)), weight: WEIGHT_BITS, factor: Math.min(FACTOR_BITS, left(WEIGHT_BITS, step)),
    logit, anyLogit, step, own: widest * weight, weights: (columns * widest + 1) * weight,
  };
  if (Math.min(bits.rows, bits.testRows) < 12 || bits.factor < 10 || bitsFor(most) + bits.rows + SIGMOID_BITS > WORK_BITS) {
    throw new PlanError('CS0620', `${steps} steps at a rate of ${rate} over ${columns} columns and ${most} rows leave too little precision in 64 bits`, ['take fewer steps, a smaller rate, fewer batches or fewer columns']);
  }
  return bits;
}

export interface ClassWeights {
  /** [1] each. */
  readonly negative: Tensor;
  readonly positive: Tensor;
}

/**
 * [columns + 1]: weights u of logistic regression in the units of the scaled columns, and the intercept c that goes with them, by gradient descent on standardised columns.
 *
 * Rows are never standardised themselves. With weights w and intercept b of standardised columns, u = w/σ and c = b − Σ μ·u, the logit of a row is x·u + c, and with
 * the sums g = Σ x·r and g₀ = Σ r over the rows of r = σ(logit) − label a step is Δu = −(ρ/n)·(g − μ·g₀)/σ² and Δb = −(ρ/n)·g₀ for a rate ρ, less the penalty on w. So a
 * step is two products with the rows, a sigmoid for each, and one product of a fixed matrix with the vector of u, c, g and g₀.
 */
export function descended(builder: TensorBuilder, batches: readonly Batch[], standard: Standard, descent: Descent, weights?: ClassWeights): Tensor {
  const { steps, columns, most } = descent;
  const bits = descentBits(descent);
  const matrix = stepMatrix(builder, standard, descent, bits, weights);
  const sides = batches.map(({ rows }) => rows.transpose());
  const magnitude = bitsFor(most);
  let theta: Tensor | undefined;
  for (let step = 0; step < steps; step++) {
    builder.stage(...stageOf(step, steps, batches.length));
    const { rows, labels } = batches[step % batches.length]!;
    const label = labels.at(SIGMOID_BITS);
    const residual = theta ? sigmoids(rows, theta, bits).minus(label) : label.negated().plus(0.5);
    const ofClasses = weights ? builder.concat([residual.reshape([residual.length, 1]), residual.times(labels, { fractionBits: SIGMOID_BITS }).reshape([residual.length, 1])], 1) : residual.reshape([residual.length, 1]);
    // Over 2^magnitude, so that what is multiplied with it does not depend on how many rows there are.
    const sums = sides[step % batches.length]!.matmul(ofClasses, { fractionBits: bits.weight - magnitude, near: true }).shifted(magnitude).transpose().reshape([(columns + 1) * (weights ? 2 : 1)]).within(-1.001, 1.001);
    const change = (theta ? matrix.matmul(builder.concat([theta, sums]), scaleOf(bits)) : matrix.slice(1, columns + 1, matrix.shape[1]!).matmul(sums, scaleOf(bits)));
    theta = (theta ? theta.plus(change) : change).within(-bits.weights, bits.weights);
  }
  builder.stage();
  return theta!;
}

/** An epoch is a step with every batch. */
function stageOf(step: number, steps: number, batches: number): Stage {
  if (batches === 1) return [{ kind: 'step', index: step + 1, of: steps }];
  const epoch = Math.floor(step / batches);
  return [{ kind: 'epoch', index: epoch + 1, of: Math.ceil(steps / batches) }, { kind: 'step', index: (step % batches) + 1, of: Math.min(batches, steps - epoch * batches) }];
}

const scaleOf = ({ weight, step }: DescentBits): { fractionBits: number; between: readonly [number, number]; near: true } => ({ fractionBits: weight, between: [-step, step], near: true });

const sigmoids = (rows: Tensor, theta: Tensor, { rows: fractionBits, weight, logit }: DescentBits): Tensor =>
  rows.matmul(theta, { fractionBits: fractionBits + weight, between: [-logit, logit] }).sigmoid({ fractionBits: SIGMOID_BITS, near: true });

/** Fraction bits of 1/σ², which is below 2^16. */
const INVERSE_BITS = 16;

/** ρ · b · 2^magnitude / n, at least ρ: by what the sums over a batch are multiplied. */
function ratioOf(builder: TensorBuilder, count: Tensor, { rate, batches, columns, most }: Pick<Descent, 'rate' | 'batches' | 'columns' | 'most'>): Tensor {
  const least = Math.max(1, Number(count.range!.min));
  const whole = rate * batches * 2 ** bitsFor(most);
  // What it is multiplied with is below 2^(2·LEAST_SPREAD_BITS) for every column, and one more for their sum.
  const fractionBits = Math.min(20, WORK_BITS - INVERSE_BITS - 2 * LEAST_SPREAD_BITS - bitsFor(columns + 1) - Math.max(0, Math.ceil(Math.log2(whole / least))));
  if (fractionBits < 6) throw new PlanError('CS0620', 'the number of rows is too uncertain for the learning rate', ['leave the conditions on rows out']);
  return least === most ? builder.constant(whole / most, { fractionBits }) : builder.constant(whole, { fractionBits: 10 }).dividedBy(count, { fractionBits });
}

/**
 * [columns + 1, (columns + 1) · (1 + classes)]: what a step adds to u and c, by u and c (the penalty), by the sums over all rows, and, with weights of classes, by those
 * over rows with label 1.
 */
function stepMatrix(builder: TensorBuilder, { count, mean, variance }: Standard, { rate, penalty, batches, columns, most }: Descent, { factor }: DescentBits, weights?: ClassWeights): Tensor {
  const fractionBits = factor;
  const ratio = ratioOf(builder, count, { rate, batches, columns, most });
  const inverse = variance.reciprocal({ fractionBits: INVERSE_BITS });
  const shift = inverse.times(mean, { fractionBits: INVERSE_BITS });
  const constant = shift.times(mean, { fractionBits: INVERSE_BITS }).sum().plus(1);
  const identity = builder.constant(Array.from({ length: columns * columns }, (_, i) => (i % (columns + 1) === 0 ? 1 : 0)), { shape: [columns, columns] });
  const row = (values: Tensor): Tensor => values.reshape([1, columns]);
  const bySums = builder.concat([
    builder.concat([inverse.broadcast([columns, columns]).times(identity).negated(), shift.reshape([columns, 1])], 1),
    builder.concat([row(shift), constant.negated().reshape([1, 1])], 1),
  ]).times(ratio, { fractionBits });
  const shrink = builder.constant(rate * penalty, { fractionBits });
  const zeros = builder.constant(Array.from({ length: columns + 1 }, () => 0), { shape: [columns + 1, 1] }).at(fractionBits);
  const byWeights = builder.concat([builder.concat([identity.times(shrink, { fractionBits }).negated(), row(mean.times(shrink, { fractionBits }))]), zeros], 1);
  if (!weights) return builder.concat([byWeights, bySums], 1);
  return builder.concat([byWeights, productWithinWords(bySums, weights.negative, fractionBits), productWithinWords(bySums, weights.positive.minus(weights.negative), fractionBits)], 1);
}
