import { type RoleDefinition } from '../definition.js';
import { type ParameterDefinition } from '../parameters.js';

export const NUMERIC = ['number', 'integer'] as const;

/** Owners of rows, of which there may be several. */
export const rowsRole = (...columns: RoleDefinition['columns']): RoleDefinition => ({ name: 'rows', inputs: 'one or more', rows: 'any', columns });

export const WHERE: ParameterDefinition = { name: 'where', kind: 'conditions', meaning: 'conditions that a row must meet to count, such as `income >= 1000`; which do stays with their owners', default: [] };

export const COLUMN: ParameterDefinition = { name: 'column', kind: 'column', meaning: 'the column of numbers' };
export const COLUMNS: ParameterDefinition = { name: 'columns', kind: 'columns', meaning: 'two or more columns of numbers, such as `age, income`' };
export const BY: ParameterDefinition = { name: 'by', kind: 'column', meaning: 'the column of categories that makes the groups' };
export const COLUMN_PAIR: readonly ParameterDefinition[] = [
  { name: 'row', kind: 'column', meaning: 'the column of categories whose values are the rows of the table' },
  { name: 'column', kind: 'column', meaning: 'the column of categories whose values are the columns of the table' },
];
export const OF: ParameterDefinition = { name: 'of', kind: 'choice', of: ['sample', 'population'], meaning: 'what is divided by: the number of rows less one, or the number of rows', default: 'sample' };

/** Why a statistic is missing. */
export const TOO_FEW = 'too few rows';
export const NO_SPREAD = 'the values spread too little beside their declared range: declare a narrower one';
