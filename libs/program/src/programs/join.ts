import { PlanError } from '../errors.js';
import { type JoinSide } from '../plan.js';
import { exponentAbove } from '../ranges.js';
import { type BoundInput, type BoundRequest, columnOf } from '../request.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { type ColumnNeed, type RoleDefinition } from '../definition.js';
import { type ParameterDefinition } from '../parameters.js';
import { joinBins } from '../join/shape.js';
import { centred, type CentredMoments, sumBitsFor } from './moments.js';
import { type Feature, numberFeature } from './rows.js';

export const KEY: ParameterDefinition = { name: 'key', kind: 'column', meaning: 'the column of keys by which the tables are joined, of this name in both' };

/** The owner of one of the two tables. */
export const tableRole = (name: 'left' | 'right', ...columns: readonly ColumnNeed[]): RoleDefinition => ({ name, inputs: 'one', rows: 'any', columns: [{ namedBy: 'key', types: ['key'] }, ...columns] });

/** A column of numbers of one table. */
export interface SidedFeature extends Feature {
  readonly side: 'left' | 'right';
  readonly integer: boolean;
}

/** The two tables of a request. Throws CS0612, CS0613 for the column of keys, and CS0642 where one party has both. */
export function tablesOf({ inputs, parameters }: BoundRequest): { readonly left: BoundInput; readonly right: BoundInput; readonly most: number } {
  const [left, right] = ['left', 'right'].map((name) => inputs.find(({ role }) => role === name)!) as [BoundInput, BoundInput];
  for (const input of [left, right]) columnOf(input, parameters.key!, ['key']);
  if (left.party === right.party) throw new PlanError('CS0642', `\`${left.descriptor.node}\` has both tables, and can join them itself`, ['name tables of two nodes']);
  return { left, right, most: Math.min(left.descriptor.maxRows, right.descriptor.maxRows) };
}

export const sideOf = ({ party, descriptor }: BoundInput, key: string): JoinSide => ({ party, dataset: descriptor.name, key, maxRows: descriptor.maxRows });

/** The columns that a parameter names. */
export function featuresOfTable(input: BoundInput, side: 'left' | 'right', columns: readonly string[]): SidedFeature[] {
  if (new Set(columns).size !== columns.length) throw new PlanError('CS0604', `\`${side}\` names a column twice`);
  return columns.map((column) => ({ ...numberFeature([input], column), side, integer: columnOf(input, column, ['number', 'integer']).type === 'integer' }));
}

/** Ends the session before anything is opened where fewer rows match than the policy asks for. Throws CS0627 where there can never be as many. */
export function requireMatches(builder: TensorBuilder, count: Tensor, most: number, minimumGroup: number): void {
  if (minimumGroup > most) throw new PlanError('CS0627', `the policy asks for at least ${minimumGroup} records, and at most ${most} can match`);
  builder.requireAtLeast(count, minimumGroup);
}

/**
 * Means and co-moments of columns of both tables over the rows that match. Owners split a value into two limbs, x = h + l, so that products of shares have all
 * the digits that 62 bits leave; integers of few digits need one.
 */
export function joinedMoments(builder: TensorBuilder, bound: BoundRequest, features: readonly SidedFeature[]): CentredMoments {
  const { left, right, most } = tablesOf(bound);
  const key = bound.parameters.key!;
  const scale = sumBitsFor(most);
  const bits = Math.floor((61 - exponentAbove(joinBins(left.descriptor.maxRows))) / 2);
  const scales = [bits, 2 * bits + 1];
  const limbs = features.flatMap(({ name, side, column, integer, exponent }, feature) =>
    (integer && exponent <= bits ? scales.slice(0, 1) : scales).map((fractionBits, index, all) => {
      // What rounding to the first limb leaves is half a unit of it.
      const reach = index === 0 ? 1 : 2 ** -(bits + 1);
      return { feature, index, name: `${side}.${name}.${index}`, side, column, ...(all.length > 1 && { limb: { index, scales } }), fractionBits, least: -reach, most: reach };
    }));
  const { match, columns } = builder.join({ name: 'join', left: sideOf(left, key), right: sideOf(right, key), columns: limbs.map(({ feature: _, index: __, ...limb }) => limb) });
  const n = match.reshape([1, match.length]).sum(1).within(0, most);

  // [limbs, bins] of integers.
  const rows = builder.concat(columns.map((column) => column.shifted(-column.fractionBits).reshape([1, column.length])));
  const total = rows.sum(1);
  const products = rows.matmul(rows.transpose(), { fractionBits: 0 });
  /** The limbs of a feature, in order. */
  const limbsOf = (feature: number): number[] => limbs.flatMap((limb, i) => (limb.feature === feature ? [i] : []));
  const bitsOf = (limb: number): number => limbs[limb]!.fractionBits;
  const added = (parts: readonly Tensor[], end: number): Tensor => parts.slice(1).reduce((sum, part) => sum.plus(part), parts[0]!).within(-end, end);
  const end = 1.01 * most;
  const sums = features.map((_, f) => added(limbsOf(f).map((i) => total.slice(0, i, i + 1).shifted(bitsOf(i)).at(scale)), end));
  const table = features.map((_, f) => builder.concat(features.map((__, g) => added(
    limbsOf(f).flatMap((i) => limbsOf(g).map((j) => products.slice(0, i, i + 1).slice(1, j, j + 1).reshape([1]).shifted(bitsOf(i) + bitsOf(j)).at(scale))), end))).reshape([1, features.length]));
  // A value is half a unit of its last limb off, a product of two that of both; then truncations.
  return centred({ n, most, sums: builder.concat(sums), products: builder.concat(table), rounded: most * 2 ** -(2 * bits + 1) + 4 * 2 ** -scale });
}
