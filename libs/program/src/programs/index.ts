import { type ProgramDefinition } from '../definition.js';
import { CHI_SQUARE } from './chi-square.js';
import { CORRELATION } from './correlation.js';
import { COVARIANCE } from './covariance.js';
import { LOGISTIC_REGRESSION } from './logistic-regression.js';
import { T_TEST } from './t-test.js';
import { TWO_WAY_TABLE } from './two-way-table.js';
import { VARIANCE } from './variance.js';

/** The programs that are written with tensors, as data; `methods.ts` has what they do. */
export const TENSOR_PROGRAMS: readonly ProgramDefinition[] = [
  VARIANCE, COVARIANCE, CORRELATION, TWO_WAY_TABLE, T_TEST, CHI_SQUARE,
  LOGISTIC_REGRESSION,
];
