import { KernelMemory } from '#kernels';
import { slotsFor } from '#program/plans';
import { memoryLinks, seededRandomness } from '#testing';
import { Peer } from '../../channel/index.js';
import { binding } from '../testing/pair.js';
import { bandBits } from './flow.js';
import { decode, receiveValues } from './receiver.js';
import { encode, sendValues } from './sender.js';

const coins = seededRandomness('keys and words');
const keysOf = (count: number): Uint8Array => coins.bytes(16 * count);
const wordsOf = (count: number): BigUint64Array => new BigUint64Array(coins.bytes(8 * count).buffer);
const randomness = seededRandomness('band');

/**
 * How probable it is that a row waits longer than `band` columns, summed over the rows that come in a column: the queue of the header, with
 * Poisson arrivals of this rate.
 */
function failurePerColumn(rate: number, band: number, longest = 400): number {
  const arrivals = Array.from({ length: 30 }, (_, a) => Math.exp(-rate + a * Math.log(rate) - Array.from({ length: a }, (__, i) => Math.log(i + 1)).reduce((x, y) => x + y, 0)));
  const idle = (q: number): number => (q === 0 ? 1 : 2 ** -q);
  // Transitions of the queue, and its stationary distribution by elimination without subtractions (Grassmann, Taksar, Heyman).
  const P = Array.from({ length: longest }, () => new Float64Array(longest));
  for (let q = 0; q < longest; q++) {
    arrivals.forEach((probability, a) => {
      const t = Math.min(q + a, longest - 1);
      P[q]![t]! += probability * idle(t);
      if (t > 0) P[q]![t - 1]! += probability * (1 - idle(t));
    });
  }
  for (let k = longest - 1; k > 0; k--) {
    const sum = P[k]!.subarray(0, k).reduce((a, b) => a + b, 0);
    for (let i = 0; i < k; i++) {
      const factor = (P[i]![k]! /= sum);
      if (factor > 0) for (let j = 0; j < k; j++) P[i]![j]! += factor * P[k]![j]!;
    }
  }
  const stationary = new Float64Array(longest);
  stationary[0] = 1;
  for (let k = 1; k < longest; k++) for (let i = 0; i < k; i++) stationary[k]! += stationary[i]! * P[i]![k]!;
  const total = stationary.reduce((a, b) => a + b, 0);
  // late[r]: the first r of a queue are not all served within the columns so far.
  let late = new Float64Array(longest + 1).fill(1);
  late[0] = 0;
  for (let column = 0; column < band; column++) late = late.map((each, r) => (r === 0 ? 0 : idle(r) * each + (1 - idle(r)) * late[r - 1]!));
  let failures = 0;
  for (let q = 0; q < longest - 30; q++) arrivals.forEach((probability, a) => (failures += (stationary[q]! / total) * probability * a * late[q + a]!));
  return failures;
}

test('encoding fails with probability below 2^-40 for up to 2^26 keys', () => {
  const perColumn = Math.log2(failurePerColumn(1 / 1.1, bandBits));
  expect(perColumn).toBeLessThan(-68);
  expect(perColumn + Math.log2(slotsFor(2 ** 26)) + 1).toBeLessThan(-40);
});

test('narrower bands fail no more often than the queue says', () => {
  const [band, keys, runs] = [40, 5000, 300];
  const slots = Math.ceil(1.1 * keys);
  let failed = 0;
  const memory = new KernelMemory(64 * keys + 8 * slots + 4096);
  for (let run = 0; run < runs; run++) {
    failed += memory.within(() => {
      const bands = coins.bytes(16 * keys).map((byte, i) => (i % 16 < band / 8 ? byte : 0));
      const starts = new Uint32Array(keysOf(keys / 4).buffer).map((word) => word % (slots + 1)).sort();
      const order = Uint32Array.from({ length: keys }, (_, i) => i);
      const put = (numbers: Uint32Array): number => memory.put(new Uint8Array(numbers.buffer));
      return 1 - memory.kernels.bandEliminate(
        memory.put(bands), memory.put(new Uint8Array(16 * keys)), put(starts), memory.put(new BigUint64Array(keys)), 1, put(order), put(new Uint32Array(slots + 300)), keys);
    });
  }
  // Where one row fails so would about a hundred after it, whose number is what is expected.
  const rows = failurePerColumn(keys / slots, band) * slots;
  expect(rows).toBeGreaterThan(6);
  expect(rows).toBeLessThan(8);
  expect(failed / runs).toBeLessThan(rows / 20);
  expect(failed / runs).toBeGreaterThan(rows / 400);
});

test.each([[0, 0, 1], [1, 1, 1], [1, 100, 3], [1000, 1000, 2], [5000, 6000, 1]])('%i of at most %i keys have their values of %i words', (count, most, width) => {
  const [keys, words] = [keysOf(count), wordsOf(width * count)];
  const solution = encode(binding, randomness, { keys, words, width }, most);
  expect(solution.length).toBe(width * slotsFor(most));
  expect(decode(binding, solution, keys, width)).toEqual(words);
  const others = decode(binding, solution, keysOf(20), width);
  expect(new Set(others).size).toBe(20 * width);
});

test('two values at one key are refused', () => {
  const keys = keysOf(3);
  keys.copyWithin(16, 0, 16);
  expect(() => encode(binding, randomness, { keys, words: BigUint64Array.of(1n, 2n, 3n), width: 1 }, 3)).toThrow(expect.objectContaining({ code: 'CS0641', step: 'slots' }));
});

test('slots of uniform values are uniform, whether there are many keys or none', () => {
  for (const count of [0, 4000]) {
    const solution = encode(binding, seededRandomness(`slots ${count}`), { keys: keysOf(count), words: wordsOf(count), width: 1 }, 4000);
    const cells = new Array<number>(16).fill(0);
    for (const slot of solution) cells[Number(slot & 15n)]! += 1;
    const expected = solution.length / 16;
    // χ² of 15 degrees of freedom, exceeded with a probability below 10^-9.
    expect(cells.reduce((sum, each) => sum + (each - expected) ** 2 / expected, 0)).toBeLessThan(75);
  }
});

test('values of more than a message arrive', async () => {
  const links = memoryLinks(2);
  const lanes = [new Peer(1, links[0]![1]!).lane(2), new Peer(0, links[1]![0]!).lane(2)] as const;
  const [keys, words] = [keysOf(100), wordsOf(100 * 31)];
  const [received] = await Promise.all([
    receiveValues(lanes[0], binding, keys, 31, 20_000),
    sendValues(lanes[1], binding, randomness, { keys, words, width: 31 }, 20_000),
  ]);
  expect(received).toEqual(words);
});
