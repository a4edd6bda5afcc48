import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type ColumnDeclaration, type DatasetDescriptor, type Table } from '#program';

/** A file of comma-separated values with a header, by column: numbers where all are, and texts. Rows for which `keep` is false are left out. */
export function readTable(path: string, keep: (row: Readonly<Record<string, string>>) => boolean = () => true): Table {
  const bytes = readFileSync(path);
  const [header, ...lines] = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim().split(/\r?\n/).map(cellsOf);
  const rows = lines.filter((cells) => keep(Object.fromEntries(header!.map((name, j) => [name, cells[j]!]))));
  return {
    rows: rows.length,
    columns: Object.fromEntries(header!.map((name, j) => {
      const texts = rows.map((cells) => cells[j]!);
      const isNumeric = texts.every((text) => text.trim() !== '' && Number.isFinite(Number(text)));
      return [name, isNumeric ? Float64Array.from(texts, Number) : texts] as const;
    })),
  };
}

function cellsOf(line: string): string[] {
  const cells = [''];
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === ',' && !quoted) cells.push('');
    else cells[cells.length - 1] += character;
  }
  return cells;
}

/** The rows of a table at some places, in their order. */
export const rowsAt = ({ columns }: Table, places: readonly number[]): Table => ({
  rows: places.length,
  columns: Object.fromEntries(Object.entries(columns).map(([name, values]) =>
    [name, values instanceof Float64Array ? Float64Array.from(places, (row) => values[row]!) : places.map((row) => values[row]!)] as const)),
});

/** The rows of a table by owner. */
export const dealt = (table: Table, owners: number, ownerOf: (row: number) => number): Table[] =>
  Array.from({ length: owners }, (_, owner) => rowsAt(table, Array.from({ length: table.rows }, (__, row) => row).filter((row) => ownerOf(row) === owner)));

/** With one more column. */
export const withColumn = ({ rows, columns }: Table, name: string, of: (row: number) => number | string): Table => {
  const values = Array.from({ length: rows }, (_, row) => of(row));
  return { rows, columns: { ...columns, [name]: values.every((value) => typeof value === 'number') ? Float64Array.from(values) : values.map(String) } };
};

/** What nodes would declare of their parts of a table: ranges and values of all rows. */
export function declared(whole: Table, node: string, name: string, maxRows: number): DatasetDescriptor {
  const columns = Object.entries(whole.columns).map(([column, values]): [string, ColumnDeclaration] => {
    if (!(values instanceof Float64Array)) return [column, { type: 'category', values: [...new Set(values)].sort() }];
    const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    return [column, { type: values.every(Number.isInteger) ? 'integer' : 'number', min, max }];
  });
  return { name, node, tags: [], maxRows, columns: Object.fromEntries(columns) };
}
