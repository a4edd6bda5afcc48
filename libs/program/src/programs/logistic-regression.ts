import { type ProgramData, defineProgram } from '../definition.js';
import { type BoundInput, type BoundRequest } from '../request.js';
import { type PlanBody } from '../aggregate.js';
import { TensorBuilder } from '../tensor/builder.js';
import { NUMERIC, rowsRole, WHERE } from './common.js';
import { evaluationResult, isEvaluated } from './evaluate.js';
import { LABEL, POSITIVE, labelFeature } from './labels.js';
import { DESCENT, FEATURES, ROC, openTest, trained } from './logistic-training.js';
import { type Method, type PlanContext } from './method.js';
import { coefficients, openModel } from './model.js';
import { HOLDOUT, type Parts, TEST, partsOf } from './parts.js';
import { CHECK } from './quality.js';
import { featuresOf, requireRows, whereOf } from './rows.js';
import { KEYS, requireSameKeys } from './same-keys.js';
import { type TrainingRows, columnsByOwner, requireSameRows, splitByCheckedColumns, splitByCheckedRows, splitByColumns, splitByRows, startingWith, withoutLabel } from './training-rows.js';

const LEARNT = 'in the columns’ own units and standardised (from which the columns’ joint standard deviations follow, and a weighted sum of their means), which columns hardly vary, and, on rows held out, how many are called rightly and wrongly 1 and 0, the area under the ROC, and the points of the ROC that are asked for';

const common = { v: 1, rowCounts: 'disclosed', minimumGroup: 'checked' } as const satisfies Partial<ProgramData>;

export const LOGISTIC_REGRESSION = defineProgram({
  ...common,
  name: 'Logistic Regression',
  opens: `The receivers learn the coefficients of one logistic regression on the rows of all data owners together, ${LEARNT}; all parties learn how many rows each owner has; and nothing else.`,
  roles: [rowsRole({ namedBy: 'label', types: ['category', 'integer'] }, { namedBy: 'features', types: [...NUMERIC, 'category'] })],
  parameters: [LABEL, POSITIVE, FEATURES, ...DESCENT, HOLDOUT, TEST, ROC, WHERE, CHECK],
  computation: { kind: 'tensor', method: 'logistic-regression/1' },
});

export const LOGISTIC_REGRESSION_BY_COLUMNS = defineProgram({
  ...common,
  name: 'Logistic Regression by Columns',
  opens: `The receivers learn the coefficients of one logistic regression on the columns of all data owners together, whose rows stand in one agreed order, ${LEARNT}; all parties learn how many rows there are and, where keys are compared, whether they agree; and nothing else.`,
  roles: [
    { name: 'labels', inputs: 'one', rows: 'any', columns: [{ namedBy: 'label', types: ['category', 'integer'] }] },
    { name: 'columns', inputs: 'one or more', rows: 'any', columns: [] },
  ],
  parameters: [LABEL, POSITIVE, FEATURES, ...DESCENT, HOLDOUT, ROC, CHECK, KEYS],
  computation: { kind: 'tensor', method: 'logistic-regression-by-columns/1' },
});

/** `inputs` are those whose rows count. */
function planned(builder: TensorBuilder, bound: BoundRequest, inputs: readonly BoundInput[], { minimumGroup }: PlanContext, rows: TrainingRows, { train, test }: Parts): PlanBody {
  const count = rows.count('count', train);
  requireRows(builder, count, inputs, minimumGroup, train.count);
  const model = trained(builder, bound, rows, train, count);
  openModel(builder, model.theta, rows.features, model.standard, model.bits.own);
  if (test) openTest(builder, model, rows, test, bound.values.roc as number);
  return builder.body();
}

const result: Method['result'] = (opened, made) => ({ ...coefficients(opened, made), ...(isEvaluated(opened) && evaluationResult(opened)) });

export const logisticRegression: Method = {
  plan(bound, context) {
    const { inputs } = bound;
    const where = whereOf(bound, inputs);
    const builder = new TensorBuilder();
    const split = bound.values.check === 'shares' ? splitByCheckedRows : splitByRows;
    const rows = split(builder, inputs, where, featuresOf(inputs, withoutLabel(bound)), labelFeature(bound, inputs));
    return planned(builder, bound, inputs, context, rows, partsOf(bound, inputs, context, where));
  },
  result,
};

export const logisticRegressionByColumns: Method = {
  plan(bound, context) {
    const inputs = startingWith('labels', bound.inputs);
    requireSameRows(inputs, context);
    const [labels] = inputs as [typeof inputs[number]];
    const builder = new TensorBuilder();
    requireSameKeys(builder, bound, inputs, context.rowsOf(labels));
    const split = bound.values.check === 'shares' ? splitByCheckedColumns : splitByColumns;
    const rows = split(builder, columnsByOwner(inputs, withoutLabel(bound)), labelFeature(bound, [labels]));
    return planned(builder, bound, [labels], context, rows, partsOf(bound, [labels], context, []));
  },
  result,
};
