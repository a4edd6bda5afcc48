import fc from 'fast-check';
import { MAX_JOIN_ROWS, joinBins } from '#program/plans';
import { binding, digestsOf } from '../testing/pair.js';
import { byBin, itemOf, itemsOf, nobody, placed, putPoint, tableOf, tables } from './index.js';

/** ln Γ(n + 1), by Stirling's series. */
const lnFactorial = (n: number): number => {
  let sum = 0;
  for (; n < 20; n++) sum -= Math.log(n + 1);
  return sum + (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3);
};

/** The logarithm (base 2) of the sum of `cuckoo.ts`. Above 200 items, terms are taken a hundredth of k apart, and counted as often. */
function failure(n: number, bins: number): number {
  const M = bins / 3;
  const term = (k: number): number => {
    const share = (k - 1) / bins;
    if (share >= 1) return -Infinity;
    const ug = share / (1 - share);
    // u = ug / g(z) is best at any z, and z by golden section.
    const atZ = (z: number): number => (k - 1) * Math.log(z < 1e-3 ? (z * z) / 2 * (1 + z / 3) : Math.expm1(z) - z) - 3 * k * Math.log(z);
    let [low, high] = [1e-6, 50];
    for (let i = 0; i < 80; i++) {
      const [a, b] = [low + 0.382 * (high - low), low + 0.618 * (high - low)];
      if (atZ(a) < atZ(b)) high = b;
      else low = a;
    }
    return lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k) + 3 * lnFactorial(k) - 3 * k * Math.log(M) + bins * Math.log(1 + ug) - (k - 1) * Math.log(ug) + atZ(low);
  };
  let sum = 0;
  for (let k = 4; k <= n;) {
    const step = k < 200 ? 1 : Math.floor(k / 100);
    sum += step * Math.exp(term(k));
    k += step;
  }
  return Math.log2(sum);
}

test('there are so many bins that rows find places but with probability 2^-40', () => {
  for (const rows of [1, 3, 4, 64, 65, 128, 129, 256, 257, 512, 513, 1024, 1025, 2048, 2049, 4096, 4097, 8192, 16_383, 16_384, 100_000, 2 ** 20, MAX_JOIN_ROWS]) {
    const bins = joinBins(rows);
    expect(bins % 3).toBe(0);
    expect([rows, failure(rows, bins) <= -40]).toEqual([rows, true]);
  }
  // It is no bound for what is too full.
  expect(failure(10_000, 11_000)).toBeGreaterThan(0);
});

test('every row stands in one of its three bins, and nobody in two', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 1000 }), (count, salt) => {
    const bins = joinBins(Math.max(1, count));
    const items = itemsOf(binding, digestsOf(Array.from({ length: count }, (_, i) => `${salt} ${i}`)), bins);
    const standing = placed(items.bins, bins);
    const seen = new Set<number>();
    standing.forEach((item, bin) => {
      if (item === nobody) return;
      expect(items.bins[tables * item + Math.floor((bin * 3) / bins)]).toBe(bin);
      seen.add(item);
    });
    expect(seen.size).toBe(count);
  }), { numRuns: 30 });
});

test('rows move on for others as far as it takes, and where there is no place it is said', () => {
  // Each row may go where the one before it is, or one further.
  const chain = Uint32Array.from({ length: 300 }, (_, i) => (i % 3 === 2 ? Math.floor(i / 3) + 1 : Math.floor(i / 3)));
  expect([...placed(chain, 101)].filter((item) => item !== nobody).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  const full = Uint32Array.from({ length: 12 }, (_, i) => i % 3);
  expect(() => placed(full, 300)).toThrow(expect.objectContaining({ code: 'CS0641', step: 'placement' }));
  expect([...placed(full.subarray(0, 9), 3)].sort()).toEqual([0, 1, 2]);
});

test('names and bins differ by session and by key, and bins are spread evenly over their tables', () => {
  const digests = digestsOf(Array.from({ length: 9000 }, (_, i) => String(i)));
  const [one, other] = [binding, { ...binding, sessionId: new Uint8Array(32).fill(1) }].map((each) => itemsOf(each, digests, 300));
  expect(Buffer.from(one!.names).equals(Buffer.from(other!.names))).toBe(false);
  expect(new Set(Array.from({ length: 9000 }, (_, i) => Buffer.from(one!.names.subarray(16 * i, 16 * i + 16)).toString('hex'))).size).toBe(9000);
  const counts = new Array<number>(300).fill(0);
  for (const bin of one!.bins) counts[bin]! += 1;
  for (let t = 0; t < 3; t++) expect(counts.slice(100 * t, 100 * t + 100).reduce((a, b) => a + b)).toBe(9000);
  // 90 expected in each; six standard deviations.
  expect(Math.max(...counts.map((count) => Math.abs(count - 90)))).toBeLessThan(57);
});

test('pairs are ordered by bins, and a row has another point in each table', () => {
  const { pairs, bins } = byBin(Uint32Array.of(5, 1, 3, 1, 5, 0), 6);
  expect([...bins]).toEqual([0, 1, 1, 3, 5, 5]);
  expect([...pairs].map((pair) => [itemOf(pair), tableOf(pair)])).toEqual([[1, 2], [0, 1], [1, 0], [0, 2], [0, 0], [1, 1]]);
  const points = new Uint8Array(48);
  for (let t = 0; t < 3; t++) putPoint(points, t, new Uint8Array(32).fill(8), 1, t);
  expect([points[0], points[16], points[32], points[47]]).toEqual([8, 9, 10, 8]);
});
