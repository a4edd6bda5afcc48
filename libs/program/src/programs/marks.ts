import { type Ends, type RowColumn } from '../plan.js';
import { type BoundInput, columnOf } from '../request.js';
import { placeOf } from '../rows.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { NUMERIC } from './common.js';
import { type Feature, indicatorFeature, valuesOfAll } from './rows.js';

/**
 * Columns of a row that are 0 or 1: whether there is a row, which value of a category it has, between which edges a number lies, which digit it has at some place.
 * Some of them are all that a row may have of one thing, so that each row has exactly one: a kind.
 */
export const isMark = ({ column, mark }: Feature): boolean => mark ?? !('exponent' in column);

/** All marks of a row of which one is asked for: only all of them together show that a row has one. */
export function everyMark(inputs: readonly BoundInput[], feature: Feature): readonly Feature[] {
  const { column } = feature;
  if ('equals' in column) return valuesOfAll(inputs, column.column).map((value) => indicatorFeature(column.column, value));
  if ('edges' in column) return column.edges.map((_, is) => binFeature(column.column, column.edges, is));
  if ('digit' in column) return Array.from({ length: 2 ** column.digit.bits }, (_, is) => markFeature({ ...column, digit: { ...column.digit, is } }));
  return [feature];
}

const markFeature = (column: RowColumn): Feature => ({ name: nameOf(column), column, offset: 0, exponent: 0, reach: 1 });

/** 1 where a number lies between edge `is` and the next; or, where none follows, beyond all of them. */
export const binFeature = (column: string, edges: readonly string[], is: number): Feature => markFeature({ column, edges, is });

/** 1 where a number has the digit `is` at one place of the grid. */
export const digitFeature = (column: Omit<Extract<RowColumn, { digit: unknown }>, 'within'>): Feature => markFeature(column);

function nameOf(column: RowColumn): string {
  if ('digit' in column) return `${column.column} digit ${column.digit.shift} ${column.digit.is}`;
  return 'edges' in column ? `${column.column} between ${column.edges.join()} ${column.is}` : 'mark';
}

/** What tells marks of which a row has exactly one; none for others. */
function kindOf(column: RowColumn): string | undefined {
  if ('equals' in column) return `${column.column} =`;
  if ('edges' in column) return `${column.column} between ${column.edges.join()}`;
  return 'digit' in column ? `${column.column} digit ${column.digit.shift}` : undefined;
}

/** As this owner makes a mark of its rows: none of a number that breaks its own declaration. */
export const ownMark = (input: BoundInput, column: RowColumn): RowColumn =>
  ('edges' in column || 'digit' in column ? { ...column, within: endsOf(input, column.column) } : column);

function endsOf(input: BoundInput, column: string): Ends {
  const { min, max } = columnOf(input, column, NUMERIC);
  return [String(min), String(max)];
}

/** Ends the session and names the owner unless marks are 0 or 1, every row has one of each kind and padding no mark, and no mark stands for what the owner does not declare. */
export function requireMarks(builder: TensorBuilder, marked: Tensor, marks: readonly Feature[], input: BoundInput): void {
  const present = marked.slice(1, 0, 1);
  builder.requireWithin(builder.concat([marked, ...blanks(marked, present, marks)], 1), 0, 1, input.party);
  const never = marks.flatMap(({ column }, i) => zeros(input, column, marked.slice(1, i, i + 1), present));
  if (never.length > 0) builder.requireWithin(builder.concat(never, 1), 0, 0, input.party);
  for (const column of new Set(marks.flatMap(({ column: each }) => ('digit' in each ? [each.column] : [])))) requirePlaces(builder, marked, present, marks, input, column);
}

/**
 * For every kind, for each row: 0 where it has one and is a row, or has none and is padding; and the same negated. For a mark of no kind, of which a row may have none:
 * 0 or 1 just where padding has none.
 */
function blanks(marked: Tensor, present: Tensor, marks: readonly Feature[]): Tensor[] {
  const kinds = new Map<string, number[]>();
  const alone: Tensor[] = [];
  marks.forEach(({ column }, i) => {
    const kind = kindOf(column);
    if (kind !== undefined) kinds.set(kind, [...(kinds.get(kind) ?? []), i]);
    else if (!('present' in column)) alone.push(present.minus(marked.slice(1, i, i + 1)));
  });
  return [...alone, ...[...kinds.values()].flatMap((places) => {
    const left = places.map((i) => marked.slice(1, i, i + 1)).reduce((rest, mark) => rest.minus(mark), present);
    return [left, left.negated()];
  })];
}

/** What is 0 in all rows by what the owner declares: a mark that no row has, and what is left of those where every row has a label. */
function zeros(input: BoundInput, column: RowColumn, mark: Tensor, present: Tensor): Tensor[] {
  if ('edges' in column) return isBeyond(input, column) ? [mark] : [];
  if ('equals' in column) {
    const own = columnOf(input, column.column, ['category', 'integer']);
    return own.type === 'integer' && (Number(column.equals) < own.min || Number(column.equals) > own.max) ? [mark] : [];
  }
  if (!('exponent' in column)) return [];
  const { min, max } = columnOf(input, column.column, NUMERIC);
  return [...(max < 1 ? [mark] : []), ...(min > 0 ? [present.minus(mark)] : [])];
}

/** Whether no number that the owner declares lies between these edges, or beyond all of them; no integer, where it declares those. */
function isBeyond(input: BoundInput, { column, edges, is }: Extract<RowColumn, { edges: unknown }>): boolean {
  const { type, min, max } = columnOf(input, column, NUMERIC);
  const [first, last] = [Number(edges[0]), Number(edges.at(-1))];
  if (is === edges.length - 1) return min >= first && max <= last;
  const [from, to] = [Number(edges[is]), Number(edges[is + 1])];
  const ends = is === edges.length - 2;
  if (type === 'number') return max < from || (ends ? min > to : min >= to);
  const [least, most] = [Math.max(min, Math.ceil(from)), Math.min(max, ends ? Math.floor(to) : Math.ceil(to) - 1)];
  return least > most;
}

/** The place that the digits of a row make lies between those of the ends that the owner declares; 0 where there is no row. */
function requirePlaces(builder: TensorBuilder, marked: Tensor, present: Tensor, marks: readonly Feature[], input: BoundInput, name: string): void {
  const digits = marks.flatMap(({ column }, i) => ('digit' in column && column.column === name ? [{ i, ...column }] : []));
  const [{ grid }] = digits as [typeof digits[number]];
  const { min, max } = columnOf(input, name, NUMERIC);
  const [least, most] = [placeOf(min, grid), placeOf(max, grid)];
  const terms = digits.flatMap(({ i, digit }) => (digit.is === 0 ? [] : [{ value: marked.slice(1, i, i + 1).name, factor: String(digit.is * 2 ** digit.shift) }]));
  const places = builder.step((out) => ({ op: 'linear', out, terms }));
  builder.requireWithin(builder.concat([places.minus(present.times(least)), present.times(most).minus(places)], 1), 0, most - least, input.party);
}
