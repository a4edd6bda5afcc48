import { barPlot, MOST_BARS } from '../plots/bars.js';
import { type Figure, type Findings, type Reader } from './figure.js';
import { readRowNumbers } from './rows.js';
import { amountText, briefText } from './numbers.js';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const cell = (value: unknown): string => (value === null || typeof value === 'number' ? amountText(value) : typeof value === 'string' ? value : JSON.stringify(value) ?? '');

/** Whatever a program of a user's own opens: named numbers as bars, lists by their distribution, all else as a table. */
export const readOther: Reader = (value, asked, name): Findings => {
  if (Array.isArray(value)) return readRowNumbers(value, asked, name) ?? { figures: [{ title: name, tables: [{ caption: name, columns: ['', 'value'], rows: value.slice(0, 100).map((each, i) => [String(i + 1), cell(each)]) }] }] };
  return isRecord(value) ? { figures: [ofRecord(value, name)] } : { tiles: [{ name, value: cell(value) }] };
};

function ofRecord(value: Record<string, unknown>, name: string): Figure {
  const entries = Object.entries(value);
  const columns = [...new Set(entries.flatMap(([, each]) => (isRecord(each) ? Object.keys(each) : [])))];
  if (columns.length > 0) return { title: name, tables: [{ caption: name, columns: ['', ...columns], rows: entries.map(([each, of]) => [each, ...columns.map((column) => (isRecord(of) && Object.hasOwn(of, column) ? cell(of[column]) : ''))]) }] };
  const numbers = entries.flatMap(([each, of]) => (typeof of === 'number' ? [{ name: each, value: of }] : []));
  return {
    title: name,
    ...(numbers.length === entries.length && numbers.length > 1 && {
      plot: {
        description: `${Math.min(numbers.length, MOST_BARS)} bars: ${numbers.slice(0, 8).map(({ name: each, value: of }) => `${each} ${briefText(of)}`).join(', ')}${numbers.length > 8 ? ', and so on' : ''}.`,
        draw: (words) => barPlot(numbers, { axis: name, text: briefText }, words),
      },
    }),
    tables: [{ caption: name, columns: ['', 'value'], rows: entries.map(([each, of]) => [each, cell(of)]) }],
  };
}
