import { numberText } from './units.js';
import { tableLines } from './table.js';

const MOST_ROWS = 10;
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const cell = (value: unknown): string => (isNumber(value) ? numberText(value) : value === null ? 'none' : JSON.stringify(value));

/** A result as lines of text: scalars, groups as a table, long vectors by their beginning. */
export function resultLines(result: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(result).flatMap(([name, value]) => {
    if (Array.isArray(value)) return vectorLines(name, value as unknown[]);
    if (isRecord(value)) return groupLines(name, value);
    return [`${name} ${cell(value)}`];
  });
}

function vectorLines(name: string, values: readonly unknown[]): string[] {
  const shown = values.slice(0, MOST_ROWS).map(cell).join(', ');
  return [`${values.length} ${name}: ${shown}${values.length > MOST_ROWS ? ', …' : ''}`];
}

function groupLines(name: string, groups: Record<string, unknown>): string[] {
  const entries = Object.entries(groups);
  const columns = [...new Set(entries.flatMap(([, value]) => (isRecord(value) ? Object.keys(value) : ['count'])))];
  return tableLines([name, ...columns], entries.map(([group, value]) => [group, ...columns.map((column) => cell(isRecord(value) ? value[column] : value))]));
}
