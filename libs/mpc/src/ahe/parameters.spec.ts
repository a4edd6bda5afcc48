import { seededRandomness } from '#testing';
import { type AheParameters, aheSets, answerDistance, failureProbability, largestLogQ, product, wholeLoad } from './index.js';
import { Setting } from './testing/setting.js';

const sets: readonly AheParameters[] = [...aheSets.slots, aheSets.words];
const log2 = (value: bigint): number => Math.log2(Number(value));

describe.each(sets)('parameters `$name`', (parameters) => {
  const { primes, degree, slotPrimes, bodyBits, maskBits } = parameters;
  const q = product(primes);
  // Two whole products, or a window of 16 rows of 128 words and 128 columns.
  const load = slotPrimes === 0 ? { terms: 16 * 128, bound: 2 ** 63, coefficients: 16 * 128 } : wholeLoad(parameters, 2);

  test('are primes for transforms, and a modulus within the tables', () => {
    expect(new Set(primes).size).toBe(primes.length);
    for (const prime of primes) {
      expect(prime % (2 * degree)).toBe(1);
      expect(prime).toBeLessThan(2 ** 30);
      for (let d = 3; d * d <= prime; d += 2) if (prime % d === 0) throw new Error(`${prime} is divisible by ${d}`);
    }
    expect(log2(q)).toBeLessThan(Math.min(largestLogQ.classical, largestLogQ.quantum));
  });

  test('keep 40 bits for the evaluator and decrypt with certainty', () => {
    expect(Math.log2(answerDistance(parameters, load))).toBeLessThan(-40);
    expect(Math.log2(failureProbability(parameters, load))).toBeLessThan(-70);
  });

  test('would not with fewer bits: the bounds are what they rest on', () => {
    expect(Math.log2(answerDistance({ ...parameters, bodyBits: bodyBits + 8 }, load))).toBeGreaterThan(-40);
    expect(failureProbability({ ...parameters, bodyBits: bodyBits - 1 }, load)).toBe(1);
    expect(Math.log2(failureProbability({ ...parameters, maskBits: maskBits - 2 }, load))).toBeGreaterThan(-70);
  });

  test('leave room for the product of a mask and the secret', () => {
    const { scheme } = new Setting(parameters, seededRandomness('room'));
    expect(log2(product(scheme.decryptionModuli.map(({ prime }) => prime)))).toBeGreaterThan(maskBits + Math.log2(degree) + 1);
  });
});

test('slots have 172 bits in all, modulo six different primes', () => {
  const slotPrimes = aheSets.slots.flatMap(({ primes }) => primes.slice(0, 2));
  expect(log2(product(slotPrimes))).toBeGreaterThan(172.4);
  expect(new Set(slotPrimes).size).toBe(6);
});
