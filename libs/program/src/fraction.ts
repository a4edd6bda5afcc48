/** n / d in lowest terms, d > 0. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

export function fraction(n: bigint, d = 1n): Fraction {
  let [a, b] = [n < 0n ? -n : n, d];
  while (b !== 0n) [a, b] = [b, a % b];
  return { n: n / a, d: d / a };
}

export const product = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d);
/** a ≥ b */
export const atLeast = (a: Fraction, b: Fraction): boolean => a.n * b.d >= b.n * a.d;
export const quotientText = ({ n, d }: Fraction): string => `${n}/${d}`;
export const numberOf = ({ n, d }: Fraction): number => Number(n) / Number(d);

/** Decimal text without sign or exponent, exactly; undefined for any other text. */
export function fractionOfDecimal(text: string): Fraction | undefined {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return undefined;
  const [, whole, part = ''] = match;
  return fraction(BigInt(whole + part), 10n ** BigInt(part.length));
}

/** What `quotientText` wrote. */
export function fractionOfQuotient(text: string): Fraction {
  const match = /^(\d{1,400})\/([1-9]\d{0,399})$/.exec(text);
  if (!match) throw new RangeError('not a quotient of integers');
  return fraction(BigInt(match[1]), BigInt(match[2]));
}

/** ⌈n / d⌉ for n ≥ 0 and d > 0. */
export const ceilDivide = (n: bigint, d: bigint): bigint => (n + d - 1n) / d;

/** ⌊√n⌋ for n ≥ 0, by Newton's iteration from above. */
export function floorSqrt(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}
export const ceilSqrt = (n: bigint): bigint => {
  const root = floorSqrt(n);
  return root * root === n ? root : root + 1n;
};
