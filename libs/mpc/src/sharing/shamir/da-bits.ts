import { KernelMemory } from '#kernels';
import { joinedAt, joiningLevels, randomBitsPerBatch } from '#program/plans';
import { type Randomness } from '../../channel/index.js';
import { bytesOf } from '../../correlations/index.js';
import { type Exchanges } from './exchange.js';
import { type Dealing, type Item } from './items.js';
import { itemsOf } from './operations.js';

/** Random bits, each shared as a word and as a byte. */
export interface DaBits {
  readonly words: BigUint64Array;
  readonly bytes: Uint8Array;
}

/** Where a batch lies: a vector of words for each dealer, one for the product of each pair of them, and one of bytes. */
interface Regions {
  readonly words: readonly number[];
  readonly products: readonly number[];
  readonly bytes: number;
}

interface Batch extends Regions {
  readonly from: number;
  readonly count: number;
}

/**
 * Makes random bits. t + 1 dealers share bits of their own in both fields, so that one of them at least is honest; the exclusive or
 * of all is free in GF(2^8) and takes products in F_p, pairs first. In one round a batch is dealt, those before it are joined, each a level
 * further, and one is done.
 */
export async function makeDaBits(exchanges: Exchanges, count: number, randomness: Randomness): Promise<DaBits> {
  const made: DaBits = { words: new BigUint64Array(count), bytes: new Uint8Array(count) };
  const dealers = exchanges.threshold + 1;
  const levels = joiningLevels(dealers);
  const most = Math.min(count, randomBitsPerBatch);
  const memory = new KernelMemory((levels + 1) * ((dealers + (dealers >> 1)) * (8 * most + 64) + most + 64));
  const take = (many: number, bytes: number): number[] => Array.from({ length: many }, () => memory.take(bytes));
  const regions = Array.from({ length: levels + 1 }, (): Regions => ({ words: take(dealers, 8 * most), products: take(dealers >> 1, 8 * most), bytes: memory.take(most) }));
  const batches = Array.from({ length: Math.ceil(count / randomBitsPerBatch) }, (_, i): Batch =>
    ({ ...regions[i % regions.length]!, from: i * randomBitsPerBatch, count: Math.min(randomBitsPerBatch, count - i * randomBitsPerBatch) }));
  const own = new OwnBits(exchanges.mesh.self < dealers ? most : 0);
  try {
    for (let round = 0; batches.length > 0 && round < batches.length + levels; round++) {
      const atLevel = Array.from({ length: levels + 1 }, (_, level) => batches[round - level]);
      if (atLevel[0]) own.draw(atLevel[0].count, randomness);
      await exchanges.run('bits', atLevel.flatMap((batch, level) => {
        if (!batch) return [];
        return level === 0 ? dealt(exchanges, memory, batch, own) : multiplied(exchanges, memory, batch, level);
      }));
      atLevel.forEach((batch, level) => batch && level > 0 && join(memory, batch, level));
      const done = atLevel[levels];
      if (!done) continue;
      memory.get(done.words[0]!, made.words.subarray(done.from, done.from + done.count));
      made.bytes.set(memory.bytes.subarray(done.bytes, done.bytes + done.count), done.from);
    }
    return made;
  } catch (error) {
    wipeDaBits(made);
    throw error;
  } finally {
    own.wipe();
    memory.wipe();
  }
}

/** A dealer's own bits, as bytes and as words; other parties have none. */
class OwnBits {
  readonly bytes: Uint8Array;
  readonly words: BigUint64Array;

  constructor(most: number) {
    this.bytes = new Uint8Array(most);
    this.words = new BigUint64Array(most);
  }

  draw(count: number, randomness: Randomness): void {
    if (this.bytes.length === 0) return;
    const packed = randomness.bytes(Math.ceil(count / 8));
    const low = new Uint32Array(this.words.buffer);
    for (let i = 0; i < count; i++) low[2 * i] = this.bytes[i] = (packed[i >> 3]! >> (i & 7)) & 1;
    packed.fill(0);
  }

  wipe(): void {
    wipeDaBits(this);
  }
}

/** Each dealer's bits as words, and the exclusive or of all as bytes. */
function dealt({ words: wordField, bytes: byteField }: Exchanges, memory: KernelMemory, { count, words, bytes }: Batch, own: OwnBits): Dealing[] {
  const region = (at: number, length: number): Uint8Array => memory.bytes.subarray(at, at + length);
  return [
    ...words.map((at, dealer): Dealing => ({
      kind: 'deal', field: wordField, count, dealers: [dealer], shares: region(at, 8 * count), values: (from, length) => bytesOf(own.words.subarray(from, from + length)),
    })),
    {
      kind: 'deal', field: byteField, count, dealers: words.map((_, dealer) => dealer), shares: region(bytes, count),
      values: (from, length) => own.bytes.subarray(from, from + length),
    },
  ];
}

interface Pair {
  /** The place of one operand, and of what comes of both. */
  readonly into: number;
  readonly other: number;
  readonly product: number;
}

/** Level l joins vectors whose numbers are 2^(l−1) apart. */
const pairsAt = ({ words, products }: Batch, level: number): Pair[] =>
  joinedAt(words.length, level).map((i) => ({ into: words[i]!, other: words[i + 2 ** (level - 1)]!, product: products[i >> 1]! }));

const multiplied = (exchanges: Exchanges, memory: KernelMemory, batch: Batch, level: number): Item[] =>
  pairsAt(batch, level).flatMap(({ into, other, product }) => itemsOf(exchanges, memory, { op: 'multiply', out: product, left: into, right: other, length: batch.count }, 'bits'));

/** a ⊕ b = a + b − 2·a·b */
function join({ kernels }: KernelMemory, batch: Batch, level: number): void {
  for (const { into, other, product } of pairsAt(batch, level)) {
    kernels.fieldAdd(into, into, other, batch.count);
    for (let twice = 0; twice < 2; twice++) kernels.fieldSubtract(into, into, product, batch.count);
  }
}

export function wipeDaBits({ words, bytes }: DaBits): void {
  words.fill(0n);
  bytes.fill(0);
}
