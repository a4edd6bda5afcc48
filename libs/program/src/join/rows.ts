import { PlanError } from '../errors.js';
import { limbOf, roundedTo } from '../local.js';
import { type JoinColumn, type JoinSide, type Plan } from '../plan.js';
import { matrixOf } from '../rows.js';
import { suiteValueBits } from '../suites.js';
import { type Table, textsOf } from '../table.js';
import { distinctKeys, keyDigests } from './keys.js';
import { joinBins, joinSideOf } from './shape.js';

/** What a party brings into a join: one table, in the order of its rows. Secret; the caller wipes it. */
export interface OwnJoinRows {
  /** Of the keys, 32 bytes each. */
  readonly digests: Uint8Array;
  /** The elements of this table's columns, in the plan's order. */
  readonly columns: readonly BigUint64Array[];
}

type Side = JoinColumn['side'];

/** Of the one suite that joins. */
const MOST = 1n << BigInt(suiteValueBits('additive-z64'));

const columnsOf = ({ join }: Plan, side: Side): readonly JoinColumn[] => (join?.columns ?? []).filter((each) => each.side === side);

/** The values of a column, limb or not. */
function valuesOf({ column, times, limb }: JoinColumn, table: Table): Float64Array {
  const values = matrixOf([column], table, table.rows);
  if (times) matrixOf([times], table, table.rows).forEach((factor, row) => (values[row]! *= factor));
  return limb ? limbOf(values, limb) : values;
}

function keysOf({ dataset, key, maxRows }: JoinSide, table: Table): string[] {
  if (table.rows > maxRows) throw new PlanError('CS0625', `\`${dataset}\` has ${table.rows} rows where at most ${maxRows} are declared`);
  return distinctKeys(textsOf(table, key), { dataset, column: key });
}

/** What this party brings into the plan's join, if anything. Throws CS0625 when the table is not one that the plan was made for, and CS0640. */
export function evaluateJoin(plan: Plan, party: number, tableOf: (dataset: string) => Table): OwnJoinRows | undefined {
  const side = joinSideOf(plan, party);
  if (!plan.join || !side) return undefined;
  const table = tableOf(plan.join[side].dataset);
  const keys = keysOf(plan.join[side], table);
  return { digests: keyDigests(keys), columns: columnsOf(plan, side).map((column) => elementsOf(column, table)) };
}

function elementsOf(column: JoinColumn, table: Table): BigUint64Array {
  const [min, max] = column.onShares ? [1n - MOST, MOST - 1n] : [BigInt(column.range.min), BigInt(column.range.max)];
  return BigUint64Array.from(valuesOf(column, table), (value) => {
    const element = roundedTo(value, column.fractionBits);
    if (element < min || element > max) throw new PlanError('CS0625', `\`${column.name}\` is larger than its declared ranges allow`);
    return BigInt.asUintN(64, element);
  });
}

/** The dataset of this party that its side of the join reads, and which columns. */
export function joinNeeds(plan: Plan, party: number): { readonly dataset: string; readonly columns: readonly string[] }[] {
  const side = joinSideOf(plan, party);
  if (!plan.join || !side) return [];
  const { dataset, key } = plan.join[side];
  return [{ dataset, columns: [key, ...columnsOf(plan, side).flatMap(({ column, times }) => [column, times].flatMap((each) => (each && 'column' in each ? [each.column] : [])))] }];
}

/** The join on the tables themselves, by the names that it defines. */
export function joinInClear(plan: Plan, tableOf: (node: string, dataset: string) => Table): Map<string, Float64Array> {
  const totals = new Set(plan.join?.columns.flatMap(({ name, as }) => (as === 'total' ? [name] : [])));
  return new Map([...joinBinsInClear(plan, tableOf)].map(([name, values]) => [name, totals.has(name) ? Float64Array.of(values.reduce((sum, value) => sum + value, 0)) : values]));
}

/** The same bin by bin, before anything is added up: left rows that match first, then the others. The order is not a session's. */
export function joinBinsInClear(plan: Plan, tableOf: (node: string, dataset: string) => Table): Map<string, Float64Array> {
  const { join } = plan;
  if (!join) return new Map();
  const tables = { left: tableOf(plan.parties[join.left.party]!, join.left.dataset), right: tableOf(plan.parties[join.right.party]!, join.right.dataset) };
  const rightRows = new Map(keysOf(join.right, tables.right).map((key, row) => [key, row]));
  const rows = keysOf(join.left, tables.left).map((key, left) => ({ left, right: rightRows.get(key) })).sort((a, b) => Number(a.right === undefined) - Number(b.right === undefined));
  const bins = joinBins(join.left.maxRows);
  const placed = (value: (row: { readonly left: number; readonly right: number }) => number, alone: (left: number) => number = () => 0): Float64Array =>
    Float64Array.from({ length: bins }, (_, i) => {
      if (!rows[i]) return 0;
      const { left, right } = rows[i];
      return right === undefined ? alone(left) : value({ left, right });
    });
  return new Map([
    [join.match, placed(() => 1)],
    ...join.columns.map((column) => {
      const values = valuesOf(column, tables[column.side]);
      return [column.name, placed((row) => values[row[column.side]]!, column.as === 'own' ? (left) => values[left]! : undefined)] as const;
    }),
  ]);
}
