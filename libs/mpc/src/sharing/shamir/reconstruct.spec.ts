import { KernelMemory } from '#kernels';
import { wordsOver } from './fields.js';
import { reconstructShamir } from './index.js';
import { Interpolation } from './interpolation.js';

/** Shares of 7 and 8 on constant polynomials. */
const shares = (parties: readonly number[], lengthOf: (party: number) => number = () => 2): Map<number, BigUint64Array> =>
  new Map(parties.map((party) => [party, BigUint64Array.of(7n, 8n, 9n).subarray(0, lengthOf(party))]));

test('shares of every party, or of t + 1, are the values', () => {
  for (const parties of [[0, 1, 2, 3, 4], [0, 2, 4], [4, 3, 1]]) expect([...reconstructShamir(shares(parties), 5)]).toEqual([7n, 8n]);
});

test.each([[[0, 1, 5], () => 2], [[-1, 1, 2], () => 2], [[0, 1, 2], (party: number) => (party === 2 ? 1 : 2)], [[0, 1, 2], (party: number) => (party === 1 ? 3 : 2)]] as const)('shares of %p, of nobody or of different lengths, do not belong together', (parties, lengthOf) => {
  expect(() => reconstructShamir(shares(parties, lengthOf), 5)).toThrow('shares that do not belong together');
});

test.each([1, 2, 7])('t = %i shares are no value', (threshold) => {
  const present = Array.from({ length: threshold }, (_, i) => i);
  expect(() => reconstructShamir(shares(present), 2 * threshold + 1)).toThrow(`${threshold} shares of values that ${threshold + 1} determine`);
  const field = wordsOver(new KernelMemory(4096));
  expect(() => new Interpolation(field, present, threshold)).toThrow(`${threshold} shares of a value that ${threshold + 1} determine`);
  expect(() => new Interpolation(field, [...present, threshold], threshold)).not.toThrow();
});
