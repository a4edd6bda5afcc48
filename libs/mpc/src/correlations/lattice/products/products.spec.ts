import { setTimeout } from 'node:timers/promises';
import { KernelMemory } from '#kernels';
import { memoryLinks, recordedLink, seededRandomness } from '#testing';
import { Coins, aheSets, answerDistance, failureProbability, wholeLoad } from '../../../ahe/index.js';
import { wireBytes } from '../../../channel/index.js';
import { addUp, anyWords, endsOf, sentBy, withKeys } from '../testing/pair.js';
import { batchesAhead, productBatches, productsAnswerBytes, productsQueryBytes, slotCount } from './flow.js';
import { productsMemoryBytes, receiveLatticeProducts, sendLatticeProducts } from './index.js';
import { addMask, drawMask } from './mask.js';

/** What `count` elements of `factors` products send, in both directions. */
const latticeProductsBytes = (count: number, factors: number): number =>
  productBatches(count).length * (wireBytes(productsQueryBytes(factors)) + wireBytes(productsAnswerBytes));

const ends = (links = memoryLinks(2)) => endsOf('products', productsMemoryBytes, links, (self) => seededRandomness(`products ${self}`));
const pair = () => withKeys(ends());
const sum = (x: readonly BigUint64Array[], y: readonly BigUint64Array[]): BigUint64Array => x[0]!.map((_, i) => BigInt.asUintN(64, x.reduce((total, of, f) => total + of[i]! * y[f]![i]!, 0n)));

test.each([1, 2])('the shares of sums of %i products add up, for all sizes and extreme words, and send what is stated', async (factors) => {
  const [a, b] = await pair();
  for (const count of [0, 1, 3, slotCount - 1, slotCount, 6 * slotCount + 1]) {
    const [x, y] = [0, 1].map(() => Array.from({ length: factors }, () => anyWords(count))) as [BigUint64Array[], BigUint64Array[]];
    const before = sentBy(a);
    const [s, r] = await Promise.all([sendLatticeProducts(a, x), receiveLatticeProducts(b, y)]);
    expect(addUp(s, r)).toEqual(sum(x, y));
    expect(sentBy(a) - before).toBe(latticeProductsBytes(count, factors));
  }
});

test.each([2n ** 63n, 2n ** 64n - 1n, 2n ** 63n - 1n])('every sum is right where all words are %i: there are no larger ones', async (word) => {
  const [a, b] = await pair();
  const all = new BigUint64Array(slotCount).fill(word);
  const [s, r] = await Promise.all([sendLatticeProducts(a, [all, all]), receiveLatticeProducts(b, [all, all])]);
  expect(addUp(s, r)).toEqual(sum([all, all], [all, all]));
});

test('shares are fresh every time, also of 0', async () => {
  const [a, b] = await pair();
  const none = [new BigUint64Array(64)];
  const shares: bigint[] = [];
  for (let run = 0; run < 2; run++) for (const share of await Promise.all([sendLatticeProducts(a, none), receiveLatticeProducts(b, none)])) shares.push(...share);
  expect(new Set(shares).size).toBe(4 * 64);
});

test('a triple sends less than 182 bytes, and a batch what the header states', () => {
  expect(latticeProductsBytes(1, 1)).toBe(wireBytes(16 + 546_816) + wireBytes(396_288));
  expect(latticeProductsBytes(1, 2)).toBe(wireBytes(16 + 2 * 546_816) + wireBytes(396_288));
  expect(latticeProductsBytes(10 * slotCount, 2) / (10 * slotCount)).toBeLessThan(182);
});

test('a sender whose peer does not answer stops asking', async () => {
  const links = memoryLinks(2);
  const recorded = recordedLink(links[0]![1]!);
  links[0]![1] = recorded;
  const [a] = await withKeys(ends(links));
  const before = recorded.written.length;
  const sending = sendLatticeProducts(a, [anyWords(10 * slotCount)]);
  let stopped = false;
  // The peer reads on, and says nothing.
  const draining = (async () => {
    while (!stopped) await links[1]![0]!.read();
  })();
  await setTimeout(400);
  expect(recorded.written.slice(before).reduce((total, { length }) => total + length, 0)).toBe(batchesAhead * wireBytes(productsQueryBytes(1)));
  stopped = true;
  recorded.close();
  await expect(Promise.all([sending, draining])).rejects.toThrow();
});

test('factors of different lengths, none or three are refused, and so are ends without keys', async () => {
  const [a] = await pair();
  for (const factors of [[], [anyWords(1), anyWords(2)], [anyWords(1), anyWords(1), anyWords(1)]]) {
    await expect(sendLatticeProducts(a, factors)).rejects.toThrow('1 or 2 factors of one length');
    await expect(receiveLatticeProducts(a, factors)).rejects.toThrow('1 or 2 factors of one length');
  }
  const [c, d] = ends();
  await expect(sendLatticeProducts(c, [anyWords(1)])).rejects.toThrow('keys of its own');
  await expect(receiveLatticeProducts(d, [anyWords(1)])).rejects.toThrow('the keys of their owner');
});

test('a mask is uniform in an interval of 2^172, its lowest word what the share is', () => {
  const memory = new KernelMemory(256 * 1024);
  const count = 1024;
  const prime = aheSets.slots[0].primes[0]!;
  const mask = drawMask(memory, new Coins(seededRandomness('mask')), count);
  const poly = memory.take(4 * count);
  memory.bytes.fill(0, poly, poly + 4 * count);
  addMask(memory, poly, mask, count, prime, 12_345);
  const words = mask.words.map((at) => new BigInt64Array(memory.bytes.buffer, at, count));
  const whole = Array.from({ length: count }, (_, i) => words[0]![i]! + (words[1]![i]! << 64n) + (words[2]![i]! << 128n));
  const absolute = whole.map((each) => (each < 0n ? -each : each));
  const largest = absolute.reduce((most, each) => (each > most ? each : most));
  expect(largest).toBeLessThan(2n ** 171n + 2n ** 128n);
  expect(absolute.filter((each) => each > 2n ** 170n).length).toBeGreaterThan(count / 3);
  expect(whole.filter((each) => each < 0n).length).toBeGreaterThan(count / 3);
  expect(Array.from(new Uint32Array(memory.bytes.buffer, poly, count), BigInt)).toEqual(whole.map((each) => (((each * 12_345n) % BigInt(prime)) + BigInt(prime)) % BigInt(prime)));
});

test('answers are as private and as certain as the header states', () => {
  for (const set of aheSets.slots) {
    expect(Math.log2(answerDistance(set, wholeLoad(set, 2)))).toBeLessThan(-40);
    expect(Math.log2(failureProbability(set, wholeLoad(set, 2)))).toBeLessThan(-70);
  }
});
