import { defineProgram, type ProgramDefinition } from './definition.js';
import { type ParameterDefinition } from './parameters.js';
import { BY, COLUMN, NUMERIC, rowsRole, WHERE } from './programs/common.js';
import { TENSOR_PROGRAMS } from './programs/index.js';
import { CHECK } from './programs/quality.js';

const categoryColumn: ParameterDefinition = { name: 'column', kind: 'column', meaning: 'the column of categories whose values are counted' };

const numericColumn = { namedBy: 'column', types: NUMERIC } as const;

/**
 * The analyses that Countersign ships. "Nothing else" in `opens` is about what the protocol shows; what follows from a result
 * follows from it here too: of two data owners, one that receives a sum can subtract its own part.
 */
export const PROGRAMS: readonly ProgramDefinition[] = [
  defineProgram({
    v: 1,
    name: 'Count',
    opens: 'The receivers learn the number of rows of all data owners together that meet the conditions, and nothing else.',
    roles: [rowsRole()],
    parameters: [WHERE, CHECK],
    rowCounts: 'hidden',
    minimumGroup: 'count',
    computation: { kind: 'aggregate', aggregates: ['count'], result: 'count' },
  }),
  defineProgram({
    v: 1,
    name: 'Sum',
    opens: 'The receivers learn the sum of one column over the rows of all data owners together that meet the conditions and the number of these rows, and nothing else.',
    roles: [rowsRole(numericColumn)],
    parameters: [COLUMN, WHERE, CHECK],
    rowCounts: 'hidden',
    minimumGroup: 'count',
    computation: { kind: 'aggregate', aggregates: ['count', 'sum'], result: 'sum' },
  }),
  defineProgram({
    v: 1,
    name: 'Mean',
    // Mean and count determine sum and count and the other way round, so opening the latter reveals no more than the former.
    opens: 'The receivers learn the mean of one column over the rows of all data owners together that meet the conditions and the number of these rows (opened as sum and number, which say the same), and nothing else.',
    roles: [rowsRole(numericColumn)],
    parameters: [COLUMN, WHERE, CHECK],
    rowCounts: 'hidden',
    minimumGroup: 'count',
    computation: { kind: 'aggregate', aggregates: ['count', 'sum'], result: 'mean' },
  }),
  defineProgram({
    v: 1,
    name: 'Standard Deviation',
    opens: 'The receivers learn the population standard deviation and the mean of one column over the rows of all data owners together that meet the conditions and the number of these rows (opened as sum, sum of squares and number, which say the same), and nothing else.',
    roles: [rowsRole(numericColumn)],
    parameters: [COLUMN, WHERE, CHECK],
    rowCounts: 'hidden',
    minimumGroup: 'count',
    computation: { kind: 'aggregate', aggregates: ['count', 'sum', 'sum_of_squares'], result: 'standard_deviation' },
  }),
  defineProgram({
    v: 1,
    name: 'Histogram',
    opens: 'The receivers learn, for each declared value of one category column, the number of rows of all data owners together that have it and meet the conditions, and nothing else.',
    roles: [rowsRole({ namedBy: 'column', types: ['category'] })],
    parameters: [categoryColumn, WHERE, CHECK],
    rowCounts: 'hidden',
    minimumGroup: 'count_by',
    computation: { kind: 'aggregate', aggregates: ['count_by'], result: 'histogram' },
  }),
  defineProgram({
    v: 1,
    name: 'Binned Histogram',
    opens: 'The receivers learn, for each interval between given edges, the number of rows of all data owners together that meet the conditions and have a value of one column in it, and nothing else.',
    roles: [rowsRole(numericColumn)],
    parameters: [COLUMN, { name: 'edges', kind: 'numbers', meaning: 'the ascending ends of the intervals, such as `0, 18, 65, 120`: each begins one, and the last one ends the last; rows beyond them count nowhere' }, WHERE, CHECK],
    rowCounts: 'hidden',
    minimumGroup: 'count_bins',
    computation: { kind: 'aggregate', aggregates: ['count_bins'], result: 'binned_histogram' },
  }),
  defineProgram({
    v: 1,
    name: 'Group Mean',
    opens: 'The receivers learn, for each declared value of one category column, the number of rows of all data owners together that have it and meet the conditions and the mean of another column over them (opened as sum and number, which say the same), and nothing else.',
    roles: [rowsRole(numericColumn, { namedBy: 'by', types: ['category'] })],
    parameters: [COLUMN, BY, WHERE, CHECK],
    rowCounts: 'hidden',
    minimumGroup: 'count_by',
    computation: { kind: 'aggregate', aggregates: ['count_by', 'sum_by'], result: 'group_mean' },
  }),
  defineProgram({
    v: 1,
    name: 'Linear Score',
    opens: 'The receivers learn one score for each row of the data owner, in its row order: the weighted sum of the row plus the intercept; all parties learn how many rows there are; and nothing else.',
    roles: [
      { name: 'model', inputs: 'one', rows: 'one', columns: [{ name: 'intercept', types: NUMERIC }, { each: 'feature', types: NUMERIC }] },
      { name: 'rows', inputs: 'one', rows: 'any', columns: [{ each: 'feature', types: NUMERIC }] },
    ],
    parameters: [CHECK],
    rowCounts: 'disclosed',
    minimumGroup: 'unsupported',
    computation: { kind: 'linear_score', result: 'scores' },
  }),
  ...TENSOR_PROGRAMS,
];

/** The program of this exact name. */
export const programByName = (name: string): ProgramDefinition | undefined => PROGRAMS.find((program) => program.name === name);
