import { type ProgramDefinition } from '../definition.js';
import { CHI_SQUARE, chiSquare } from './chi-square.js';
import { CORRELATION, correlation } from './correlation.js';
import { COVARIANCE, covariance } from './covariance.js';
import { DEMAND_FORECAST, demandForecast } from './demand-forecast.js';
import { JOIN_COUNT, joinCount } from './join-count.js';
import { HIDDEN_MATCH_STATISTICS, JOINED_STATISTICS, hiddenMatchStatistics, joinedStatistics } from './joined-statistics.js';
import { LINEAR_REGRESSION, LINEAR_REGRESSION_BY_COLUMNS, linearRegression, linearRegressionByColumns } from './linear-regression.js';
import { LOGISTIC_REGRESSION, LOGISTIC_REGRESSION_BY_COLUMNS, logisticRegression, logisticRegressionByColumns } from './logistic-regression.js';
import { LOGISTIC_SCORE, logisticScore } from './logistic-score.js';
import { PRIVATE_INFERENCE, privateInference } from './private-inference.js';
import { MEDIAN, QUANTILES, median, quantiles } from './quantiles.js';
import { T_TEST, tTest } from './t-test.js';
import { TRAIN_AND_SCORE, trainAndScore } from './train-and-score.js';
import { TWO_WAY_TABLE, twoWayTable } from './two-way-table.js';
import { VARIANCE, variance } from './variance.js';
import { type Method } from './method.js';

/** The programs that are written with tensors, and what plans them. */
const ALL: readonly (readonly [program: ProgramDefinition, method: Method])[] = [
  [VARIANCE, variance], [COVARIANCE, covariance], [CORRELATION, correlation], [MEDIAN, median], [QUANTILES, quantiles], [TWO_WAY_TABLE, twoWayTable],
  [T_TEST, tTest], [CHI_SQUARE, chiSquare], [LINEAR_REGRESSION, linearRegression], [LINEAR_REGRESSION_BY_COLUMNS, linearRegressionByColumns], [LOGISTIC_REGRESSION, logisticRegression],
  [LOGISTIC_REGRESSION_BY_COLUMNS, logisticRegressionByColumns], [LOGISTIC_SCORE, logisticScore], [TRAIN_AND_SCORE, trainAndScore],
  [DEMAND_FORECAST, demandForecast], [PRIVATE_INFERENCE, privateInference], [JOIN_COUNT, joinCount], [JOINED_STATISTICS, joinedStatistics], [HIDDEN_MATCH_STATISTICS, hiddenMatchStatistics],
];

export const TENSOR_PROGRAMS: readonly ProgramDefinition[] = ALL.map(([program]) => program);

const METHODS: ReadonlyMap<string, Method> = new Map(ALL.map(([{ computation }, method]) => [computation.kind === 'tensor' ? computation.method : '', method]));

/** Throws a `TypeError` for a method that this version does not know. */
export function methodOf(name: string): Method {
  const method = METHODS.get(name);
  if (!method) throw new TypeError(`no method \`${name}\``);
  return method;
}
