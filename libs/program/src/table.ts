import { PlanError } from './errors.js';

/** Rows of one dataset, by column: numbers and integers as doubles, categories as their text. Row order is the source's. */
export interface Table {
  readonly rows: number;
  readonly columns: Readonly<Record<string, Float64Array | readonly string[]>>;
}

export function numbersOf(table: Table, column: string): Float64Array {
  const values = ownColumn(table, column);
  if (!(values instanceof Float64Array)) throw new PlanError('CS0625', `column \`${column}\` of the table is not numeric`);
  return values;
}

/** The elements of a weight of a model, whose columns have lengths of their own. */
export function weightOf({ columns }: Table, column: string): Float64Array {
  const values = Object.hasOwn(columns, column) ? columns[column] : undefined;
  if (!(values instanceof Float64Array)) throw new PlanError('CS0625', `the model has no weight \`${column}\``);
  return values;
}

export function textsOf(table: Table, column: string): readonly string[] {
  const values = ownColumn(table, column);
  if (values instanceof Float64Array) throw new PlanError('CS0625', `column \`${column}\` of the table is not a category`);
  return values;
}

/** For each row the index of its category in `values`. */
export function categoriesOf(table: Table, column: string, values: readonly string[]): Uint32Array {
  const texts = textsOf(table, column);
  const indexOf = new Map(values.map((value, index) => [value, index]));
  return Uint32Array.from(texts, (text, row) => {
    const index = indexOf.get(text);
    if (index === undefined) throw new PlanError('CS0625', `row ${row + 1} of column \`${column}\` has a value that is not declared`);
    return index;
  });
}

function ownColumn({ rows, columns }: Table, column: string): Float64Array | readonly string[] {
  const values = Object.hasOwn(columns, column) ? columns[column] : undefined;
  if (!values) throw new PlanError('CS0625', `the table has no column \`${column}\``);
  if (values.length !== rows) throw new PlanError('CS0625', `column \`${column}\` of the table has ${values.length} values in ${rows} rows`);
  return values;
}
