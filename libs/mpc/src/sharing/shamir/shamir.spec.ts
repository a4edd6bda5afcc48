import fc from 'fast-check';
import { type ShamirPlayer, centred, openAt, residue, runShamir, seededRandomness, shareVectors, wordsAt } from '#testing';
import { type RoundOperation, bitsStride, wordsStride } from '../suite.js';
import { ReconstructionError, reconstructShamir } from './index.js';

/** Of all values that may be shared: |x| < 2^59. */
const numbers = (length: number, seed: string): bigint[] => [...new BigUint64Array(seededRandomness(seed).bytes(8 * length).buffer)].map((word) => BigInt.asIntN(60, word));
const extremes: readonly bigint[] = [0n, 1n, -1n, (1n << 59n) - 1n, 1n - (1n << 59n), 1n << 30n, -(1n << 29n)];
const lengths = [0, 1, 7, 4096, 10_001];
const roomy = { memoryBytes: 16 * 2 ** 20 };
const allOf = (parties: number): number[] => Array.from({ length: parties }, (_, party) => party);

describe.each([3, 4, 5, 6, 8])('%i parties', (parties) => {
  const vectorsOf = (length: number): bigint[][] => allOf(parties).map((owner) => (length === 7 ? [...extremes] : numbers(length, `inputs ${owner}`)));

  it.each(lengths)('%i inputs of every party open to what they were, at the receivers only', async (length) => {
    const vectors = vectorsOf(length);
    const receivers = [0, parties - 1];
    const opened = await runShamir(parties, roomy, async (player) => {
      const values: (bigint[] | undefined)[] = [];
      for (const at of await shareVectors(player, vectors)) values.push(await openAt(player, at, length, receivers));
      return values;
    });
    for (const [self, values] of opened.entries()) expect(values).toEqual(receivers.includes(self) ? vectors : vectors.map(() => undefined));
  });

  it.each(lengths)('%i products, opened to all and to one', async (length) => {
    const [x, y] = length === 7 ? [extremes, extremes.toReversed()] : [numbers(length, 'x'), numbers(length, 'y')];
    const expected = x.map((value, i) => residue(value * y[i]!));
    const results = await runShamir(parties, roomy, async (player) => {
      const { memory, suite } = player;
      const [left, right] = await shareVectors(player, [x, y]) as [number, number];
      const [out, opened] = [memory.take(wordsStride(length)), memory.take(wordsStride(length))];
      await suite.round(memory, [{ op: 'multiply', out, left, right, length }]);
      await suite.round(memory, [{ op: 'openWords', out: opened, value: out, length }]);
      return { all: [...wordsAt(player, opened, length)], one: await openAt(player, out, length, [1]) };
    });
    for (const [self, { all, one }] of results.entries()) {
      expect(all).toEqual(expected);
      expect(one).toEqual(self === 1 ? expected.map(centred) : undefined);
    }
  });

  it.each([[1, 1], [4, 9], [3, 16], [61, 200], [2, 20_000]])('random bits of %i planes of %i lanes are the same both ways, and half of them set', async (planes, lanes) => {
    const bits = planes * lanes;
    const results = await runShamir(parties, { ...roomy, daBits: bits }, async (player) => openRandomBits(player, planes, lanes));
    for (const { words, opened } of results) {
      expect(opened).toEqual(words);
      expect(words).toEqual(results[0]!.words);
      expect(words.every((word) => word === 0 || word === 1)).toBe(true);
    }
    const set = results[0]!.words.filter((word) => word === 1).length;
    // Within six standard deviations.
    expect(Math.abs(set - bits / 2)).toBeLessThanOrEqual(3 * Math.sqrt(bits));
  });

  it('a level of every operation takes one round, and products of products are right', async () => {
    const [rows, inner, columns, lanes] = [3, 5, 7, 9];
    const [x, y] = [numbers(rows * inner, 'a'), numbers(inner * columns, 'b')];
    const results = await runShamir(parties, { daBits: 4 * lanes }, async (player) => {
      const { memory, suite, mesh } = player;
      const words = (length: number): number => memory.take(wordsStride(length));
      const [, left, right] = await shareVectors(player, [[], x, y]) as [number, number, number];
      const [word, bit, high, both] = [words(4 * lanes), memory.take(bitsStride(8, 4, lanes)), memory.take(bitsStride(8, 2, lanes)), memory.take(bitsStride(8, 2, lanes))];
      suite.daBits!(memory, 4, lanes, word, bit);
      memory.bytes.copyWithin(high, bit + 2 * lanes, bit + 4 * lanes);
      const [square, product, cube, openWords, openBits, openBoth] = [words(x.length), words(rows * columns), words(x.length), words(4 * lanes), words(1), words(1)];
      const operations: RoundOperation[] = [
        { op: 'and', out: both, left: bit, right: high, planes: 2, lanes },
        { op: 'multiply', out: square, left, right: left, length: x.length },
        { op: 'openBits', out: openBits, value: bit, planes: 4, lanes },
        { op: 'matmul', out: product, left, right, rows, inner, columns },
        { op: 'openWords', out: openWords, value: word, length: 4 * lanes },
      ];
      const before = mesh.rounds;
      await suite.round(memory, operations);
      expect(mesh.rounds - before).toBe(1);
      await suite.round(memory, [{ op: 'multiply', out: cube, left: square, right: left, length: x.length }, { op: 'openBits', out: openBoth, value: both, planes: 2, lanes }]);
      return {
        words: [...wordsAt(player, openWords, 4 * lanes)].map(Number), bits: packedBits(player, openBits, 4, lanes), both: packedBits(player, openBoth, 2, lanes),
        product: await openAt(player, product, rows * columns, allOf(parties)), cube: await openAt(player, cube, x.length, allOf(parties)),
      };
    });
    for (const { words, bits, both, product, cube } of results) {
      expect(words).toEqual(results[0]!.words);
      expect(bits).toEqual(words);
      expect(both).toEqual(Array.from({ length: 2 * lanes }, (_, i) => words[i]! & words[i + 2 * lanes]!));
      expect(cube).toEqual(x.map((value) => centred(value ** 3n)));
      expect(product).toEqual(matrixProduct(x, y, rows, inner, columns).map(centred));
    }
  });

  it('sums, products, matrices and openings of any size are those of integers modulo p', async () => {
    const element = fc.oneof(fc.constantFrom(...extremes), fc.bigInt({ min: 1n - (1n << 59n), max: (1n << 59n) - 1n }));
    const sizes = fc.record({ rows: fc.integer({ min: 1, max: 9 }), inner: fc.integer({ min: 0, max: 9 }), columns: fc.integer({ min: 1, max: 9 }), planes: fc.integer({ min: 1, max: 5 }), lanes: fc.integer({ min: 1, max: 40 }) });
    const cases = sizes.chain((size) => fc.record({
      size: fc.constant(size),
      x: fc.array(element, { minLength: size.rows * size.inner, maxLength: size.rows * size.inner }), y: fc.array(element, { minLength: size.inner * size.columns, maxLength: size.inner * size.columns }),
    }));
    await fc.assert(fc.asyncProperty(cases, async ({ size: { rows, inner, columns, planes, lanes }, x, y }) => {
      const opened = await runShamir(parties, { daBits: 2 * planes * lanes }, async (player) => {
        const { memory, suite } = player;
        const [left, right] = await shareVectors(player, [x, y]) as [number, number];
        const [product, square, bit, other, word, both, bits] = [rows * columns, x.length, planes * lanes, planes * lanes, planes * lanes, planes * lanes, planes * lanes].map((length) => memory.take(wordsStride(length))) as [number, number, number, number, number, number, number];
        suite.daBits!(memory, planes, lanes, word, bit);
        suite.daBits!(memory, planes, lanes, word, other);
        await suite.round(memory, [
          { op: 'matmul', out: product, left, right, rows, inner, columns }, { op: 'and', out: both, left: bit, right: other, planes, lanes }, { op: 'multiply', out: square, left, right: left, length: x.length },
        ]);
        memory.kernels.fieldAdd(square, square, left, x.length);
        const each: number[][] = [];
        for (const value of [bit, other, both]) {
          await suite.round(memory, [{ op: 'openBits', out: bits, value, planes, lanes }]);
          each.push(packedBits(player, bits, planes, lanes));
        }
        return { product: await openAt(player, product, rows * columns, [0]), square: await openAt(player, square, x.length, [0]), bits: each };
      });
      const { product, square, bits: [one, two, both] } = opened[0]!;
      expect(product).toEqual(matrixProduct(x, y, rows, inner, columns).map(centred));
      expect(square).toEqual(x.map((value) => centred(value * value + value)));
      expect(both).toEqual(one!.map((value, i) => value & two![i]!));
    }), { numRuns: 12 });
  });

  it('any t + 1 shares reconstruct what was shared, and a share that was altered is found among more', async () => {
    const threshold = Math.floor((parties - 1) / 2);
    const shares = await runShamir(parties, {}, async (player) => wordsAt(player, (await shareVectors(player, [extremes]))[0]!, extremes.length));
    for (let chosen = 0; chosen < 2 ** parties; chosen++) {
      const some = new Map(allOf(parties).filter((party) => (chosen >> party) & 1).map((party) => [party, shares[party]!]));
      if (some.size <= threshold) {
        expect(() => reconstructShamir(some, parties)).toThrow(ReconstructionError);
        continue;
      }
      expect(Array.from(reconstructShamir(some, parties), (word) => BigInt.asIntN(64, word))).toEqual(extremes);
      if (some.size === threshold + 1) continue;
      for (const [party, share] of some) expect(() => reconstructShamir(new Map([...some, [party, share.with(3, residue(share[3]! + 1n))]]), parties)).toThrow('do not lie on one polynomial');
    }
    const whole = new Map(shares.entries());
    const refused = (party: number, share: BigUint64Array): void => expect(() => reconstructShamir(new Map([...whole, [party, share]]), parties)).toThrow(ReconstructionError);
    refused(parties, shares[0]!);
    refused(0, shares[0]!.subarray(1));
    // The same element, in an encoding that it does not have.
    refused(0, shares[0]!.with(0, shares[0]![0]! + (1n << 61n) - 1n));
    expect(() => reconstructShamir(new Map(), parties)).toThrow(ReconstructionError);
  });
});

it('vectors of many frames and many pieces', async () => {
  const length = 70_001;
  const [x, y] = [numbers(length, 'long x'), numbers(length, 'long y')];
  const results = await runShamir(3, roomy, async (player) => {
    const [left, right] = await shareVectors(player, [x, y]) as [number, number];
    const out = player.memory.take(wordsStride(length));
    await player.suite.round(player.memory, [{ op: 'multiply', out, left, right, length }]);
    return openAt(player, out, length, [2]);
  });
  expect(results[2]).toEqual(x.map((value, i) => centred(value * y[i]!)));
});

it('random bits are made in batches, one after the other, without a gap', async () => {
  const lanes = 300_007;
  const [first] = await runShamir(3, { daBits: lanes, memoryBytes: 8 * 2 ** 20 }, async (player) => openRandomBits(player, 1, lanes));
  expect(first!.opened).toEqual(first!.words);
  expect(first!.words.slice(1 << 18)).not.toEqual(first!.words.slice(0, lanes - (1 << 18)));
});

it('more random bits than were made are refused', async () => {
  await expect(runShamir(3, { daBits: 5 }, async ({ suite, memory }) => suite.daBits!(memory, 2, 3, memory.take(64), memory.take(64)))).rejects.toThrow('6 random bits of 5');
});

it('two parties have no honest majority', async () => {
  await expect(runShamir(2, {}, async () => undefined)).rejects.toThrow('three parties');
});

const packedBits = ({ memory }: ShamirPlayer, at: number, planes: number, lanes: number): number[] =>
  Array.from({ length: planes * lanes }, (_, i) => (memory.bytes[at + Math.floor(i / lanes) * Math.ceil(lanes / 8) + ((i % lanes) >> 3)]! >> (i % lanes & 7)) & 1);

const matrixProduct = (x: readonly bigint[], y: readonly bigint[], rows: number, inner: number, columns: number): bigint[] =>
  Array.from({ length: rows * columns }, (_, at) => Array.from({ length: inner }, (__, k) => x[Math.floor(at / columns) * inner + k]! * y[k * columns + (at % columns)]!).reduce((a, b) => a + b, 0n));

/** The next random bits, opened as words and as bits. */
async function openRandomBits(player: ShamirPlayer, planes: number, lanes: number): Promise<{ words: number[]; opened: number[] }> {
  const { memory, suite } = player;
  const [word, bit, openWord, openBit] = [memory.take(wordsStride(planes * lanes)), memory.take(bitsStride(8, planes, lanes)), memory.take(wordsStride(planes * lanes)), memory.take(bitsStride(1, planes, lanes))];
  suite.daBits!(memory, planes, lanes, word, bit);
  await suite.round(memory, [{ op: 'openWords', out: openWord, value: word, length: planes * lanes }, { op: 'openBits', out: openBit, value: bit, planes, lanes }]);
  return { words: [...wordsAt(player, openWord, planes * lanes)].map(Number), opened: packedBits(player, openBit, planes, lanes) };
}
