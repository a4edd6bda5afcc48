import { KernelMemory } from '#kernels';
import { type Randomness } from '../../channel/index.js';
import { bytesOf } from '../../correlations/index.js';
import { type Exchanges } from './exchange.js';
import { type Dealing } from './items.js';
import { itemsOf } from './operations.js';

/** Random bits, each shared as a word and as a byte. */
export interface DaBits {
  readonly words: BigUint64Array;
  readonly bytes: Uint8Array;
}

/** How many are made at a time: their vectors stay small, and rounds few. */
const batchBits = 64 * 1024;

/** Where a batch lies. */
interface Batch {
  readonly count: number;
  /** A vector of words for each dealer, one for the product of each pair of them, and one of bytes. */
  readonly words: readonly number[];
  readonly products: readonly number[];
  readonly bytes: number;
}

/**
 * Makes random bits. t + 1 dealers share bits of their own in both fields, so that one of them at least is honest; the exclusive or
 * of all is free in GF(2^8) and takes products in F_p, pairs first. 1 + ⌈log₂(t + 1)⌉ rounds for every 65,536.
 */
export async function makeDaBits(exchanges: Exchanges, count: number, randomness: Randomness): Promise<DaBits> {
  const made: DaBits = { words: new BigUint64Array(count), bytes: new Uint8Array(count) };
  const dealers = exchanges.threshold + 1;
  const most = Math.min(count, batchBits);
  const pairs = dealers >> 1;
  const memory = new KernelMemory((dealers + pairs) * (8 * most + 64) + most + 64);
  const regions = (many: number, bytes: number): number[] => Array.from({ length: many }, () => memory.take(bytes));
  const [words, products, [bytes]] = [regions(dealers, 8 * most), regions(pairs, 8 * most), regions(1, most) as [number]];
  try {
    for (let from = 0; from < count; from += batchBits) {
      const batch: Batch = { count: Math.min(batchBits, count - from), words, products, bytes };
      await deal(exchanges, memory, batch, randomness);
      await join(exchanges, memory, batch);
      memory.get(words[0]!, made.words.subarray(from, from + batch.count));
      made.bytes.set(memory.bytes.subarray(bytes, bytes + batch.count), from);
    }
    return made;
  } catch (error) {
    wipeDaBits(made);
    throw error;
  } finally {
    memory.wipe();
  }
}

/** Each dealer's bits as words, and the exclusive or of all as bytes. */
async function deal(exchanges: Exchanges, memory: KernelMemory, { count, words, bytes }: Batch, randomness: Randomness): Promise<void> {
  const { self } = exchanges.mesh;
  const own = new Uint8Array(self < words.length ? count : 0);
  const wide = new BigUint64Array(own.length);
  try {
    if (own.length > 0) drawBits(own, wide, randomness);
    const region = (at: number, length: number): Uint8Array => memory.bytes.subarray(at, at + length);
    const dealing = { kind: 'deal', count } as const;
    const items: Dealing[] = [
      ...words.map((at, dealer): Dealing => ({
        ...dealing, field: exchanges.words, dealers: [dealer], shares: region(at, 8 * count), values: (from, length) => bytesOf(wide.subarray(from, from + length)),
      })),
      {
        ...dealing, field: exchanges.bytes, dealers: words.map((_, dealer) => dealer), shares: region(bytes, count), values: (from, length) => own.subarray(from, from + length),
      },
    ];
    await exchanges.run('bits', items);
  } finally {
    own.fill(0);
    wide.fill(0n);
  }
}

/** Fresh bits, as bytes and as words. */
function drawBits(bits: Uint8Array, words: BigUint64Array, randomness: Randomness): void {
  const packed = randomness.bytes(Math.ceil(bits.length / 8));
  const low = new Uint32Array(words.buffer);
  for (let i = 0; i < bits.length; i++) low[2 * i] = bits[i] = (packed[i >> 3]! >> (i & 7)) & 1;
  packed.fill(0);
}

/** The first vector of words becomes the exclusive or of all: a ⊕ b = a + b − 2·a·b. */
async function join(exchanges: Exchanges, memory: KernelMemory, { count, words, products }: Batch): Promise<void> {
  const { kernels } = memory;
  for (let left = [...words]; left.length > 1; ) {
    const pairs = Array.from({ length: left.length >> 1 }, (_, i) => ({ into: left[2 * i]!, from: left[2 * i + 1]!, product: products[i]! }));
    const items = pairs.flatMap(({ into, from, product }) => itemsOf(exchanges, memory, { op: 'multiply', out: product, left: into, right: from, length: count }, 'bit products'));
    await exchanges.run('bit products', items);
    for (const { into, from, product } of pairs) {
      kernels.fieldAdd(into, into, from, count);
      for (let twice = 0; twice < 2; twice++) kernels.fieldSubtract(into, into, product, count);
    }
    left = [...pairs.map(({ into }) => into), ...(left.length % 2 === 1 ? [left.at(-1)!] : [])];
  }
}

export function wipeDaBits({ words, bytes }: DaBits): void {
  words.fill(0n);
  bytes.fill(0);
}
