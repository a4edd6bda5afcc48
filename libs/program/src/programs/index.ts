import { type ProgramDefinition } from '../definition.js';
import { CORRELATION } from './correlation.js';
import { COVARIANCE } from './covariance.js';
import { TWO_WAY_TABLE } from './two-way-table.js';
import { VARIANCE } from './variance.js';

/** The programs that are written with tensors, as data; `methods.ts` has what they do. */
export const TENSOR_PROGRAMS: readonly ProgramDefinition[] = [VARIANCE, COVARIANCE, CORRELATION, TWO_WAY_TABLE];
