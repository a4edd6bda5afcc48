import { type ProgramDefinition } from '../definition.js';
import { CHI_SQUARE } from './chi-square.js';
import { CORRELATION } from './correlation.js';
import { COVARIANCE } from './covariance.js';
import { DEMAND_FORECAST } from './demand-forecast.js';
import { JOIN_COUNT } from './join-count.js';
import { JOINED_STATISTICS } from './joined-statistics.js';
import { LINEAR_REGRESSION } from './linear-regression.js';
import { LOGISTIC_REGRESSION, LOGISTIC_REGRESSION_BY_COLUMNS } from './logistic-regression.js';
import { LOGISTIC_SCORE } from './logistic-score.js';
import { PRIVATE_INFERENCE } from './private-inference.js';
import { MEDIAN, QUANTILES } from './quantiles.js';
import { T_TEST } from './t-test.js';
import { TRAIN_AND_SCORE } from './train-and-score.js';
import { TWO_WAY_TABLE } from './two-way-table.js';
import { VARIANCE } from './variance.js';

/** The programs that are written with tensors, as data; `methods.ts` has what they do. */
export const TENSOR_PROGRAMS: readonly ProgramDefinition[] = [
  VARIANCE, COVARIANCE, CORRELATION, MEDIAN, QUANTILES, TWO_WAY_TABLE, T_TEST, CHI_SQUARE,
  LINEAR_REGRESSION, LOGISTIC_REGRESSION, LOGISTIC_REGRESSION_BY_COLUMNS, LOGISTIC_SCORE, TRAIN_AND_SCORE, DEMAND_FORECAST,
  PRIVATE_INFERENCE,
  JOIN_COUNT, JOINED_STATISTICS,
];
