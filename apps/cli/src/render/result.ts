import { type Errors, type ResultPrivacy } from '#program';
import { privacyText } from './privacy.js';
import { tableLines } from './table.js';
import { numberText, withErrorText } from './units.js';

const MOST_ROWS = 10;
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Of a private result with its error, and as many digits as that leaves. */
function cell(value: unknown, error?: Errors[string]): string {
  if (error === null) return 'not enough records to tell';
  if (isNumber(value)) return isNumber(error) ? withErrorText(value, error) : numberText(value);
  return value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}
const within = (errors: unknown, name: string): Errors[string] | undefined => (isRecord(errors) ? (errors as Errors)[name] : undefined);

/** A result as lines of text: scalars, groups as a table, long vectors by their beginning. */
export function resultLines({ privacy, ...result }: Readonly<Record<string, unknown>>): string[] {
  const stated = privacy as ResultPrivacy | undefined;
  const note = stated ? `(95 %, ${privacyText(stated)})` : '';
  return Object.entries(result).flatMap(([name, value]) => {
    if (Array.isArray(value)) return value.some(Array.isArray) ? matrixLines(name, value as unknown[][]) : vectorLines(name, value as unknown[]);
    const error = within(stated?.error95, name);
    if (isRecord(value)) return [...groupLines(name, value, error), ...(note ? [note] : [])];
    return [[name, cell(value, error), note].filter(Boolean).join(' ')];
  });
}

/** Rows and columns without names are counted from 1. */
function matrixLines(name: string, rows: readonly (readonly unknown[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const shown = rows.slice(0, MOST_ROWS).map((row, i) => [String(i + 1), ...row.slice(0, MOST_ROWS).map((value) => cell(value))]);
  const lines = tableLines([name, ...Array.from({ length: Math.min(columns, MOST_ROWS) }, (_, i) => String(i + 1))], shown);
  return rows.length > MOST_ROWS || columns > MOST_ROWS ? [...lines, `of ${rows.length} rows and ${columns} columns`] : lines;
}

function vectorLines(name: string, values: readonly unknown[]): string[] {
  const shown = values.slice(0, MOST_ROWS).map((value) => cell(value)).join(', ');
  return [`${values.length} ${name}: ${shown}${values.length > MOST_ROWS ? ', …' : ''}`];
}

function groupLines(name: string, groups: Record<string, unknown>, errors?: unknown): string[] {
  const entries = Object.entries(groups);
  const columns = [...new Set(entries.flatMap(([, value]) => (isRecord(value) ? Object.keys(value) : [name === 'counts' ? 'count' : 'value'])))];
  return tableLines([name, ...columns], entries.map(([group, value]) => [group, ...columns.map((column) => {
    const error = within(errors, group);
    return isRecord(value) ? cell(value[column], within(error, column)) : cell(value, error);
  })]));
}
