import { DoubleDouble } from './double-double.js';
import { PlanError } from './errors.js';
import { type Condition, type Ends, type Grid, type LocalExpression, type RowColumn } from './plan.js';
import { type Table, numbersOf, textsOf } from './table.js';

/** The rows that a source is about: those of its part for which all conditions hold. */
export function rowsOf(table: Table, { where = [], part }: Pick<LocalExpression, 'where' | 'part'>): Table {
  if (where.length === 0 && !part) return table;
  const meets = allOf(table, where);
  const isHeld = part && ('every' in part ? (row: number) => row % part.every === part.every - 1 : allOf(table, part.meeting));
  const kept = Array.from({ length: table.rows }, (_, row) => row).filter((row) => meets(row) && (!isHeld || isHeld(row) === part.held));
  const columns = Object.entries(table.columns).map(([name, values]) =>
    [name, values instanceof Float64Array ? Float64Array.from(kept, (row) => values[row]!) : kept.map((row) => values[row]!)] as const);
  return { rows: kept.length, columns: Object.fromEntries(columns) };
}

function allOf(table: Table, conditions: readonly Condition[]): (row: number) => boolean {
  const tests = conditions.map((condition) => testOf(table, condition));
  return (row) => tests.every((test) => test(row));
}

function testOf(table: Table, { column, is, value }: Condition): (row: number) => boolean {
  const values = Object.hasOwn(table.columns, column) ? table.columns[column]! : textsOf(table, column);
  if (!(values instanceof Float64Array)) {
    if (is !== '=' && is !== '!=') throw new PlanError('CS0625', `column \`${column}\` of the table has no order`);
    return (row) => (values[row] === value) === (is === '=');
  }
  const bound = Number(value);
  switch (is) {
    case '<': return (row) => values[row]! < bound;
    case '<=': return (row) => values[row]! <= bound;
    case '>': return (row) => values[row]! > bound;
    case '>=': return (row) => values[row]! >= bound;
    case '=': return (row) => values[row] === bound;
    case '!=': return (row) => values[row] !== bound;
  }
}

/** x − offset of every row, as a pair whose difference it is, and the power of two that scales it. */
interface Terms {
  readonly of: (row: number) => readonly [value: number, offset: number];
  readonly scale: number;
}

/** What a column of numbers counts as. */
function valuesOf({ column, logarithm, clip }: Extract<RowColumn, { exponent: number }>, table: Table): Float64Array {
  const values = numbersOf(table, column);
  const [least, most] = clip?.map(Number) ?? [-Infinity, Infinity];
  const clipped = clip ? values.map((x) => Math.max(least!, Math.min(most!, x))) : values;
  return logarithm ? clipped.map(Math.log) : clipped;
}

function termsOf(column: RowColumn, table: Table): Terms {
  if ('present' in column) return { of: () => [1, 0], scale: 1 };
  if ('equals' in column) {
    const values = Object.hasOwn(table.columns, column.column) ? table.columns[column.column]! : textsOf(table, column.column);
    const value = values instanceof Float64Array ? Number(column.equals) : column.equals;
    return { of: (row) => [values[row] === value ? 1 : 0, 0], scale: 1 };
  }
  if ('grid' in column) {
    const values = numbersOf(table, column.column);
    const [places, isWithin, { shift, bits, is }] = [gridPlaces(values, column.grid), liesWithin(column.within), column.digit];
    // Places may have more than the 32 bits of shifts.
    return { of: (row) => [isWithin(values[row]!) && Math.floor(places[row]! / 2 ** shift) % 2 ** bits === is ? 1 : 0, 0], scale: 1 };
  }
  if ('edges' in column) {
    const [values, isWithin, edges] = [numbersOf(table, column.column), liesWithin(column.within), column.edges.map(Number)];
    const isIn = (bin: number | undefined): boolean => (bin ?? edges.length - 1) === column.is;
    return { of: (row) => [isWithin(values[row]!) && isIn(binOf(edges, values[row]!)) ? 1 : 0, 0], scale: 1 };
  }
  const [values, offset] = [valuesOf(column, table), Number(column.offset)];
  return { of: (row) => [values[row]!, offset], scale: 2 ** -column.exponent };
}

function liesWithin(ends: Ends | undefined): (x: number) => boolean {
  if (!ends) return () => true;
  const [least, most] = [Number(ends[0]), Number(ends[1])];
  return (x) => x >= least && x <= most;
}

/** Between which edges a value lies, the last one included; none for one that lies beyond them. */
export function binOf(edges: readonly number[], value: number): number | undefined {
  const above = edges.findIndex((edge) => value < edge);
  if (above > 0) return above - 1;
  return above < 0 && value === edges.at(-1) ? edges.length - 2 : undefined;
}

/** Row-major; zeros beyond the rows of the table. Throws CS0625 when it has more than `rows`. */
export function matrixOf(columns: readonly RowColumn[], table: Table, rows: number): Float64Array {
  if (table.rows > rows) throw new PlanError('CS0625', `the table has ${table.rows} rows where at most ${rows} are declared`);
  const elements = new Float64Array(rows * columns.length);
  columns.forEach((column, j) => {
    const { of, scale } = termsOf(column, table);
    for (let row = 0; row < table.rows; row++) {
      const [value, offset] = of(row);
      elements[row * columns.length + j] = (value - offset) * scale;
    }
  });
  return elements;
}

/** Σ over the rows of column i · column j, for all i and j. */
export function momentsOf(columns: readonly RowColumn[], table: Table): DoubleDouble[] {
  const terms = columns.map((column) => termsOf(column, table));
  const sums = columns.map(() => columns.map(() => new DoubleDouble()));
  for (let i = 0; i < terms.length; i++) {
    for (let j = 0; j <= i; j++) {
      const [a, b, sum] = [terms[i]!, terms[j]!, sums[i]![j]!];
      const scale = a.scale * b.scale;
      for (let row = 0; row < table.rows; row++) sum.addProduct(a.of(row), b.of(row), scale);
      sums[j]![i] = sum;
    }
  }
  return sums.flat();
}

/** Where values are on a grid: the nearest point, the ends for what lies beyond. */
const gridPlaces = (values: Float64Array, grid: Grid): Float64Array => values.map((value) => placeOf(value, grid));
export const placeOf = (value: number, { least, exponent, points }: Grid): number => Math.min(points - 1, Math.max(0, Math.round((value - Number(least)) * 2 ** -exponent)));

/** How many rows are at each point of a grid or below. */
export function ranksOf(values: Float64Array, grid: Grid): DoubleDouble[] {
  const counts = new Float64Array(grid.points);
  for (const place of gridPlaces(values, grid)) counts[place]! += 1;
  let below = 0;
  return Array.from(counts, (count) => {
    const rank = new DoubleDouble();
    rank.add((below += count), 0);
    return rank;
  });
}
