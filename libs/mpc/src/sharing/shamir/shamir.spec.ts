import fc from 'fast-check';
import { KernelMemory } from '#kernels';
import { memoryLinks, seededRandomness } from '#testing';
import { type Link, Mesh } from '../../channel/index.js';
import { type RoundOperation, type Suite, bitsStride, wordsStride } from '../suite.js';
import { reconstructShamir, shamirSuite } from './index.js';

const p = (1n << 61n) - 1n;
const mod = (value: bigint): bigint => ((value % p) + p) % p;
const signed = (value: bigint): bigint => (2n * value > p ? value - p : value);

/** One party of a run: its suite and a memory in which regions are taken. */
interface Party {
  readonly self: number;
  readonly mesh: Mesh;
  readonly memory: KernelMemory;
  readonly suite: Suite;
}

interface Setting {
  readonly daBits?: number;
  readonly links?: (Link | undefined)[][];
  readonly seed?: string;
}

async function parties<T>(count: number, { daBits = 0, links = memoryLinks(count), seed = '' }: Setting, role: (party: Party) => Promise<T>): Promise<T[]> {
  const sessionId = new Uint8Array(32).fill(3);
  return Promise.all(links.map(async (row, self) => {
    const mesh = Mesh.over(self, count, row);
    const suite = await shamirSuite({ mesh, sessionId, randomness: seededRandomness(`${seed} party ${self}`), daBits });
    return role({ self, mesh, suite, memory: new KernelMemory(48 * 1024 * 1024) });
  }));
}

/** Shares of each party's vector, by owner. */
async function share({ suite, memory, self }: Party, vectors: readonly (readonly bigint[])[]): Promise<number[]> {
  const places = vectors.map(({ length }) => memory.take(wordsStride(length)));
  await suite.shareInputs(memory, BigUint64Array.from(vectors[self]!, (value) => BigInt.asUintN(64, value)), vectors.map(({ length }) => length), (owner) => places[owner]!);
  return places;
}

const sharesAt = ({ memory }: Party, at: number, length: number): BigUint64Array => memory.words.slice(at / 8, at / 8 + length);

async function open(party: Party, at: number, length: number, to = [0]): Promise<bigint[] | undefined> {
  const values = await party.suite.openTo(sharesAt(party, at, length), length, to);
  return values && [...values].map((value) => BigInt.asIntN(64, value));
}

const numbers = (length: number, seed: string, bits = 59): bigint[] => {
  const words = new BigUint64Array(seededRandomness(seed).bytes(8 * length).buffer);
  return [...words].map((word) => BigInt.asIntN(bits + 1, word));
};
const extremes = [0n, 1n, -1n, (1n << 59n) - 1n, 1n - (1n << 59n), 1n << 30n, -(1n << 29n)];
const lengths = [0, 1, 7, 4096, 10_001];

describe.each([3, 4, 5])('%i parties', (count) => {
  it.each(lengths)('%i inputs of every party open to what they were', async (length) => {
    const vectors = Array.from({ length: count }, (_, owner) => (length === 7 ? extremes : numbers(length, `inputs ${owner}`)));
    const opened = await parties(count, {}, async (party) => {
      const places = await share(party, vectors);
      return Promise.all([await Promise.all([])].map(async () => {
        const all: (bigint[] | undefined)[] = [];
        for (const [owner, at] of places.entries()) all.push(await open(party, at, vectors[owner]!.length, [0, count - 1]));
        return all;
      }));
    });
    for (const [self, [values]] of opened.entries()) {
      for (const [owner, value] of values!.entries()) expect(value).toEqual(self === 0 || self === count - 1 ? vectors[owner] : undefined);
    }
  });

  it.each(lengths)('%i products, opened to all and to one', async (length) => {
    const [x, y] = length === 7 ? [extremes, extremes.toReversed()] : [numbers(length, 'x'), numbers(length, 'y')];
    const expected = x.map((value, i) => mod(value * y[i]!));
    const results = await parties(count, {}, async (party) => {
      const [left, right] = await share(party, [x, y, ...Array.from({ length: count - 2 }, () => [])]) as [number, number];
      const [out, opened] = [party.memory.take(wordsStride(length)), party.memory.take(wordsStride(length))];
      await party.suite.round(party.memory, [{ op: 'multiply', out, left, right, length }]);
      await party.suite.round(party.memory, [{ op: 'openWords', out: opened, value: out, length }]);
      return { all: [...sharesAt(party, opened, length)], one: await open(party, out, length, [1]) };
    });
    for (const [self, { all, one }] of results.entries()) {
      expect(all).toEqual(expected);
      expect(one).toEqual(self === 1 ? expected.map(signed) : undefined);
    }
  });

  it('products of products, and matrices, and what else a level has, in one round', async () => {
    const [rows, inner, columns] = [3, 5, 7];
    const [x, y] = [numbers(rows * inner, 'a'), numbers(inner * columns, 'b')];
    const lanes = 9;
    const results = await parties(count, { daBits: 4 * lanes }, async (party) => {
      const { memory, suite, mesh } = party;
      const [left, right] = await share(party, [[], x, y, ...Array.from({ length: count - 3 }, () => [])].slice(0, count)).then((places) => places.slice(1)) as [number, number];
      const [word, bit] = [memory.take(wordsStride(4 * lanes)), memory.take(bitsStride(8, 4, lanes))];
      suite.daBits!(memory, 4, lanes, word, bit);
      const before = mesh.rounds;
      const [square, product, both] = [memory.take(wordsStride(x.length)), memory.take(wordsStride(rows * columns)), memory.take(bitsStride(8, 2, lanes))];
      const [openWords, openBits] = [memory.take(wordsStride(4 * lanes)), memory.take(bitsStride(1, 4, lanes))];
      const high = memory.take(bitsStride(8, 2, lanes));
      memory.bytes.copyWithin(high, bit + 2 * lanes, bit + 4 * lanes);
      const operations: RoundOperation[] = [
        { op: 'and', out: both, left: bit, right: high, planes: 2, lanes },
        { op: 'multiply', out: square, left, right: left, length: x.length },
        { op: 'openBits', out: openBits, value: bit, planes: 4, lanes },
        { op: 'matmul', out: product, left, right, rows, inner, columns },
        { op: 'openWords', out: openWords, value: word, length: 4 * lanes },
      ];
      await suite.round(memory, operations);
      const rounds = mesh.rounds - before;
      const [cube, openBoth] = [memory.take(wordsStride(x.length)), memory.take(bitsStride(1, 2, lanes))];
      await suite.round(memory, [{ op: 'multiply', out: cube, left: square, right: left, length: x.length }, { op: 'openBits', out: openBoth, value: both, planes: 2, lanes }]);
      const bitsOf = (at: number, planes: number): number[] =>
        Array.from({ length: planes * lanes }, (_, i) => (memory.bytes[at + Math.floor(i / lanes) * 2 + ((i % lanes) >> 3)]! >> (i % lanes & 7)) & 1);
      return {
        rounds, words: [...sharesAt(party, openWords, 4 * lanes)].map(Number), bits: bitsOf(openBits, 4), both: bitsOf(openBoth, 2),
        product: await open(party, product, rows * columns), cube: await open(party, cube, x.length),
      };
    });
    const [first] = results;
    for (const { words, bits, both, rounds } of results) {
      expect(words).toEqual(first!.words);
      expect(bits).toEqual(words);
      expect(both).toEqual(Array.from({ length: 2 * lanes }, (_, i) => words[i]! & words[i + 2 * lanes]!));
      expect(rounds).toBe(1);
    }
    expect(new Set(first!.words)).toEqual(new Set([0, 1]));
    expect(first!.cube).toEqual(x.map((value) => signed(mod(value ** 3n))));
    expect(first!.product).toEqual(Array.from({ length: rows * columns }, (_, at) => {
      const [i, j] = [Math.floor(at / columns), at % columns];
      return signed(mod(Array.from({ length: inner }, (__, k) => x[i * inner + k]! * y[k * columns + j]!).reduce((a, b) => a + b)));
    }));
  });
});
void fc; void reconstructShamir;
