import { type ProgramDefinition } from '../definition.js';
import { TWO_WAY_TABLE } from './two-way-table.js';

/** The programs that are written with tensors, as data; `methods.ts` has what they do. */
export const TENSOR_PROGRAMS: readonly ProgramDefinition[] = [TWO_WAY_TABLE];
