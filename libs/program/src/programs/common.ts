import { type RoleDefinition } from '../definition.js';
import { type ParameterDefinition } from '../parameters.js';

export const NUMERIC = ['number', 'integer'] as const;

/** Owners of rows, of which there may be several. */
export const rowsRole = (...columns: RoleDefinition['columns']): RoleDefinition => ({ name: 'rows', inputs: 'one or more', rows: 'any', columns });

export const WHERE: ParameterDefinition = { name: 'where', kind: 'conditions', meaning: 'conditions that a row must meet to count, such as `income >= 1000`; which do stays with their owners', default: [] };
