import { defineProgram } from '../definition.js';
import { PlanError } from '../errors.js';
import { type ParameterDefinition } from '../parameters.js';
import { type Plan } from '../plan.js';
import { type ResultValue, type TensorResult } from '../result.js';
import { type BoundInput, type BoundRequest } from '../request.js';
import { TensorBuilder } from '../tensor/builder.js';
import { NUMERIC, rowsRole, WHERE } from './common.js';
import { floatingOf } from './floating.js';
import { leastSquares, openErrors, openFit, partMoments, partSums, partSumsByColumns } from './least-squares.js';
import { FEATURES } from './logistic-training.js';
import { type Method } from './method.js';
import { hardlyVary } from './model.js';
import { type OpenedTensors } from './opened.js';
import { HOLDOUT, TEST, partsOf } from './parts.js';
import { CHECK } from './quality.js';
import { type Clip, type Feature, featuresOf, numberFeature, requireRows, scalesOf, summedColumns, whereOf } from './rows.js';
import { KEYS, requireSameKeys } from './same-keys.js';
import { columnsByOwner, requireSameRows, startingWith } from './training-rows.js';

const TARGET: ParameterDefinition = { name: 'target', kind: 'column', meaning: 'the column of numbers that the model is to tell' };
export const RIDGE: ParameterDefinition = { name: 'ridge', kind: 'number', least: '0', most: '10', default: '0', meaning: 'the L2 penalty on standardised coefficients; the intercept has none' };
export const LOGARITHMS: ParameterDefinition = { name: 'logarithms', kind: 'columns', default: [], meaning: 'the columns, of numbers above 0, whose natural logarithms are taken: the coefficient of a logarithm for that of the target is an elasticity' };

export const LINEAR_REGRESSION = defineProgram({
  v: 1,
  name: 'Linear Regression',
  opens: 'The receivers learn the coefficients of one linear regression on the rows of all data owners together, which columns hardly vary or that some follow from others, and, on rows held out, their number, the root mean square error and the part of the variance that is explained; all parties learn how many rows each owner has; and nothing else.',
  roles: [rowsRole({ namedBy: 'target', types: NUMERIC }, { namedBy: 'features', types: [...NUMERIC, 'category'] })],
  parameters: [TARGET, FEATURES, RIDGE, LOGARITHMS, HOLDOUT, TEST, WHERE, CHECK],
  rowCounts: 'disclosed',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 'linear-regression/1' },
});

export const LINEAR_REGRESSION_BY_COLUMNS = defineProgram({
  v: 1,
  name: 'Linear Regression by Columns',
  opens: 'The receivers learn the coefficients of one linear regression on the columns of all data owners together, whose rows stand in one agreed order, which columns hardly vary or that some follow from others, and, on rows held out, their number, the root mean square error and the part of the variance that is explained; all parties learn how many rows there are and, where keys are compared, whether they agree; and nothing else.',
  roles: [
    { name: 'target', inputs: 'one', rows: 'any', columns: [{ namedBy: 'target', types: NUMERIC }] },
    { name: 'columns', inputs: 'one or more', rows: 'any', columns: [] },
  ],
  parameters: [TARGET, FEATURES, RIDGE, LOGARITHMS, HOLDOUT, CHECK, KEYS],
  rowCounts: 'disclosed',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 'linear-regression-by-columns/1' },
});

/** The columns that `parameters` name: what is told, from what, and of which logarithms are taken. Throws CS0604. */
function namedColumns({ parameters, values }: BoundRequest, target: 'target' | 'demand', clipped: Iterable<string> = []): { last: string; columns: readonly string[]; logarithms: readonly string[] } {
  const [last, columns, logarithms] = [parameters[target]!, values.features as readonly string[], values.logarithms as readonly string[]];
  if (columns.includes(last)) throw new PlanError('CS0604', `\`${last}\` is the parameter \`${target}\`, and among the features`);
  const unknown = [...logarithms, ...clipped].find((column) => column !== last && !columns.includes(column));
  if (unknown !== undefined) throw new PlanError('CS0604', `\`${unknown}\` is neither \`${target}\` nor a feature`);
  return { last, columns, logarithms };
}

/** Features, and last what is to be told from them, which the parameter `target` names. Throws CS0604. */
export function regressionFeatures(bound: BoundRequest, inputs: readonly BoundInput[], target: 'target' | 'demand', clips: ReadonlyMap<string, Clip> = new Map()): Feature[] {
  const { last, columns, logarithms } = namedColumns(bound, target, clips.keys());
  return [...columns, last].flatMap((column) => {
    const [logarithm, clip] = [logarithms.includes(column), clips.get(column)];
    return logarithm || clip || column === last ? [numberFeature(inputs, column, { logarithm, ...(clip && { clip }) })] : featuresOf(inputs, [column]);
  });
}

export const linearRegression: Method = {
  plan(bound, context) {
    const { inputs, values } = bound;
    const where = whereOf(bound, inputs);
    const { train, test } = partsOf(bound, inputs, context, where);
    const features = regressionFeatures(bound, inputs, 'target');
    const builder = new TensorBuilder();
    const sums = partSums(builder, inputs, features, { where, check: values.check as string });
    const moments = partMoments(builder, inputs, sums, 'moments', features, train);
    requireRows(builder, moments.count.n, inputs, context.minimumGroup, train.count);
    const fit = leastSquares(builder, moments, Number(values.ridge));
    openFit(builder, fit, features);
    if (test) openErrors(builder, fit, partMoments(builder, inputs, sums, 'test', features, test));
    return builder.body();
  },
  result: (opened, plan) => regressionResult(opened, plan),
};

export const linearRegressionByColumns: Method = {
  plan(bound, context) {
    const inputs = startingWith('target', bound.inputs);
    requireSameRows(inputs, context);
    const first = inputs.slice(0, 1);
    const { train, test } = partsOf(bound, first, context, []);
    const { last, columns, logarithms } = namedColumns(bound, 'target');
    const logarithm = (column: string): boolean => logarithms.includes(column);
    const owned = columnsByOwner(inputs, columns, (input, column) => (logarithm(column) ? [numberFeature([input], column, { logarithm: true })] : featuresOf([input], [column])));
    const target = numberFeature(first, last, { logarithm: logarithm(last) });
    const features = [...owned.flatMap((each) => each.features), target];
    const builder = new TensorBuilder();
    requireSameKeys(builder, bound, inputs, context.rowsOf(inputs[0]!));
    const sums = partSumsByColumns(builder, owned, target, bound.values.check as string);
    const moments = partMoments(builder, inputs, sums, 'moments', features, train);
    requireRows(builder, moments.count.n, first, context.minimumGroup, train.count);
    const fit = leastSquares(builder, moments, Number(bound.values.ridge));
    openFit(builder, fit, features);
    if (test) openErrors(builder, fit, partMoments(builder, inputs, sums, 'test', features, test));
    return builder.body();
  },
  result: (opened, plan) => regressionResult(opened, plan),
};

export function regressionResult(opened: OpenedTensors, plan: Plan): TensorResult {
  if (opened.number('determined') !== 1) return { coefficients: null, why: 'some columns follow from others: leave them out, or ask for a `ridge`' };
  const target = summedColumns(plan).at(-1)!;
  const names = plan.outputs.find(({ name }) => name === 'narrow')!.labels![0]!;
  const scales = scalesOf(plan, names);
  const slopes = floatingOf(opened, 'slopes').map((slope, j) => slope * 2 ** (target.exponent - scales[j]!.exponent));
  const narrow = opened.numbers('narrow');
  return {
    coefficients: Object.fromEntries(names.map((name, j): [string, ResultValue] => [name, slopes[j]!])),
    // y = 2^e·(a + Σ b·v) + offset, of columns v = (x − offset) · 2^−exponent
    intercept: slopes.reduce((sum, slope, j) => sum - slope * scales[j]!.offset, floatingOf(opened, 'intercept')[0]! * 2 ** target.exponent + target.offset),
    ...hardlyVary(names.filter((_, j) => narrow[j] === 1)),
    ...(opened.names.includes('test.left') && { test: testResult(opened, target.exponent) }),
  };
}

function testResult(opened: OpenedTensors, exponent: number): ResultValue {
  const [rows, left, total] = [opened.number('test.rows'), Math.max(0, floatingOf(opened, 'test.left')[0]!), floatingOf(opened, 'test.total')[0]!];
  return { rows, rmse: rows === 0 ? null : Math.sqrt(left / rows) * 2 ** exponent, r2: total === 0 ? null : 1 - left / total };
}
