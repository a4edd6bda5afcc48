/** An exact m · 2^e. Every double is one, and so is every fixed-point value. */
export interface Dyadic {
  readonly m: bigint;
  readonly e: number;
}

export const ZERO: Dyadic = { m: 0n, e: 0 };

export const dyadic = (m: bigint, e = 0): Dyadic => ({ m, e });

/** The finite double `x`, exactly. */
export function exactly(x: number): Dyadic {
  let e = 0;
  let m = x;
  // Doubles are integers from 2^53 on; 1074 halvings below 1 reach the smallest one.
  while (!Number.isInteger(m)) {
    const step = Math.abs(m) < 2 ** -512 ? 512 : 26;
    m *= 2 ** step;
    e -= step;
  }
  return { m: BigInt(m), e };
}

export const add = (a: Dyadic, b: Dyadic): Dyadic => {
  const e = Math.min(a.e, b.e);
  return { m: (a.m << BigInt(a.e - e)) + (b.m << BigInt(b.e - e)), e };
};
export const multiply = (a: Dyadic, b: Dyadic): Dyadic => ({ m: a.m * b.m, e: a.e + b.e });
export const negate = (a: Dyadic): Dyadic => ({ m: -a.m, e: a.e });

/** −1, 0 or 1. */
export const compare = (a: Dyadic, b: Dyadic): number => {
  const { m } = add(a, negate(b));
  return m < 0n ? -1 : m > 0n ? 1 : 0;
};

/** The least integer that is not below `a`. */
export const ceilOf = ({ m, e }: Dyadic): bigint => (e >= 0 ? m << BigInt(e) : -(-m >> BigInt(-e)));

/** The double nearest to a / b. `b` is not zero. */
export function quotient(a: Dyadic, b: Dyadic): number {
  const negative = a.m < 0n !== b.m < 0n;
  const numerator = a.m < 0n ? -a.m : a.m;
  const denominator = b.m < 0n ? -b.m : b.m;
  if (numerator === 0n) return 0;
  // Some 66 quotient bits, and a last bit that tells whether any remainder was cut off, round as the exact value does.
  const shift = 66 + bitLength(denominator) - bitLength(numerator);
  const dividend = numerator << BigInt(Math.max(0, shift));
  const divisor = denominator << BigInt(Math.max(0, -shift));
  const whole = dividend / divisor;
  const sticky = dividend % divisor === 0n ? 0n : 1n;
  const magnitude = scaled(Number((whole << 1n) | sticky), a.e - b.e - shift - 1);
  return negative ? -magnitude : magnitude;
}

export const toNumber = (a: Dyadic): number => quotient(a, { m: 1n, e: 0 });

const bitLength = (m: bigint): number => m.toString(16).length * 4;

/** x · 2^e without an intermediate overflow. */
function scaled(x: number, e: number): number {
  let result = x;
  for (let left = e; left !== 0; ) {
    const step = Math.max(-1000, Math.min(1000, left));
    result *= 2 ** step;
    left -= step;
  }
  return result;
}
