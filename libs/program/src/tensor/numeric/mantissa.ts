import { truncate } from '../../machine/conversions.js';
import { type Emitter } from '../../machine/emitter.js';
import { type Register } from '../../machine/instructions.js';
import { type Polynomial } from './chebyshev.js';
import { roundingError } from './polynomial.js';
import { FRACTION_BITS } from './rounded.js';

/** u = 4M − 3 in [−1, 1) at FRACTION_BITS, truncated, for M = mantissa / 2^bits in [1/2, 1). */
export function unitOf(emit: Emitter, mantissa: Register, bits: number): Register {
  const extra = bits - FRACTION_BITS - 2;
  return emit.plus(extra > 0 ? truncate(emit, mantissa, extra) : emit.times(mantissa, 1n << BigInt(-extra)), -3n << BigInt(FRACTION_BITS));
}

/** How far `evaluated(unitOf(…))` is from its function of M, whose derivative by u is at most `slope`: approximation, rounding, and that of u. */
export const functionError = (polynomial: Polynomial, slope: number): number =>
  polynomial.error + roundingError(polynomial) + slope * 2 ** -FRACTION_BITS;
