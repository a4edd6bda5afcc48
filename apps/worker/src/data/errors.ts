/**
 * Data that cannot be used: stable code, one lower-case line that names the place (dataset, row, column), and what to do. Never a value:
 * these messages go to logs and to the control plane.
 */
export class DataError extends Error {
  override readonly name = 'DataError';
  constructor(readonly code: DataErrorCode, message: string, readonly help: readonly string[] = []) {
    super(message);
  }
}

/** Every code of reading data, with what it means. */
export const DATA_ERRORS = {
  CS0501: 'a data file is missing or cannot be read',
  CS0502: 'a path leads out of the folder of the data',
  CS0503: 'a data file is of a kind that is not read',
  CS0504: 'a data file is damaged',
  CS0505: 'a dataset has no rows',
  CS0506: 'a dataset has more rows than it may',
  CS0507: 'a dataset lacks a declared column',
  CS0508: 'a dataset has a column twice',
  CS0509: 'a number column holds something that is not a number',
  CS0510: 'a number column holds a value that is not finite',
  CS0511: 'an integer column holds a fraction',
  CS0512: 'a value is outside its declared range',
  CS0513: 'a value is blank',
  CS0514: 'a category column holds a value that is not declared',
  CS0515: 'a column is of a type that cannot be read',
  CS0516: 'the query of a dataset is not one single select',
  CS0517: 'the query of a dataset fails',
  CS0518: 'the query of a dataset reaches for something that it may not read',
  CS0519: 'reading took longer than allowed',
  CS0520: 'reading was stopped',
  CS0521: 'the process that reads data ended unexpectedly',
} as const;
/** And what libs/program says of keys. */
export type DataErrorCode = keyof typeof DATA_ERRORS | 'CS0640';
