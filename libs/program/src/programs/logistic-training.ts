import { type ParameterDefinition } from '../parameters.js';
import { type BoundRequest } from '../request.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { type Batch, type ClassWeights, type Descent, type DescentBits, descended, descentBits } from './descent.js';
import { openEvaluation } from './evaluate.js';
import { type Part } from './parts.js';
import { type Standard, standardOf } from './standardise.js';
import { type TrainingRows } from './training-rows.js';

export const FEATURES: ParameterDefinition = { name: 'features', kind: 'columns', meaning: 'the columns that the model looks at: of numbers, or of categories, of which each value but the first counts as a column of its own' };

export const DESCENT: readonly ParameterDefinition[] = [
  { name: 'steps', kind: 'integer', least: 1, most: 1000, default: 50, meaning: 'the number of steps of gradient descent' },
  { name: 'rate', kind: 'number', least: '0.000001', most: '64', default: '0.5', meaning: 'the learning rate, by which each step is multiplied' },
  { name: 'penalty', kind: 'number', least: '0', most: '1', default: '0.001', meaning: 'the L2 penalty on standardised coefficients; the intercept has none' },
  { name: 'batches', kind: 'integer', least: 1, most: 256, default: 1, meaning: 'into how many batches each owner’s rows are divided, in their order, of which a step looks at one; 1 looks at all rows in every step' },
  { name: 'weights', kind: 'choice', of: ['equal', 'balanced'], default: 'equal', meaning: '`balanced` gives both classes together the same weight, however rare one is' },
];

export const ROC: ParameterDefinition = { name: 'roc', kind: 'integer', least: 0, most: 200, default: 0, meaning: 'into how many equal steps of rows the ROC on test rows is divided, whose points are opened; 0 opens none' };

/** What the parameters of `DESCENT` ask for. */
const descentOf = ({ values }: BoundRequest, columns: number, most: number): Descent => ({
  steps: values.steps as number, rate: Number(values.rate), penalty: Number(values.penalty), batches: values.batches as number, balanced: values.weights === 'balanced', columns, most,
});

/** A model on shares. */
export interface Trained {
  /** [columns + 1]: weights of the scaled columns, and the intercept. */
  readonly theta: Tensor;
  readonly standard: Standard;
  readonly bits: DescentBits;
}

const marksOf = (marks: Tensor, column: number): Tensor => marks.pick(1, column).within(0, 1);

/** Batch b of B: the b-th of B equal stretches of every owner's rows. */
function batchesOf(builder: TensorBuilder, rows: readonly Tensor[], marks: readonly Tensor[], count: number): Batch[] {
  const stretch = (all: readonly Tensor[], b: number): Tensor[] => all.flatMap((each) => {
    const [from, to] = [b, b + 1].map((end) => Math.floor((end * each.shape[0]!) / count)) as [number, number];
    return from === to ? [] : [each.slice(0, from, to)];
  });
  return Array.from({ length: count }, (_, b) => [stretch(rows, b), stretch(marks, b)] as const).flatMap(([some, labels]) =>
    (some.length === 0 ? [] : [{ rows: builder.concat(some), labels: marksOf(builder.concat(labels), 0) }]));
}

/** n / (2·n₀) and n / (2·n₁), of classes of at least one row. */
function classWeights(ones: Tensor, count: Tensor, most: number): ClassWeights {
  const weightOf = (rows: Tensor): Tensor => count.dividedBy(rows.maximum(1).within(1, most).times(2), { fractionBits: 12 });
  return { positive: weightOf(ones), negative: weightOf(count.minus(ones).within(0, most)) };
}

/** Trains as the parameters of `DESCENT` say. `count` is that of the part. Throws CS0620. */
export function trained(builder: TensorBuilder, bound: BoundRequest, rows: TrainingRows, part: Part, count: Tensor): Trained {
  const descent = descentOf(bound, rows.features.length, part.most);
  const bits = descentBits(descent);
  const standard = standardOf(builder, rows, count, part, bits.rows);
  const batches = batchesOf(builder, rows.rows('train.rows', part, bits.rows), rows.marks('train.labels', part), descent.batches);
  const theta = descended(builder, batches, standard, { ...descent, batches: batches.length }, descent.balanced ? classWeights(rows.ones(part), standard.count, part.most) : undefined);
  return { theta, standard, bits };
}

/** [rows]: logits of rows, [rows, columns + 1], that need not be among those that the model is made of. */
export const logitsOf = ({ theta, bits }: Trained, rows: Tensor): Tensor =>
  rows.matmul(theta, { fractionBits: bits.testRows + bits.weight, between: [-bits.anyLogit, bits.anyLogit] });

/** Opens what the model says of held-out rows. */
export function openTest(builder: TensorBuilder, model: Trained, rows: TrainingRows, part: Part, points: number): void {
  const marks = builder.concat(rows.marks('test.labels', part));
  const scores = logitsOf(model, builder.concat(rows.rows('test.rows', part, model.bits.testRows)));
  openEvaluation(builder, { scores, labels: marksOf(marks, 0), ...(part.count === undefined && { present: marksOf(marks, 1) }) }, points);
}
