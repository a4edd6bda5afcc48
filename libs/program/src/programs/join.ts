import { PlanError } from '../errors.js';
import { type JoinColumn, type JoinSide } from '../plan.js';
import { exponentAbove } from '../ranges.js';
import { type BoundInput, type BoundRequest, columnOf } from '../request.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { type ColumnNeed, type RoleDefinition } from '../definition.js';
import { type ParameterDefinition } from '../parameters.js';
import { joinBins } from '../join/shape.js';
import { centred, type CentredMoments, pairsOf, sumBitsFor } from './moments.js';
import { type Feature, numberFeature, requireReachable } from './rows.js';

export const KEY: ParameterDefinition = { name: 'key', kind: 'column', meaning: 'the column of keys by which the tables are joined, of this name in both' };

/** The owner of one of the two tables. */
export const tableRole = (name: 'left' | 'right', ...columns: readonly ColumnNeed[]): RoleDefinition => ({ name, inputs: 'one', rows: 'any', columns: [{ namedBy: 'key', types: ['key'] }, ...columns] });

/** The two tables of a request. Throws CS0612, CS0613 for the column of keys, and CS0642 where one party has both. */
export function tablesOf({ inputs, parameters }: BoundRequest): { readonly left: BoundInput; readonly right: BoundInput; readonly most: number } {
  const [left, right] = ['left', 'right'].map((name) => inputs.find(({ role }) => role === name)!) as [BoundInput, BoundInput];
  for (const input of [left, right]) columnOf(input, parameters.key!, ['key']);
  if (left.party === right.party) throw new PlanError('CS0642', `\`${left.descriptor.node}\` has both tables, and can join them itself`, ['name tables of two nodes']);
  return { left, right, most: Math.min(left.descriptor.maxRows, right.descriptor.maxRows) };
}

export const sideOf = ({ party, descriptor }: BoundInput, key: string): JoinSide => ({ party, dataset: descriptor.name, key, maxRows: descriptor.maxRows });

/** The columns that a parameter names. */
export function featuresOfTable(input: BoundInput, parameter: 'left' | 'right', columns: readonly string[]): Feature[] {
  if (new Set(columns).size !== columns.length) throw new PlanError('CS0604', `\`${parameter}\` names a column twice`);
  return columns.map((column) => numberFeature([input], column));
}

/** Which of them hold integers. */
export const integersOf = (input: BoundInput, features: readonly Feature[]): Feature[] => features.filter(({ name }) => columnOf(input, name, ['number', 'integer']).type === 'integer');

/** Ends the session before anything is opened where fewer rows match than the policy asks for. Throws CS0627 where there can never be as many. */
export function requireMatches(builder: TensorBuilder, count: Tensor, most: number, minimumGroup: number): void {
  requireReachable(minimumGroup, most, `at most ${most} can match`);
  builder.requireAtLeast(count, minimumGroup);
}

type Side = JoinColumn['side'];

/** A part of a column, which its owner has in all rows on the left, and which is there where rows match on the right. */
export interface JoinLimb extends Omit<JoinColumn, 'range'> {
  /** Which of the features of its side it is of. */
  readonly f: number;
  readonly least: number;
  readonly most: number;
}

/** Fraction bits of a first limb: a sum over all bins of products of two fits 61 bits. */
export const limbBits = ({ descriptor }: BoundInput): number => Math.floor((61 - exponentAbove(joinBins(descriptor.maxRows))) / 2);

/** x = h + l with 2 · bits + 1 fraction bits; integers of few digits need one limb. */
export const limbsOf = (side: Side, features: readonly Feature[], bits: number, integers: ReadonlySet<Feature>): JoinLimb[] => features.flatMap((feature, f) => {
  const scales = [bits, 2 * bits + 1];
  return (integers.has(feature) && feature.exponent <= bits ? scales.slice(0, 1) : scales).map((fractionBits, index, all) => {
    // What rounding to the first limb leaves is half a unit of it.
    const reach = index === 0 ? 1 : 2 ** -(bits + 1);
    return {
      f, name: `${side}.${f}.${index}`, side, as: side === 'left' ? 'own' as const : 'rows' as const, column: feature.column,
      ...(all.length > 1 && { limb: { index, scales } }), fractionBits, least: -reach, most: reach,
    };
  });
});

export const columnOfLimb = ({ f: _, ...column }: JoinLimb): Omit<JoinLimb, 'f'> => column;

/** The places of what a feature consists of, among limbs. */
export const placesOf = (limbs: readonly JoinLimb[], f: number): (readonly [place: number, bits: number])[] => limbs.flatMap((limb, place) => (limb.f === f ? [[place, limb.fractionBits] as const] : []));

/** A symmetric matrix of what it has at f ≤ g. */
export function symmetricMatrix(builder: TensorBuilder, size: number, at: (f: number, g: number) => Tensor): Tensor {
  const once = new Map(pairsOf(size).map(([f, g]) => [f * size + g, at(f, g)]));
  return builder.concat(Array.from({ length: size }, (_, f) => builder.concat(Array.from({ length: size }, (__, g) => once.get(Math.min(f, g) * size + Math.max(f, g))!)).reshape([1, size])));
}

/**
 * Means and co-moments of columns of both tables over the rows that match. Owners multiply their own columns with each other; what is left for the parties together
 * are inner products, and a multiplication by the match for each right value. Those of columns of both tables come in two limbs, x = h + l, so that products of shares
 * have all the digits that 62 bits leave; integers of few digits need one.
 */
export function joinedMoments(builder: TensorBuilder, bound: BoundRequest, ofLeft: readonly Feature[], ofRight: readonly Feature[], integers: ReadonlySet<Feature>): CentredMoments {
  const { left, right, most } = tablesOf(bound);
  const key = bound.parameters.key!;
  const scale = sumBitsFor(most);
  const bits = limbBits(left);
  const totalBits = Math.min(50, 61 - exponentAbove(most));
  const sides = { left: ofLeft, right: ofRight };

  const total = (side: Side, name: string, column: Feature, times?: Feature) =>
    ({ name: `${side}.${name}`, side, as: 'total' as const, column: column.column, ...(times && { times: times.column }), fractionBits: totalBits, least: -1, most: 1 });
  const pairs = (side: Side): (readonly [number, number])[] => pairsOf(sides[side].length);
  const squares = (side: Side) => pairs(side).map(([i, j]) => total(side, `${i}.${j}.product`, sides[side][i]!, sides[side][j]!));
  const limbs = { left: limbsOf('left', ofLeft, bits, integers), right: limbsOf('right', ofRight, bits, integers) };
  const asked = [...limbs.left, ...ofLeft.map((feature, f) => total('left', `${f}.total`, feature)), ...squares('left'), ...limbs.right, ...squares('right')];
  const { match, columns } = builder.join({
    name: 'join', left: sideOf(left, key), right: sideOf(right, key),
    columns: asked.map((each) => ('f' in each ? columnOfLimb(each) : each)),
  });
  const named = new Map(asked.map(({ name }, i) => [name, columns[i]!]));
  const end = 1.01 * most;
  const summed = (name: string): Tensor => named.get(name)!.at(scale).within(-end, end);

  /** [limbs, bins] of integers. */
  const rowsOf = (side: Side): Tensor => builder.concat(limbs[side].map(({ name, fractionBits }) => named.get(name)!.shifted(-fractionBits).reshape([1, match.length])));
  const rightRows = rowsOf('right');
  const products = rowsOf('left').matmul(rightRows.transpose(), { fractionBits: 0 });
  const sumsOfLimbs = rightRows.sum(1);
  const added = (parts: readonly Tensor[]): Tensor => parts.slice(1).reduce((sum, part) => sum.plus(part), parts[0]!).within(-end, end);
  const between = (l: number, r: number): Tensor => added(placesOf(limbs.left, l).flatMap(([i, a]) => placesOf(limbs.right, r).map(([j, b]) => products.slice(0, i, i + 1).slice(1, j, j + 1).reshape([1]).shifted(a + b).at(scale))));
  const sums = [...ofLeft.map((_, f) => summed(`left.${f}.total`)), ...ofRight.map((_, f) => added(placesOf(limbs.right, f).map(([i, a]) => sumsOfLimbs.slice(0, i, i + 1).shifted(a).at(scale))))];

  const size = ofLeft.length + ofRight.length;
  const product = (f: number, g: number): Tensor => {
    const [i, j] = [Math.min(f, g), Math.max(f, g)];
    if (j < ofLeft.length) return summed(`left.${i}.${j}.product`);
    return i < ofLeft.length ? between(i, j - ofLeft.length) : summed(`right.${i - ofLeft.length}.${j - ofLeft.length}.product`);
  };
  const all = symmetricMatrix(builder, size, product);
  // Half a unit of its last limb for either value of a product, or of the product itself; then truncations.
  return centred({
    n: match.reshape([1, match.length]).sum(1).within(0, most), most, sums: builder.concat(sums), products: all,
    rounded: most * (2 ** -(2 * bits + 1) + 2 ** -(totalBits + 1)) + 4 * 2 ** -scale,
  });
}
