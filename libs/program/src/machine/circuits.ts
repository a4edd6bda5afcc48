import { type Emitter } from './emitter.js';
import { type Register } from './instructions.js';

/**
 * Parallel-prefix circuits on bit planes. Position i generates a carry where plane i of `generate` is set and hands one on where that of
 * `propagate` is; never both. Kogge, Stone (IEEE ToC 1973) and Sklansky (1960) as graphs.
 */
export interface Positions {
  readonly generate: Register;
  readonly propagate: Register;
}

type Plane = readonly [Register, number];

/** One plane for all positions together. */
export interface Group {
  readonly generate: Register;
  readonly propagate: Register;
}

/**
 * The positions [from, to) as one: a tree of ⌈log₂ width⌉ levels, at most 2·(width − 1) ANDs per lane. Without `propagate` the plane
 * of that name is undefined and fewer ANDs are spent.
 */
export function groupOf(emit: Emitter, { generate, propagate }: Positions, from: number, to: number, need: 'both' | 'generate'): Group {
  let blocks: { g: Plane; p: Plane }[] = Array.from({ length: to - from }, (_, i) => ({ g: [generate, from + i], p: [propagate, from + i] }));
  while (blocks.length > 1) {
    const pairs = blocks.length >> 1;
    const high = Array.from({ length: pairs }, (_, i) => blocks[2 * i + 1]!);
    const low = Array.from({ length: pairs }, (_, i) => blocks[2 * i]!);
    // Nobody asks whether the lowest block of all hands a carry on, unless the caller does.
    const first = need === 'both' ? 0 : 1;
    const left = [...high.map(({ p }) => p), ...high.slice(first).map(({ p }) => p)];
    const right = [...low.map(({ g }) => g), ...low.slice(first).map(({ p }) => p)];
    const both = emit.and(emit.planes(left), emit.planes(right));
    const carried = emit.xor(emit.planesBetween(both, 0, pairs), emit.planes(high.map(({ g }) => g)));
    const next: typeof blocks = Array.from({ length: pairs }, (_, i) => ({ g: [carried, i] as const, p: i < first ? blocks[0]!.p : [both, pairs + i - first] as const }));
    blocks = blocks.length % 2 === 1 ? [...next, blocks.at(-1)!] : next;
  }
  return { generate: emit.planes([blocks[0]!.g]), propagate: emit.planes([blocks[0]!.p]) };
}

/** Group of two groups, `high` above `low`: one AND plane for each of generate and propagate. */
export function joined(emit: Emitter, high: Group, low: Group): Group {
  const both = emit.and(emit.stack([high.propagate, high.propagate]), emit.stack([low.generate, low.propagate]));
  return { generate: emit.xor(emit.planes([[both, 0]]), high.generate), propagate: emit.planes([[both, 1]]) };
}

/** The carry out of a group into which one comes: g ⊕ p∧carry. */
export const carryOut = (emit: Emitter, group: Group, carryIn: Register): Register => emit.xor(group.generate, emit.and(group.propagate, carryIn));

/**
 * The carries into positions 1 … width (plane i is the carry out of position i), for a carry into position 0 when given. Sklansky:
 * ⌈log₂ width⌉ levels.
 */
export function carries(emit: Emitter, { generate, propagate }: Positions, width: number, carryIn?: Register): Register {
  let g: Plane[] = Array.from({ length: width }, (_, i) => [generate, i]);
  let p: Plane[] = Array.from({ length: width }, (_, i) => [propagate, i]);
  for (let span = 1; span < width; span *= 2) {
    const above = Array.from({ length: width }, (_, i) => i).filter((i) => (i & span) !== 0);
    const source = (i: number): number => (i & ~(span - 1)) - 1;
    // Below 2·span a position covers everything down to 0, and only a carry in would ask for its propagate.
    const passing = above.filter((i) => carryIn !== undefined || i >= 2 * span);
    const both = emit.and(
      emit.planes([...above.map((i) => p[i]!), ...passing.map((i) => p[i]!)]),
      emit.planes([...above.map((i) => g[source(i)]!), ...passing.map((i) => p[source(i)]!)]),
    );
    const carried = emit.xor(emit.planesBetween(both, 0, above.length), emit.planes(above.map((i) => g[i]!)));
    g = [...g];
    p = [...p];
    above.forEach((i, at) => (g[i] = [carried, at]));
    passing.forEach((i, at) => (p[i] = [both, above.length + at]));
  }
  const out = emit.planes(g);
  if (carryIn === undefined) return out;
  return emit.xor(out, emit.and(emit.planes(p), emit.planes(Array.from({ length: width }, () => [carryIn, 0] as const))));
}

/** Three addends to two with the same sum modulo 2^width: one level, `width` − 1 ANDs per lane, and the carry out of the top when asked for. */
export function carrySave(emit: Emitter, [a, b, c]: readonly [Register, Register, Register], width: number): { sum: Register; shifted: Register; majority: Register } {
  const majority = emit.xor(emit.and(emit.xor(a, c), emit.xor(b, c)), c);
  const sum = emit.xor(emit.xor(a, b), c);
  const shifted = emit.planes([[majority, -1], ...Array.from({ length: width - 1 }, (_, i) => [majority, i] as const)]);
  return { sum, shifted, majority };
}

/**
 * The bits of the sum of two addends of `width` bits, and with `carry` one more. A prefix adder for few lanes; for many a ripple, which
 * spends one AND per bit in `width` levels and is for work that no input waits for.
 */
export function addBits(emit: Emitter, left: Register, right: Register, width: number, { ripple, carry }: { readonly ripple: boolean; readonly carry: boolean }): Register {
  const half = emit.xor(left, right);
  const upTo = carry ? width : width - 1;
  if (upTo === 0) return half;
  if (!ripple) {
    const out = carries(emit, { generate: emit.and(emit.planesBetween(left, 0, upTo), emit.planesBetween(right, 0, upTo)), propagate: emit.planesBetween(half, 0, upTo) }, upTo);
    const shifted = emit.planes([[out, -1], ...Array.from({ length: upTo }, (_, i) => [out, i] as const)]);
    return emit.xor(shifted, carry ? emit.planes([...Array.from({ length: width }, (_, i) => [half, i] as const), [half, -1]]) : half);
  }
  // c_(i+1) = c_i ⊕ (x_i ⊕ c_i)∧(y_i ⊕ c_i)
  const sums: Plane[] = [[half, 0]];
  let coming = emit.and(emit.planes([[left, 0]]), emit.planes([[right, 0]]));
  for (let i = 1; i < width; i++) {
    sums.push([emit.xor(emit.planes([[half, i]]), coming), 0]);
    if (i === width - 1 && !carry) break;
    coming = emit.xor(coming, emit.and(emit.xor(emit.planes([[left, i]]), coming), emit.xor(emit.planes([[right, i]]), coming)));
  }
  return emit.planes(carry ? [...sums, [coming, 0]] : sums);
}

/** One plane: whether all planes are 1, in ⌈log₂ planes⌉ levels and one AND less than there are planes. */
export function allSet(emit: Emitter, bits: Register): Register {
  let left = bits;
  while (emit.planesOf(left) > 1) {
    const planes = emit.planesOf(left);
    const pairs = planes >> 1;
    const both = emit.and(emit.planesBetween(left, 0, pairs), emit.planesBetween(left, pairs, 2 * pairs));
    left = planes % 2 === 1 ? emit.planes([...Array.from({ length: pairs }, (_, i) => [both, i] as const), [left, planes - 1]]) : both;
  }
  return left;
}

/** One plane: whether any plane is 1. */
export const anyOf = (emit: Emitter, bits: Register): Register => emit.not(allSet(emit, emit.not(bits)));

/** Plane i: whether any plane from i on is 1, in ⌈log₂ planes⌉ levels (Sklansky). */
export function anyFrom(emit: Emitter, bits: Register): Register {
  const planes = emit.planesOf(bits);
  const clear = emit.not(bits);
  // none[t]: whether the t + 1 topmost planes are all 0.
  let none: Plane[] = Array.from({ length: planes }, (_, t) => [clear, planes - 1 - t]);
  for (let span = 1; span < planes; span *= 2) {
    const waiting = Array.from({ length: planes }, (_, t) => t).filter((t) => (t & span) !== 0);
    const both = emit.and(emit.planes(waiting.map((t) => none[t]!)), emit.planes(waiting.map((t) => none[(t & ~(span - 1)) - 1]!)));
    none = [...none];
    waiting.forEach((t, at) => (none[t] = [both, at]));
  }
  return emit.not(emit.planes(none.toReversed()));
}

/** One plane: whether the number that the planes are the bits of is at least `bound` > 0, which everybody knows. */
export function atLeast(emit: Emitter, bits: Register, bound: bigint): Register {
  // Of numbers that agree with the bound above its lowest 1, the greater ones have that bit.
  const lowest = bound.toString(2).length - 1 - bound.toString(2).lastIndexOf('1');
  const clear = emit.not(bits);
  const planes = Array.from({ length: emit.planesOf(bits) - lowest }, (_, i) => lowest + i);
  const isOne = (i: number): boolean => ((bound >> BigInt(i)) & 1n) === 1n;
  if (planes.length < 1 || bound >> BigInt(emit.planesOf(bits)) > 0n) throw new RangeError('a bound beyond all numbers');
  const generate = emit.planes([...planes.map((i) => [clear, isOne(i) ? i : -1] as const)]);
  const propagate = emit.planes(planes.map((i) => (isOne(i) ? [bits, i] : [clear, i]) as Plane));
  return emit.not(groupOf(emit, { generate, propagate }, 0, planes.length, 'generate').generate);
}
