import { defineProgram } from '../definition.js';
import { PlanError } from '../errors.js';
import { type ParameterDefinition } from '../parameters.js';
import { type Condition } from '../plan.js';
import { type BoundInput, type BoundRequest } from '../request.js';
import { TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { NUMERIC, rowsRole, WHERE } from './common.js';
import { type Batch, type ClassWeights, type Descent, descended, descentBits } from './descent.js';
import { evaluationResult, isEvaluated, openEvaluation } from './evaluate.js';
import { LABEL, POSITIVE, labelFeature } from './labels.js';
import { type Method, type PlanContext } from './method.js';
import { coefficients, openModel } from './model.js';
import { HOLDOUT, type Part, TEST, partsOf, requireRows } from './parts.js';
import { type Feature, PRESENT, allMoments, featuresOf, rowsByOwner, whereOf } from './rows.js';
import { rowCount, standardOf } from './standardise.js';

export const FEATURES: ParameterDefinition = { name: 'features', kind: 'columns', meaning: 'the columns that the model looks at: of numbers, or of categories, of which each value but the first counts as a column of its own' };

export const DESCENT: readonly ParameterDefinition[] = [
  { name: 'steps', kind: 'integer', least: 1, most: 1000, default: 50, meaning: 'the number of steps of gradient descent' },
  { name: 'rate', kind: 'number', least: '0.000001', most: '64', default: '0.5', meaning: 'the learning rate, by which each step is multiplied' },
  { name: 'penalty', kind: 'number', least: '0', most: '1', default: '0.001', meaning: 'the L2 penalty on standardised coefficients; the intercept has none' },
  { name: 'batches', kind: 'integer', least: 1, most: 256, default: 1, meaning: 'into how many batches each owner’s rows are divided, in their order, of which a step looks at one; 1 looks at all rows in every step' },
  { name: 'weights', kind: 'choice', of: ['equal', 'balanced'], default: 'equal', meaning: '`balanced` gives both classes together the same weight, however rare one is' },
];

export const ROC: ParameterDefinition = { name: 'roc', kind: 'integer', least: 0, most: 200, default: 0, meaning: 'into how many equal steps of rows the ROC on test rows is divided, whose points are opened; 0 opens none' };

export const LOGISTIC_REGRESSION = defineProgram({
  v: 1,
  name: 'Logistic Regression',
  opens: 'The receivers learn the coefficients of one logistic regression on the rows of all data owners together, in the columns’ own units and standardised (from which the columns’ joint standard deviations follow, and a weighted sum of their means), which columns hardly vary, and, on rows held out, how many are called rightly and wrongly 1 and 0, the area under the ROC, and the points of the ROC that are asked for; all parties learn how many rows each owner has; and nothing else.',
  roles: [rowsRole({ namedBy: 'label', types: ['category', 'integer'] }, { namedBy: 'features', types: [...NUMERIC, 'category'] })],
  parameters: [LABEL, POSITIVE, FEATURES, ...DESCENT, HOLDOUT, TEST, ROC, WHERE],
  rowCounts: 'disclosed',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 'logistic-regression/1' },
});

/** What the parameters of `DESCENT` ask for. */
export const descentOf = ({ values }: BoundRequest, columns: number, most: number): Descent => ({
  steps: values.steps as number, rate: Number(values.rate), penalty: Number(values.penalty), batches: values.batches as number, balanced: values.weights === 'balanced', columns, most,
});

/** The rows of a part as inputs: features and presence, and labels and presence. */
interface PartRows {
  readonly rows: readonly Tensor[];
  readonly labels: readonly Tensor[];
}

interface Training {
  readonly features: readonly Feature[];
  readonly label: Feature;
  readonly where: readonly Condition[];
}

const partRows = (builder: TensorBuilder, inputs: readonly BoundInput[], name: string, { part, rowsOf }: Part, { features, label, where }: Training, fractionBits: number): PartRows => ({
  rows: rowsByOwner(builder, inputs, { name: `${name}.rows`, features: [...features, PRESENT], where, part, rowsOf, fractionBits }),
  labels: rowsByOwner(builder, inputs, { name: `${name}.labels`, features: [label, PRESENT], where, part, rowsOf, fractionBits: 0 }),
});

const marksOf = (marks: Tensor, column: number): Tensor => marks.pick(1, column).within(0, 1);

/** Batch b of B: the b-th of B equal stretches of every owner's rows. */
function batchesOf(builder: TensorBuilder, { rows, labels }: PartRows, count: number): Batch[] {
  const stretch = (all: readonly Tensor[], b: number): Tensor[] => all.flatMap((each) => {
    const [from, to] = [b, b + 1].map((end) => Math.floor((end * each.shape[0]!) / count)) as [number, number];
    return from === to ? [] : [each.slice(0, from, to)];
  });
  return Array.from({ length: count }, (_, b) => ({ rows: builder.concat(stretch(rows, b)), labels: marksOf(builder.concat(stretch(labels, b)), 0) }));
}

/** n / (2·n₀) and n / (2·n₁), of classes of at least one row. */
function classWeights(builder: TensorBuilder, inputs: readonly BoundInput[], { part, rowsOf, most }: Part, { label, where }: Training, count: Tensor): ClassWeights {
  const moments = allMoments(builder, inputs, { name: 'classes', features: [label, PRESENT], where, part, rowsOf, fractionBits: 0 });
  const ones = moments.pick(0, 0).slice(0, 0, 1).within(0, most);
  const weightOf = (rows: Tensor): Tensor => count.dividedBy(rows.maximum(1).within(1, most).times(2), { fractionBits: 12 });
  return { positive: weightOf(ones), negative: weightOf(count.minus(ones).within(0, most)) };
}

function plan(bound: BoundRequest, context: PlanContext): ReturnType<TensorBuilder['body']> {
  const { inputs, values } = bound;
  const where = whereOf(bound, inputs);
  const { train, test } = partsOf(bound, inputs, context, where);
  const features = featuresOf(inputs, values.features as readonly string[]);
  if ((values.features as readonly string[]).includes(bound.parameters.label!)) throw new PlanError('CS0604', 'the label is among the features');
  const training: Training = { features, label: labelFeature(bound, inputs), where };
  const descent = descentOf(bound, features.length, train.most);
  const bits = descentBits(descent);
  const builder = new TensorBuilder();
  const count = rowCount(builder, inputs, 'count', train, where);
  requireRows(builder, count, inputs, train, context.minimumGroup);
  const standard = standardOf(builder, inputs, features, count, train, where);
  const theta = descended(builder, batchesOf(builder, partRows(builder, inputs, 'train', train, training, bits.rows), descent.batches), standard, descent, descent.balanced ? classWeights(builder, inputs, train, training, standard.count) : undefined);
  openModel(builder, theta, features, standard, bits.own);
  if (test) {
    const { rows, labels } = partRows(builder, inputs, 'test', test, training, bits.testRows);
    const [known, marks] = [builder.concat(rows), builder.concat(labels)];
    const scores = known.matmul(theta, { fractionBits: bits.testRows + bits.weight, between: [-bits.anyLogit, bits.anyLogit] });
    openEvaluation(builder, { scores, labels: marksOf(marks, 0), ...(test.count === undefined && { present: marksOf(marks, 1) }) }, values.roc as number);
  }
  return builder.body();
}

export const logisticRegression: Method = {
  plan,
  result: (opened, made) => ({ ...coefficients(opened, made), ...(isEvaluated(opened) && { test: evaluationResult(opened) }) }),
};
