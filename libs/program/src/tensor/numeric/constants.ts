import { floorSqrt } from '../../fraction.js';

/** ⌊ln 2 · 2^128⌋ and ⌊log₂ e · 2^128⌋. */
const LN2 = 0xb17217f7d1cf79abc9e3b39803f2f6afn;
const LOG2_E = 0x171547652b82fe1777d0ffda0d23a7d11n;

const nearest = (x: bigint, bits: bigint): bigint => (bits <= 0n ? x << -bits : (x + (1n << (bits - 1n))) >> bits);

/** The integer nearest to n · ln 2 · 2^bits, for bits < 128. */
export const timesLn2 = (n: bigint, bits: number): bigint => nearest(n * LN2, 128n - BigInt(bits));

/** The integer nearest to log₂ e · 2^bits, for bits < 128. */
export const log2OfE = (bits: number): bigint => nearest(LOG2_E, 128n - BigInt(bits));

/** ⌊√(2^exponent)⌋ for exponent ≥ 0. */
export const rootOfPower = (exponent: number): bigint => floorSqrt(1n << BigInt(exponent));

/** ⌈2^bits · 2^(x / 2^scale)⌉, at most one more than that, for x ≥ 0: its Taylor series at 128 bits. */
export function powerOfTwoAbove(x: bigint, scale: number, bits: number): bigint {
  const whole = x >> BigInt(scale);
  const y = (((x - (whole << BigInt(scale))) << 128n) >> BigInt(scale)) * LN2 >> 128n;
  let [term, sum] = [1n << 128n, 1n << 128n];
  for (let k = 1n; term > 0n; k++) {
    term = ((term * y) >> 128n) / k;
    sum += term;
  }
  // 64 terms at most, each one unit too small.
  const exact = (sum + 64n) << whole;
  const shift = 128 - bits;
  return shift >= 0 ? (exact >> BigInt(shift)) + 1n : exact << BigInt(-shift);
}
