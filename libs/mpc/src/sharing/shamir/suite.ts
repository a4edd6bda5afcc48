import { type KernelMemory } from '#kernels';
import { type Announce, type Mesh, type Randomness } from '../../channel/index.js';
import { bytesOf } from '../../correlations/index.js';
import { type RoundOperation, type Suite } from '../suite.js';
import { type DaBits, makeDaBits, wipeDaBits } from './da-bits.js';
import { Exchanges } from './exchange.js';
import { type Item } from './items.js';
import { itemsOf } from './operations.js';
import { thresholdOf } from './protocol.js';
import { PairSeeds } from './seeds.js';

export interface ShamirSession {
  readonly mesh: Mesh;
  /** 32 bytes, never used twice. */
  readonly sessionId: Uint8Array;
  readonly randomness: Randomness;
  /** How many random bits shared both ways the session takes. */
  readonly daBits: number;
}

/** The suite with its seeds and random bits made, which takes rounds. Throws `ProtocolAbort`. */
export async function shamirSuite({ mesh, sessionId, randomness, daBits }: ShamirSession): Promise<Suite> {
  if (mesh.parties < 3) throw new RangeError('sharing with an honest majority takes three parties');
  const seeds = await PairSeeds.agree(mesh, thresholdOf(mesh.parties), sessionId, randomness);
  const exchanges = new Exchanges(mesh, seeds);
  try {
    return new ShamirSuite(exchanges, await makeDaBits(exchanges, daBits, randomness));
  } catch (error) {
    exchanges.wipe();
    throw error;
  }
}

class ShamirSuite implements Suite {
  readonly name = 'shamir-p61';
  readonly security = 'semi-honest';
  readonly ring = 'p61';
  readonly components = 1;
  readonly laneBits = 8;
  // A constant is a polynomial of degree 0: every party's share of it is itself.
  readonly constants = [0];
  readonly #exchanges: Exchanges;
  readonly #daBits: DaBits;
  #daBitsTaken = 0;

  constructor(exchanges: Exchanges, daBits: DaBits) {
    this.#exchanges = exchanges;
    this.#daBits = daBits;
  }

  async round(memory: KernelMemory, operations: readonly RoundOperation[]): Promise<void> {
    await this.#exchanges.run('round', operations.flatMap((operation) => itemsOf(this.#exchanges, memory, operation, 'round')));
  }

  async shareInputs(memory: KernelMemory, own: BigUint64Array, lengths: readonly number[], take: (owner: number) => number): Promise<void> {
    const { words: field, workspace, staging } = this.#exchanges;
    const residues = (from: number, count: number): Uint8Array => {
      workspace.bytes.set(bytesOf(own.subarray(from, from + count)), staging);
      workspace.kernels.fieldFromSigned(staging, staging, count);
      return workspace.bytes.subarray(staging, staging + 8 * count);
    };
    const items = lengths.flatMap((count, owner): Item[] => {
      if (count === 0) return [];
      const at = take(owner);
      return [{ kind: 'deal', field, count, dealers: [owner], values: residues, shares: memory.bytes.subarray(at, at + 8 * count) }];
    });
    await this.#exchanges.run('input', items);
    this.#exchanges.members.tolerate();
  }

  get announce(): Announce {
    return this.#exchanges.announce;
  }

  async openTo(words: BigUint64Array, length: number, to: readonly number[]): Promise<BigUint64Array | undefined> {
    const { words: field, workspace, mesh } = this.#exchanges;
    const values = new BigUint64Array(to.includes(mesh.self) ? length : 0);
    const opening: Item = {
      kind: 'open', field, count: length, to, shares: bytesOf(words),
      opened(at, from, count) {
        workspace.kernels.fieldToSigned(at, at, count);
        workspace.get(at, values.subarray(from, from + count));
      },
    };
    await this.#exchanges.run('output', [opening]).finally(() => this.#exchanges.wipe());
    return to.includes(mesh.self) ? values : undefined;
  }

  daBits(memory: KernelMemory, planes: number, lanes: number, word: number, bit: number): void {
    const from = this.#daBitsTaken;
    const to = from + planes * lanes;
    if (to > this.#daBits.bytes.length) throw new RangeError(`${to} random bits of ${this.#daBits.bytes.length}`);
    this.#daBitsTaken = to;
    const [words, bytes] = [this.#daBits.words.subarray(from, to), this.#daBits.bytes.subarray(from, to)];
    memory.bytes.set(bytesOf(words), word);
    memory.bytes.set(bytes, bit);
    wipeDaBits({ words, bytes });
  }

  wipe(): void {
    wipeDaBits(this.#daBits);
    this.#exchanges.wipe();
  }
}
