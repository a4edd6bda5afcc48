import { add, ceilOf, compare, type Dyadic, dyadic, exactly, multiply, negate } from './dyadic.js';
import { PlanError } from './errors.js';
import { type ColumnDeclaration } from './plan.js';

/** Beyond these, squares and their rounding errors would leave the range of doubles. */
const LARGEST = 1e100;
const SMALLEST = 1e-100;

export type NumericDeclaration = Extract<ColumnDeclaration, { min: number }>;
export type Place = { readonly node: string; readonly dataset: string; readonly column: string };
export const at = ({ node, dataset, column }: Place): string => `column \`${column}\` of \`${dataset}\` at \`${node}\``;

/** Throws CS0621 unless the declaration is one that values can be checked against and computed with. */
export function checkDeclaration(declaration: ColumnDeclaration, place: Place): void {
  if (declaration.type === 'category') {
    if (declaration.values.length === 0) throw new PlanError('CS0621', `${at(place)} lists no values`);
    if (new Set(declaration.values).size !== declaration.values.length) throw new PlanError('CS0621', `${at(place)} lists a value twice`);
    return;
  }
  if (declaration.type === 'key') return;
  const { type, min, max } = declaration;
  if (!Number.isFinite(min) || !Number.isFinite(max)) throw new PlanError('CS0621', `${at(place)} has a bound that is not a finite number`);
  if (min > max) throw new PlanError('CS0621', `${at(place)} has a \`min\` above its \`max\``);
  const reach = Math.max(Math.abs(min), Math.abs(max));
  if (reach > LARGEST) throw new PlanError('CS0621', `${at(place)} has a bound beyond 1e100`);
  if (reach !== 0 && reach < SMALLEST) throw new PlanError('CS0621', `${at(place)} has no bound beyond 1e-100, and other than 0`);
  if (type === 'integer' && !(Number.isSafeInteger(min) && Number.isSafeInteger(max))) {
    throw new PlanError('CS0621', `${at(place)} is an integer column and has a bound that is not an integer below 2^53`);
  }
}

/** The smallest e with y < 2^e, for y > 0. */
export function exponentAbove(y: number): number {
  let e = Math.floor(Math.log2(y)) + 1;
  while (2 ** e <= y) e++;
  while (2 ** (e - 1) > y) e--;
  return e;
}

/**
 * How many fraction bits sums below `bound` in magnitude may have so that they, and up to `bound` more through rounding, stay
 * below 2^valueBits. Integers take none, and so stay exact, unless they are too large.
 */
export function fractionBitsFor(bound: number, integer: boolean, valueBits: number): number {
  if (bound === 0) return 0;
  const most = valueBits - 1 - exponentAbove(bound);
  return integer ? Math.min(0, most) : most;
}

/** The centre of all ranges together, an integer where the values are, and how far from it a value can be. */
export function centreOf(declarations: readonly NumericDeclaration[]): { centre: number; radius: number; integer: boolean } {
  const min = Math.min(...declarations.map((d) => d.min));
  const max = Math.max(...declarations.map((d) => d.max));
  const integer = declarations.every((d) => d.type === 'integer');
  const middle = min / 2 + max / 2;
  const centre = integer ? Math.floor(middle) : middle;
  return { centre, radius: Math.max(max - centre, centre - min), integer };
}

/**
 * How many units of 2^-fractionBits one row more or less moves an owner's rounded Σ(x − centre)^power, at most, for x within the declarations; at
 * least 1. Rounding is monotone and shifts with integers, so it adds nothing to ⌈Δ⌉. Where sums are not exact, 1 more covers what
 * double-double lost of either: rows · 2^-104 of 2^61, below 1/2 for up to 2^42 rows, which is as many as the precision check lets pass.
 */
export function sensitivityOf(declarations: readonly NumericDeclaration[], { centre, power, fractionBits, exact }: { centre: number; power: 1 | 2; fractionBits: number; exact: boolean }): bigint {
  const distances = declarations.flatMap(({ min, max }) => [min, max]).map((end) => magnitude(add(exactly(end), negate(exactly(centre)))));
  const radius = distances.reduce((a, b) => (compare(a, b) < 0 ? b : a));
  const reach = power === 1 ? radius : multiply(radius, radius);
  const units = ceilOf(multiply(reach, dyadic(1n, fractionBits))) + (exact ? 0n : 1n);
  return units === 0n ? 1n : units;
}

const magnitude = ({ m, e }: Dyadic): Dyadic => ({ m: m < 0n ? -m : m, e });
