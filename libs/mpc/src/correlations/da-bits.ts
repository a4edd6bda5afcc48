/**
 * Random bits that are shared both ways, for n parties
 *
 * Afterwards the parties hold XOR shares of random bits b, a byte each, and additive shares of the same bits in Z_2^64.
 *
 * Paper       Rotaru, Wood: MArBled Circuits. INDOCRYPT 2019, ePrint 2019/207, for daBits; here without their checks. The exclusive or of one party's bit after the other
 *             by x ⊕ y = x + y − 2·x·y, whose product is one of a word and a bit (`./bit-words`).
 * Realises    the random bits that conversions between words and bits take up.
 * Security    semi-honest, static, n − 1 of n parties corrupted; that of the transfers.
 * Assumptions those of `../ot`.
 * Cost        Per pair and bit: a transfer and 8 bytes. Party k's part of a range follows those of all parties before it: n − 1 messages in sequence.
 * Notation    b_p    bit      0, 1    party p's own, and its XOR share
 *             y_p    word             its share of b_0 ⊕ … ⊕ b_k, of those who came so far
 * Deviations  1. No edaBits (ePrint 2020/338) beside them: a plan's masks are words made of these bits, or of two parties' words and an adder, when they are
 *                needed (`libs/program/src/machine/conversions.ts` says why that costs less).
 *
 *     party i < k                                                    party k
 *     x = y_i                                                        b_k
 *     1.        s_i, r_i with s_i + r_i = y_i·b_k, by `bit-words`, from every i < k
 *        y_i −= 2·s_i                                                y_k = b_k − 2·Σ r_i
 */
import { type KernelMemory, subtractFrom } from '#kernels';
import { bitWordShape, ranges } from '#program/plans';
import { type Randomness } from '../channel/index.js';
import { maxBatchTransfers } from '../ot/index.js';
import { receiveBitWords, sendBitWords } from './bit-words/index.js';
import { type Batch } from './legs.js';
import { type DaBits } from './pools.js';

/** A promise that others settle. */
interface Turn {
  readonly over: Promise<void>;
  end(): void;
  fail(error: unknown): void;
}

function turn(): Turn {
  let [end, fail] = [(): void => undefined, (_: unknown): void => undefined];
  const over = new Promise<void>((resolve, reject) => [end, fail] = [resolve, reject]);
  // Who waits hears of it; nobody has to.
  over.catch(() => undefined);
  return { over, end, fail };
}

/** One party's part in making random bits: batches for its leg with each other party, of which those with a later party wait for those with an earlier one. */
export class DaBitDealing {
  readonly bits: DaBits;
  readonly #ranges: readonly (readonly [number, number])[];
  /** By range and peer. */
  readonly #turns: readonly (readonly Turn[])[];

  /** Own random bits: as words and, a byte each, as bits. */
  constructor(readonly self: number, readonly parties: number, count: number, randomness: Randomness) {
    const bit = count === 0 ? new Uint8Array(0) : randomness.bytes(count);
    const word = new BigUint64Array(count);
    const low = new Uint32Array(word.buffer);
    for (let i = 0; i < count; i++) {
      bit[i]! &= 1;
      low[2 * i] = bit[i]!;
    }
    this.bits = { word, bit };
    this.#ranges = ranges(count, maxBatchTransfers);
    this.#turns = this.#ranges.map(() => Array.from({ length: parties }, turn));
  }

  /** The batches of the leg with a peer, on which the party of the lower index sends. */
  batchesWith(peer: number, memory: KernelMemory): Batch[] {
    const { word, bit } = this.bits;
    return this.#ranges.map(([from, to], r): Batch => {
      const turns = this.#turns[r]!;
      const lessTwice = (share: BigUint64Array): void => {
        const target = word.subarray(from, to);
        subtractFrom(target, share);
        subtractFrom(target, share);
        share.fill(0n);
      };
      return {
        ...bitWordShape(to - from),
        send: async (transfers) => {
          // Step 1, with a later party: the own share is that of all who came before it.
          await Promise.all(turns.filter((_, other) => other !== this.self && other < peer).map(({ over }) => over));
          lessTwice(await sendBitWords(transfers, memory, word.slice(from, to)));
          turns[peer]!.end();
        },
        receive: async (transfers) => {
          lessTwice(await receiveBitWords(transfers, memory, bit.subarray(from, to)));
          turns[peer]!.end();
        },
      };
    });
  }

  /** Nothing waits any more for what will not come. */
  fail(error: unknown): void {
    for (const turns of this.#turns) for (const each of turns) each.fail(error);
  }
}
