import { type Fraction, floorSqrt } from '../fraction.js';

/**
 * Exact samples of the discrete Laplace and Gaussian distributions
 *
 * Afterwards the caller holds an integer of exactly the stated distribution, given uniform bits: no floating-point number takes part, whose
 * gaps would tell which result was noisy and which was not.
 *
 * Paper       Canonne, Kamath, Steinke: The Discrete Gaussian for Differential Privacy. NeurIPS 2020, arXiv 2004.00010v5, Algorithms 1–3.
 * Realises    P(x) ∝ exp(−|x|·s/t) and P(x) ∝ exp(−x²/(2σ²)) over all integers, for rational parameters.
 * Security    perfect, for coins that are uniform and independent. Running time depends on what is drawn: rejection sampling cannot do
 *             otherwise, so callers draw before a protocol starts and pad the time.
 * Assumptions none beyond the coins.
 * Cost        Laplace: about 10 uniform integers. Gaussian: about 1.5 Laplace samples and as many rejections.
 * Notation    γ = n/d   fraction   what exp(−γ) is the probability of
 *             t/s       fraction   scale of the Laplace
 *             σ² = a/b  fraction   variance parameter of the Gaussian
 * Deviations  none.
 */
export interface Coins {
  bytes(length: number): Uint8Array;
}

const POOL_BYTES = 4096;

/** The same coins, asked for in blocks: samples need them a few at a time. Every byte is handed out once. */
export function pooled(coins: Coins): Coins {
  let pool: Uint8Array = new Uint8Array(0);
  return {
    bytes(length) {
      if (pool.length < length) pool = coins.bytes(POOL_BYTES);
      const taken = pool.subarray(0, length);
      pool = pool.subarray(length);
      return taken;
    },
  };
}

/** Uniform in [0, bound), by rejection of what is too large. */
export function uniformBelow(coins: Coins, bound: bigint): bigint {
  if (bound === 1n) return 0n;
  const bits = (bound - 1n).toString(2).length;
  const length = Math.ceil(bits / 8);
  const spare = BigInt(8 * length - bits);
  for (;;) {
    let drawn = 0n;
    for (const byte of coins.bytes(length)) drawn = (drawn << 8n) | BigInt(byte);
    drawn >>= spare;
    if (drawn < bound) return drawn;
  }
}

const bernoulli = (coins: Coins, n: bigint, d: bigint): boolean => uniformBelow(coins, d) < n;

/** Algorithm 1: true with probability exp(−n/d), for n ≥ 0. */
export function bernoulliExp(coins: Coins, n: bigint, d: bigint): boolean {
  for (let whole = n / d; whole > 0n; whole--) if (!bernoulliExpBelowOne(coins, 1n, 1n)) return false;
  return bernoulliExpBelowOne(coins, n % d, d);
}

/** Algorithm 1 for 0 ≤ n/d ≤ 1. */
function bernoulliExpBelowOne(coins: Coins, n: bigint, d: bigint): boolean {
  let k = 1n;
  while (bernoulli(coins, n, d * k)) k++;
  return k % 2n === 1n;
}

/** Algorithm 2: P(x) ∝ exp(−|x| / scale). */
export function discreteLaplace(coins: Coins, { n: t, d: s }: Fraction): bigint {
  for (;;) {
    const u = uniformBelow(coins, t);
    if (!bernoulliExp(coins, u, t)) continue;
    let v = 0n;
    while (bernoulliExp(coins, 1n, 1n)) v++;
    const magnitude = (u + t * v) / s;
    const negative = bernoulli(coins, 1n, 2n);
    if (!(negative && magnitude === 0n)) return negative ? -magnitude : magnitude;
  }
}

/** Algorithm 3: P(x) ∝ exp(−x² / (2·variance)). */
export function discreteGaussian(coins: Coins, { n: a, d: b }: Fraction): bigint {
  const t = floorSqrt(a / b) + 1n;
  for (;;) {
    const y = discreteLaplace(coins, { n: t, d: 1n });
    // (|y| − σ²/t)² / (2σ²), multiplied out.
    const distance = (y < 0n ? -y : y) * b * t - a;
    if (bernoulliExp(coins, distance * distance, 2n * a * b * t * t)) return y;
  }
}
