import { type ProgramDefinition } from '../definition.js';
import { CHI_SQUARE } from './chi-square.js';
import { CORRELATION } from './correlation.js';
import { COVARIANCE } from './covariance.js';
import { JOIN_COUNT } from './join-count.js';
import { JOINED_STATISTICS } from './joined-statistics.js';
import { LOGISTIC_REGRESSION } from './logistic-regression.js';
import { PRIVATE_INFERENCE } from './private-inference.js';
import { MEDIAN, QUANTILES } from './quantiles.js';
import { T_TEST } from './t-test.js';
import { TWO_WAY_TABLE } from './two-way-table.js';
import { VARIANCE } from './variance.js';

/** The programs that are written with tensors, as data; `methods.ts` has what they do. */
export const TENSOR_PROGRAMS: readonly ProgramDefinition[] = [
  VARIANCE, COVARIANCE, CORRELATION, MEDIAN, QUANTILES, TWO_WAY_TABLE, T_TEST, CHI_SQUARE,
  LOGISTIC_REGRESSION, PRIVATE_INFERENCE,
  JOIN_COUNT, JOINED_STATISTICS,
];
