import { type Dyadic } from '../dyadic.js';
import { PlanError } from '../errors.js';
import { type Emitter } from '../machine/emitter.js';
import { type Register } from '../machine/instructions.js';

/** The least and the greatest integer that an element can be, at the value's scale. */
export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

/** What is known of a value before it runs. Its elements are integers that stand for element / 2^fractionBits, in row-major order. */
export interface TensorType {
  readonly shape: readonly number[];
  readonly fractionBits: number;
  /** Undefined where the planner alone answers for |element| < 2^62. */
  readonly range?: Range;
  /** The least and the greatest that a word is on the way to it, where that goes beyond `range`. */
  readonly peak?: Range;
  /** Whether every party knows it. */
  readonly open?: boolean;
}

/** What an operator's instructions are written with. */
export interface Lowering {
  readonly emit: Emitter;
  typeOf(name: string): TensorType;
  /** The register of a value's elements. */
  register(name: string): Register;
}

/** What a kind of step means: its type, its instructions, and its value in exact or double arithmetic without any scale. */
export interface Operator<Step> {
  /** Throws `PlanError` for operands that do not fit. */
  infer(step: Step, typeOf: (name: string) => TensorType): TensorType;
  lower(step: Step, lowering: Lowering): Register;
  clear(step: Step, value: (name: string) => readonly Dyadic[], typeOf: (name: string) => TensorType): readonly Dyadic[];
  /** Of one that only moves elements: where each of the result lies among those of its operands, which follow each other; −1 for a constant of the step. Undefined where all stay. */
  moved?(step: Step, typeOf: (name: string) => TensorType): Uint32Array | Int32Array | undefined;
  /**
   * How far an element can be from the value that `clear` gives, in units of the result's last place, for elements of its operands. Where absent, it
   * is that value exactly, or truncated towards −∞ to the result's scale.
   */
  error?(step: Step, typeOf: (name: string) => TensorType): (...operands: readonly number[]) => number;
}

export const lengthOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export const malformed = (what: string, help: readonly string[] = []): PlanError => new PlanError('CS0629', `malformed plan: ${what}`, help);

/** |x| < 2^62 for every shared value of every suite that computes modulo 2^64; 2^59 modulo p. */
const FULL_RANGE: Range = { min: -(1n << 62n) + 1n, max: (1n << 62n) - 1n };

export const rangeOf = ({ range }: TensorType): Range => range ?? FULL_RANGE;

export const spanning = (...values: readonly bigint[]): Range => ({
  min: values.reduce((a, b) => (b < a ? b : a)),
  max: values.reduce((a, b) => (b > a ? b : a)),
});

/** The greatest magnitude in a range. */
export const magnitude = ({ min, max }: Range): bigint => spanning(min < 0n ? -min : min, max < 0n ? -max : max).max;

/** The least b > 0 with |x| < 2^b for all x of a range. */
export const bitsOf = (range: Range): number => Math.max(1, bitLength(magnitude(range)));

export const bitLength = (x: bigint): number => (x === 0n ? 0 : x.toString(2).length);

/** The range of the products of two ranges. */
export const productRange = (a: Range, b: Range): Range => spanning(a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max);

export const times = ({ min, max }: Range, factor: bigint): Range => spanning(min * factor, max * factor);

/** ⌊x / 2^bits⌋, or x · 2^−bits for negative bits. */
export const shifted = ({ min, max }: Range, bits: number): Range =>
  bits >= 0 ? { min: min >> BigInt(bits), max: max >> BigInt(bits) } : { min: min << BigInt(-bits), max: max << BigInt(-bits) };

/** The range of what an operator computes by it. */
export function known({ range }: TensorType, out: string): Range {
  if (!range) throw malformed(`\`${out}\` needs to know the least and the greatest that its operand can be`);
  return range;
}

/** The shape of two together, as in numpy: axes are matched from the last one, and those of size 1 repeated. Undefined where they do not fit. */
export function broadcastShape(left: readonly number[], right: readonly number[]): number[] | undefined {
  const rank = Math.max(left.length, right.length);
  const sizes = Array.from({ length: rank }, (_, axis) => {
    const [l, r] = [left, right].map((shape) => shape[axis - rank + shape.length] ?? 1) as [number, number];
    return l === r || r === 1 ? l : l === 1 ? r : undefined;
  });
  return sizes.every((size) => size !== undefined) ? sizes : undefined;
}

/** The shape of an elementwise result: equal shapes, or one of a single element. */
export function commonShape(shapes: readonly (readonly number[])[], out: string): readonly number[] {
  const wide = shapes.filter((shape) => lengthOf(shape) !== 1);
  const [first] = wide.length > 0 ? wide : shapes;
  if (!first || wide.some((shape) => shape.join() !== first.join())) throw malformed(`the operands of \`${out}\` do not fit each other`);
  return first;
}
