import { randomBytes } from 'node:crypto';
import { seededRandomness } from '#testing';
import { fraction, fractionOfDecimal, numberOf } from '../fraction.js';
import { gaussianVariance, lnAbove } from './concentrated.js';
import { gaussianQuantile, laplaceQuantile } from './quantile.js';
import { bernoulliExp, type Coins, discreteGaussian, discreteLaplace, pooled, uniformBelow } from './sampler.js';

const SAMPLES = 6_000;
/** Standard deviations of seeded samples, which are the same in every run; of fresh ones a right sampler exceeds twice as many, also where few are expected, less than once in 2^40 runs. */
const DEVIATIONS = 6;

const laplacePmf = (scale: number) => (x: number): number => ((1 - Math.exp(-1 / scale)) / (1 + Math.exp(-1 / scale))) * Math.exp(-Math.abs(x) / scale);
function gaussianPmf(variance: number): (x: number) => number {
  const weight = (x: number): number => Math.exp(-(x * x) / (2 * variance));
  let total = 0;
  for (let x = -400; x <= 400; x++) total += weight(x);
  return (x) => weight(x) / total;
}

/** Pearson's statistic over its threshold at so many standard deviations (Wilson and Hilferty): below 1 for the right distribution. */
function misfit(samples: readonly bigint[], pmf: (x: number) => number, deviations: number): number {
  const counts = new Map<number, number>();
  for (const sample of samples) counts.set(Number(sample), (counts.get(Number(sample)) ?? 0) + 1);
  let [statistic, bins, rest, restSeen] = [0, 0, samples.length, samples.length];
  for (let x = -400; x <= 400; x++) {
    const expected = pmf(x) * samples.length;
    if (expected < 10) continue;
    const seen = counts.get(x) ?? 0;
    statistic += (seen - expected) ** 2 / expected;
    [bins, rest, restSeen] = [bins + 1, rest - expected, restSeen - seen];
  }
  statistic += (restSeen - rest) ** 2 / Math.max(rest, 1);
  return statistic / (bins * (1 - 2 / (9 * bins) + deviations * Math.sqrt(2 / (9 * bins))) ** 3);
}

const many = (draw: () => bigint): bigint[] => Array.from({ length: SAMPLES }, draw);
const coins: [string, Coins, number][] = [['the operating system', pooled({ bytes: randomBytes }), 2 * DEVIATIONS], ['a seed', pooled(seededRandomness('noise')), DEVIATIONS]];

describe.each(coins)('with coins of %s', (_, coin, deviations) => {
  it.each([[3n, 2n], [1n, 3n], [7n, 1n]])('the discrete Laplace of scale %i/%i is drawn exactly', (n, d) => {
    const drawn = many(() => discreteLaplace(coin, { n, d }));
    expect(misfit(drawn, laplacePmf(Number(n) / Number(d)), deviations)).toBeLessThan(1);
    // What it finds it must find in the same samples in every run.
    if (deviations === DEVIATIONS) expect(misfit(drawn, laplacePmf((Number(n) / Number(d)) * 1.3), deviations)).toBeGreaterThan(1);
  });
  it.each([[9n, 4n], [1n, 4n], [30n, 1n]])('the discrete Gaussian of variance %i/%i is drawn exactly', (n, d) => {
    const drawn = many(() => discreteGaussian(coin, { n, d }));
    expect(misfit(drawn, gaussianPmf(Number(n) / Number(d)), deviations)).toBeLessThan(1);
    if (deviations === DEVIATIONS) expect(misfit(drawn, gaussianPmf((Number(n) / Number(d)) * 1.3), deviations)).toBeGreaterThan(1);
  });
  it('scales as large as those of sums follow the continuous distribution (Kolmogorov and Smirnov)', () => {
    const scale = (1n << 50n) + 12345n;
    const sorted = many(() => discreteLaplace(coin, { n: scale, d: 1n })).map((x) => Number(x) / Number(scale)).sort((a, b) => a - b);
    const cdf = (x: number): number => (x < 0 ? Math.exp(x) / 2 : 1 - Math.exp(-x) / 2);
    const distance = Math.max(...sorted.map((x, i) => Math.max(Math.abs((i + 1) / SAMPLES - cdf(x)), Math.abs(i / SAMPLES - cdf(x)))));
    expect(distance * Math.sqrt(SAMPLES)).toBeLessThan(0.55 * deviations);
  });
  it.each([[0n, 1n], [1n, 2n], [1n, 1n], [5n, 2n]])('exp(−%i/%i) is the probability of a coin', (n, d) => {
    const heads = many(() => (bernoulliExp(coin, n, d) ? 1n : 0n)).filter((x) => x === 1n).length;
    const p = Math.exp(-Number(n) / Number(d));
    expect(Math.abs(heads - p * SAMPLES)).toBeLessThanOrEqual(deviations * Math.sqrt(p * (1 - p) * SAMPLES));
  });
});

it('uniform integers are the drawn bits, and what is too large is drawn again', () => {
  const from = (...bytes: number[]): Coins => ({ bytes: (length) => Uint8Array.from(bytes.splice(0, length)) });
  expect(uniformBelow(from(0b1110_0000, 0b1010_0000, 0b0110_0000), 5n)).toBe(3n);
  expect(uniformBelow(from(0x01, 0x23, 0x45), 1n << 24n)).toBe(0x012345n);
  expect(uniformBelow(from(), 1n)).toBe(0n);
  const pool = pooled({ bytes: (length) => Uint8Array.from({ length }, (_, i) => i) });
  expect([...pool.bytes(2), ...pool.bytes(3)]).toEqual([0, 1, 2, 3, 4]);
});

describe('concentrated differential privacy', () => {
  it('rounds logarithms up, to 25 digits', () => {
    // ln 10 and ln 3, to 35 digits.
    for (const [n, digits] of [[10n, '2.30258509299404568401799145468436420'], [3n, '1.09861228866810969139524523692252570']] as const) {
      const exact = fractionOfDecimal(digits)!;
      const above = lnAbove(fraction(n));
      expect(above * exact.d > exact.n << 96n).toBe(true);
      expect((above - 1000n) * exact.d < exact.n << 96n).toBe(true);
    }
    for (const x of [1, 1.5, 2, 1e6, 7e29]) expect(Number(lnAbove(fraction(BigInt(x * 2), 2n))) / 2 ** 96).toBeCloseTo(Math.log(x), 12);
  });
  it.each([['0.5', '0.000001', 1], ['0.1', '0.00000000001', 2], ['8', '0.00001', 3]])('epsilon %s and delta %s hold for %i values, and hardly more noise than that', (epsilon, delta, values) => {
    const variance = numberOf(gaussianVariance(fractionOfDecimal(epsilon)!, fractionOfDecimal(delta)!, values));
    const rho = values / (2 * variance);
    const spent = rho + 2 * Math.sqrt(rho * Math.log(1 / Number(delta)));
    expect(spent).toBeLessThanOrEqual(Number(epsilon) * (1 + 1e-14));
    expect(spent).toBeGreaterThan(Number(epsilon) * (1 - 1e-6));
  });
  it.each([['0.5', '0.000001', 1n], ['3', '0.0001', 7n]])('the exact privacy loss of one party’s noise stays within epsilon %s and delta %s', (epsilon, delta, sensitivity) => {
    const variance = numberOf(gaussianVariance(fractionOfDecimal(epsilon)!, fractionOfDecimal(delta)!, 1)) * Number(sensitivity) ** 2;
    const pmf = gaussianPmf(variance);
    let lost = 0;
    for (let x = -390; x <= 390; x++) lost += Math.max(0, pmf(x) - Math.exp(Number(epsilon)) * pmf(x - Number(sensitivity)));
    expect(lost).toBeLessThanOrEqual(Number(delta));
    expect(lost).toBeGreaterThan(0);
  });
});

describe('the error that people read', () => {
  it('is the exact quantile of one discrete Laplace', () => {
    for (const scale of [0.2, 1, 5.5, 240]) {
      const p = Math.exp(-1 / scale);
      const outside = (x: number): number => (2 * p ** (x + 1)) / (1 + p);
      const quantile = laplaceQuantile(scale, 1, 0.05);
      expect(outside(quantile)).toBeLessThanOrEqual(0.05 + 1e-12);
      if (quantile > 0) expect(outside(quantile - 1)).toBeGreaterThan(0.05);
    }
  });
  it.each([2, 3, 5])('covers 95 of 100 sums of %i', (count) => {
    const coin = pooled(seededRandomness(`sums of ${count}`));
    const covered = (draw: () => bigint, quantile: number): number =>
      Array.from({ length: 2_000 }, () => Array.from({ length: count }, draw).reduce((a, b) => a + b)).filter((x) => Math.abs(Number(x)) <= quantile).length;
    for (const share of [
      covered(() => discreteLaplace(coin, fraction(20n)), laplaceQuantile(20, count, 0.05)),
      covered(() => discreteGaussian(coin, fraction(400n)), gaussianQuantile(20, count, 0.05)),
      covered(() => discreteGaussian(coin, fraction(9n)), gaussianQuantile(3, count, 0.05)),
    ]) {
      expect(share).toBeGreaterThan(1_900 - 6 * 10);
      expect(share).toBeLessThan(1_970);
    }
  });
  it('grows with the scale beyond the grid', () => {
    expect(laplaceQuantile(2 ** 40, 3, 0.05) / 2 ** 40).toBeCloseTo(laplaceQuantile(1000, 3, 0.05) / 1000, 2);
    expect(gaussianQuantile(2 ** 40, 4, 0.05) / 2 ** 41).toBeCloseTo(1.96, 2);
  });
});
