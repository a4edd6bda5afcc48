import { defineProgram } from '../definition.js';
import { PlanError } from '../errors.js';
import { type BoundInput } from '../request.js';
import { TensorBuilder } from '../tensor/builder.js';
import { SPLINE_ERROR } from '../tensor/operators/spline.js';
import { NUMERIC, WHERE } from './common.js';
import { evaluationResult, isEvaluated } from './evaluate.js';
import { LABEL, POSITIVE, labelFeature } from './labels.js';
import { DESCENT, FEATURES, ROC, logitsOf, openTest, trained } from './logistic-training.js';
import { type Method } from './method.js';
import { HOLDOUT, TEST, partsOf } from './parts.js';
import { CHECK, checkedByOwner } from './quality.js';
import { PRESENT, featuresOf, requireRows, rowsByOwner, whereOf } from './rows.js';
import { splitByCheckedRows, splitByRows, withoutLabel } from './training-rows.js';

/** Fraction bits of a probability. */
const PROBABILITY_BITS = 20;
/** Of the spline of a sigmoid, and rounding of the logit. */
const ERROR = SPLINE_ERROR + 0.00015;

export const TRAIN_AND_SCORE = defineProgram({
  v: 1,
  name: 'Train and Score',
  opens: 'The receivers learn one probability for each row to score, in its owner’s row order, by a logistic regression on the rows of all data owners together that is never opened, and, on rows held out, how many are called rightly and wrongly 1 and 0, the area under the ROC, and the points of the ROC that are asked for; all parties learn how many rows each owner has; and nothing else.',
  roles: [
    { name: 'rows', inputs: 'one or more', rows: 'any', columns: [{ namedBy: 'label', types: ['category', 'integer'] }, { namedBy: 'features', types: [...NUMERIC, 'category'] }] },
    { name: 'score', inputs: 'one', rows: 'any', columns: [{ namedBy: 'features', types: [...NUMERIC, 'category'] }] },
  ],
  parameters: [LABEL, POSITIVE, FEATURES, ...DESCENT, HOLDOUT, TEST, ROC, WHERE, CHECK],
  rowCounts: 'disclosed',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 'train-and-score/1' },
});

/** The joint model stays shared, and the rows of one node are scored with it in the same session. */
export const trainAndScore: Method = {
  plan(bound, context) {
    const [inputs, score] = [bound.inputs.filter(({ role }) => role === 'rows'), bound.inputs.find(({ role }) => role === 'score')!];
    const where = whereOf(bound, inputs);
    const builder = new TensorBuilder();
    // Scaled alike everywhere: what is scored is within what all declare.
    const features = featuresOf([...inputs, score], withoutLabel(bound));
    const checked = bound.values.check === 'shares';
    const rows = (checked ? splitByCheckedRows : splitByRows)(builder, inputs, where, features, labelFeature(bound, inputs));
    const { train, test } = partsOf(bound, inputs, context, where);
    const count = rows.count('count', train);
    requireRows(builder, count, inputs, context.minimumGroup, train.count);
    const model = trained(builder, bound, rows, train, count);
    if (test) openTest(builder, model, rows, test, bound.values.roc as number);
    const options = { name: 'score', features: [...features, PRESENT], where: [], fractionBits: model.bits.testRows, rowsOf: (input: BoundInput): number => context.rowsOf(input) };
    const known = checked ? checkedByOwner(builder, [score], { ...options, full: true }).map((each) => each.columns(options.features, options.fractionBits))[0] : rowsByOwner(builder, [score], options)[0];
    if (!known) throw new PlanError('CS0623', `\`${score.descriptor.name}\` of \`${score.descriptor.node}\` has no rows to score`);
    builder.output('probabilities', logitsOf(model, known).sigmoid({ fractionBits: PROBABILITY_BITS }), { errorBound: ERROR });
    return builder.body();
  },
  result: (opened) => ({ probabilities: opened.numbers('probabilities'), ...(isEvaluated(opened) && evaluationResult(opened)) }),
};
