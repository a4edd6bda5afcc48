import { ceilDivide, ceilSqrt, type Fraction, fraction } from '../fraction.js';

/** Binary digits behind the point of the fixed-point numbers here. All are rounded up. */
const BITS = 96n;
const ONE = 1n << BITS;
const SERIES_TERMS = 40;
const VARIANCE_BITS = 32n;

const timesUp = (a: bigint, b: bigint): bigint => ceilDivide(a * b, ONE);

/** At least ln(n/d), for n/d ≥ 1, in units of 2^-BITS: m·ln 2 + 2·artanh(z) with n/d = 2^m·(1 + z)/(1 − z). Integers alone, so that every node gets the same. */
export function lnAbove({ n, d }: Fraction): bigint {
  let m = 0n;
  while (d << (m + 1n) <= n) m++;
  return m * twiceArtanhAbove(1n, 3n) + twiceArtanhAbove(n - (d << m), n + (d << m));
}

/** At least 2·artanh(n/d) = 2·Σ z^(2i+1) / (2i + 1), for 0 ≤ z ≤ 1/3. What comes after 40 terms is below 3^-81 < 2^-96. */
function twiceArtanhAbove(n: bigint, d: bigint): bigint {
  const z = ceilDivide(n << BITS, d);
  const square = timesUp(z, z);
  let sum = 1n;
  let power = z;
  for (let i = 0; i < SERIES_TERMS; i++) {
    sum += ceilDivide(power, BigInt(2 * i + 1));
    power = timesUp(power, square);
  }
  return 2n * sum;
}

/**
 * The variance parameter with which Gaussian noise on `values` opened values, each of sensitivity 1, gives (epsilon, delta) in all; rounded up.
 *
 * Noise of variance Δ²/(2ρ) gives ρ-zCDP (CKS 2020, Theorem 4); ρ adds up over the values; and ρ + 2·√(ρ·ln(1/δ)) ≤ ε suffices (Bun and
 * Steinke 2016, Proposition 1.3), which is √ρ ≤ ε / (√(ln(1/δ) + ε) + √ln(1/δ)).
 */
export function gaussianVariance(epsilon: Fraction, delta: Fraction, values: number): Fraction {
  const ln = lnAbove({ n: delta.d, d: delta.n });
  const roots = ceilSqrt((ln + ceilDivide(epsilon.n << BITS, epsilon.d)) << BITS) + ceilSqrt(ln << BITS);
  const numerator = BigInt(values) * (roots * epsilon.d) ** 2n;
  const denominator = 2n * (epsilon.n << BITS) ** 2n;
  return fraction(ceilDivide(numerator << VARIANCE_BITS, denominator), 1n << VARIANCE_BITS);
}
