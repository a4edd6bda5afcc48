import { type Method } from './method.js';
import { chiSquare } from './chi-square.js';
import { correlation } from './correlation.js';
import { covariance } from './covariance.js';
import { demandForecast } from './demand-forecast.js';
import { joinCount } from './join-count.js';
import { joinedStatistics } from './joined-statistics.js';
import { linearRegression } from './linear-regression.js';
import { logisticRegression, logisticRegressionByColumns } from './logistic-regression.js';
import { logisticScore } from './logistic-score.js';
import { privateInference } from './private-inference.js';
import { median, quantiles } from './quantiles.js';
import { tTest } from './t-test.js';
import { trainAndScore } from './train-and-score.js';
import { twoWayTable } from './two-way-table.js';
import { variance } from './variance.js';

const METHODS: Readonly<Record<string, Method>> = {
  'chi-square/1': chiSquare,
  'correlation/1': correlation,
  'covariance/1': covariance,
  'median/1': median,
  'private-inference/1': privateInference,
  'quantiles/1': quantiles,
  'join-count/1': joinCount,
  'joined-statistics/1': joinedStatistics,
  't-test/1': tTest,
  'two-way-table/1': twoWayTable,
  'demand-forecast/1': demandForecast,
  'linear-regression/1': linearRegression,
  'logistic-regression/1': logisticRegression,
  'logistic-regression-by-columns/1': logisticRegressionByColumns,
  'logistic-score/1': logisticScore,
  'train-and-score/1': trainAndScore,
  'variance/1': variance,
};

/** Throws a `TypeError` for a method that this version does not know. */
export function methodOf(name: string): Method {
  if (!Object.hasOwn(METHODS, name)) throw new TypeError(`no method \`${name}\``);
  return METHODS[name]!;
}
