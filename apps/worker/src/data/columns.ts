import { type ColumnDeclaration, distinctKeys, PlanError } from '#program';
import { DataError, type DataErrorCode } from './errors.js';
import { MAX_TEXT, type RawColumn } from './reader-messages.js';

type Numeric = Extract<ColumnDeclaration, { min: number }>;
type Category = Extract<ColumnDeclaration, { values: readonly string[] }>;

/** Numbers as people and programs write them in files: no thousands separators, no hexadecimal. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;

/** The column as its declaration promises it, or the error (CS0509 to CS0514, CS0640) of the first row that breaks it. Rows count from 1, without the header. */
export function checkedColumn(dataset: string, name: string, declaration: ColumnDeclaration, raw: RawColumn): Float64Array | string[] {
  const refuse = (code: DataErrorCode, row: number, what: string, help: string[] = []): never => {
    throw new DataError(code, `row ${row + 1} of column \`${name}\` of \`${dataset}\` ${what}`, help);
  };
  if (declaration.type === 'category') return categories(declaration, raw, refuse);
  if (declaration.type === 'key') return distinct(keys(raw, refuse), { dataset, column: name });
  return numbers(declaration, raw, refuse);
}

type Refuse = (code: DataErrorCode, row: number, what: string, help?: string[]) => never;

function numbers(declaration: Numeric, raw: RawColumn, refuse: Refuse): Float64Array {
  const values = 'numbers' in raw ? raw.numbers : Float64Array.from(raw.texts, (text, row) => parsed(text, row, refuse));
  const { min, max, type } = declaration;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if ('numbers' in raw && raw.blank[row] === 1) refuse('CS0513', row, 'is blank', BLANK_HELP);
    if (!Number.isFinite(value)) refuse('CS0510', row, 'is not a finite number');
    if (type === 'integer' && !Number.isInteger(value)) refuse('CS0511', row, 'is not an integer', ['declare the column as `number`, or round it']);
    if (value < min || value > max) refuse('CS0512', row, `is outside the declared range ${min} to ${max}`, ['correct the value, or declare a wider range']);
  }
  return values;
}

function parsed(text: string | null, row: number, refuse: Refuse): number {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return refuse('CS0513', row, 'is blank', BLANK_HELP);
  if (NUMBER.test(trimmed)) return Number(trimmed);
  if (NOT_FINITE.test(trimmed)) return refuse('CS0510', row, 'is not a finite number');
  return refuse('CS0509', row, 'holds text where a number is declared');
}

function categories(declaration: Category, raw: RawColumn, refuse: Refuse): string[] {
  if ('numbers' in raw) throw new TypeError('a category column is read as text');
  const declared = new Map(declaration.values.map((value) => [value, value]));
  return raw.texts.map((text, row) => {
    if (text === null || text.trim() === '') return refuse('CS0513', row, 'is blank', BLANK_HELP);
    // The declared string, not the one just read: a million rows share a few.
    return declared.get(text) ?? refuse('CS0514', row, text.length >= MAX_TEXT ? 'is longer than a category may be' : 'has a value that is not declared', ['declare all values that the column has']);
  });
}

function keys(raw: RawColumn, refuse: Refuse): string[] {
  if ('numbers' in raw) throw new TypeError('a key column is read as text');
  return raw.texts.map((text, row) => {
    if (text === null || text.trim() === '') return refuse('CS0513', row, 'is blank', BLANK_HELP);
    return text.length >= MAX_TEXT ? refuse('CS0514', row, 'is longer than a key may be') : text;
  });
}

function distinct(texts: readonly string[], place: Parameters<typeof distinctKeys>[1]): string[] {
  try {
    return distinctKeys(texts, place);
  } catch (error) {
    if (error instanceof PlanError && error.code === 'CS0640') throw new DataError(error.code, error.message, error.help);
    throw error;
  }
}

const BLANK_HELP = ['fill it in, or leave such rows out with a `sql` query'];
