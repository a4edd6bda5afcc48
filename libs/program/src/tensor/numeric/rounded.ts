import { truncate } from '../../machine/conversions.js';
import { type Emitter } from '../../machine/emitter.js';
import { type Register } from '../../machine/instructions.js';

/**
 * Intermediate values of the functions of real numbers stay below 2^WORK_BITS: what every suite can truncate. So every suite computes the
 * same integers.
 */
export const WORK_BITS = 59;

/** Fraction bits of what a polynomial is evaluated in: a sum of products of two such numbers, below 2^2 in magnitude, is a working value. */
export const FRACTION_BITS = 28;

/** The integer nearest to x / 2^bits, for |x| < 2^(WORK_BITS − 1); x · 2^−bits for negative bits. */
export function rounded(emit: Emitter, x: Register, bits: number): Register {
  if (bits === 0) return x;
  if (bits > WORK_BITS) return emit.times(x, 0n);
  if (bits < 0) return emit.times(x, 1n << BigInt(-bits));
  return truncate(emit, emit.plus(x, 1n << BigInt(bits - 1)), bits);
}

/** What `rounded` makes of an integer. */
export const roundedInteger = (x: bigint, bits: number): bigint => (bits <= 0 ? x << BigInt(-bits) : (x + (1n << BigInt(bits - 1))) >> BigInt(bits));

/** An upper bound of an error as an integer. */
export const above = (error: number): bigint => BigInt(Math.ceil(error));

/** Several registers rounded by the same bits, as one. */
export function roundedTogether(emit: Emitter, registers: readonly Register[], bits: number): Register[] {
  if (registers.length === 0) return [];
  return apart(emit, rounded(emit, emit.concat(registers), bits), registers.length);
}

/** Equal parts of a register. */
export function apart(emit: Emitter, register: Register, parts: number): Register[] {
  const length = emit.lengthOf(register) / parts;
  return Array.from({ length: parts }, (_, i) => emit.slice(register, i * length, (i + 1) * length));
}

export const bitLength = (x: bigint): number => (x === 0n ? 0 : x.toString(2).length);
