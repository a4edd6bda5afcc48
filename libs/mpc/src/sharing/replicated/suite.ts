import { type KernelMemory, subtractFrom } from '#kernels';
import { type Mesh, type Randomness } from '../../channel/index.js';
import { bytesOf } from '../../correlations/index.js';
import { type RoundOperation, type Suite, wordsStride } from '../suite.js';
import { addendsOf, injected, shiftedAddends } from './addends.js';
import { type Keys, agreeKeys } from './keys.js';
import { drawWords, takeZeroChunk } from './masks.js';
import { openToParties, refreshed } from './open.js';
import { partsOf } from './parts.js';
import { nextOf, previousOf, replicatedParties, replicatedProtocol } from './protocol.js';
import { after, before, placeOf } from './round.js';

export interface ReplicatedSession {
  readonly mesh: Mesh;
  /** 32 bytes, never used twice. */
  readonly sessionId: Uint8Array;
  readonly randomness: Randomness;
}

/** Agrees on keys, in one round, and returns the suite of this party. Throws `ProtocolAbort`. */
export async function replicatedSuite({ mesh, sessionId, randomness }: ReplicatedSession): Promise<Suite> {
  if (mesh.parties !== replicatedParties) throw new RangeError(`replicated sharing is among three parties, not ${mesh.parties}`);
  return new ReplicatedSuite(mesh, await agreeKeys(mesh, sessionId, randomness));
}

class ReplicatedSuite implements Suite {
  readonly name = 'replicated-z64';
  readonly security = 'semi-honest';
  readonly ring = 'z64';
  readonly components = 2;
  readonly laneBits = 1;
  /** Constants are added at place 0. */
  readonly constants: readonly number[];
  readonly #mesh: Mesh;
  readonly #next: number;
  readonly #previous: number;
  #keys: Keys | undefined;

  constructor(mesh: Mesh, keys: Keys) {
    this.#mesh = mesh;
    this.#next = nextOf(mesh.self);
    this.#previous = previousOf(mesh.self);
    this.#keys = keys;
    this.constants = [[0], [], [1]][mesh.self]!;
  }

  async round(memory: KernelMemory, operations: readonly RoundOperation[]): Promise<void> {
    const keys = this.#usable();
    const crossings = memory.within(() => {
      const zeros = takeZeroChunk(memory);
      return operations.map((operation) => ({ sent: before(memory, keys, zeros, operation), place: placeOf(operation) }));
    });
    await this.#mesh.exchangeParts(replicatedProtocol, 'round', partsOf(memory, this.#mesh.self, crossings));
    for (const operation of operations) after(memory, operation);
  }

  async shareInputs(memory: KernelMemory, own: BigUint64Array, lengths: readonly number[], take: (owner: number) => number): Promise<void> {
    const keys = this.#usable();
    const { self } = this.#mesh;
    const given = lengths[self]! > 0 ? own.slice() : undefined;
    // r of the own input and of the previous party's, each in the order in which both of its holders draw.
    const ownMask = drawWords(keys.next, lengths[self]!);
    const previousMask = drawWords(keys.own, lengths[this.#previous]!);
    try {
      if (given) subtractFrom(given, ownMask);
      const body = await this.#exchange('input', given && bytesOf(given), lengths[this.#next]! > 0 ? 8 * lengths[this.#next]! : undefined);
      lengths.forEach((length, owner) => {
        if (length === 0) return;
        const at = take(owner);
        const next = at + wordsStride(length);
        memory.bytes.fill(0, at, next + wordsStride(length));
        if (owner === self) {
          memory.bytes.set(bytesOf(given!), at);
          memory.bytes.set(bytesOf(ownMask), next);
        } else if (owner === this.#previous) memory.bytes.set(bytesOf(previousMask), at);
        else memory.bytes.set(body, next);
      });
      body.fill(0);
    } finally {
      for (const words of [given, ownMask, previousMask]) words?.fill(0n);
    }
  }

  async openTo(words: BigUint64Array, length: number, to: readonly number[]): Promise<BigUint64Array | undefined> {
    return await openToParties(this.#mesh, words, length, to);
  }

  refresh(words: BigUint64Array, length: number): BigUint64Array {
    return refreshed(this.#usable(), this.#mesh.self, words, length);
  }

  addends(memory: KernelMemory, value: number, length: number, targets: readonly number[], planes: number): void {
    addendsOf(memory, this.#mesh.self, value, length, targets, planes);
  }

  inject(memory: KernelMemory, value: number, planes: number, lanes: number, targets: readonly number[]): void {
    injected(memory, this.#mesh.self, value, planes, lanes, targets);
  }

  shiftAddends(memory: KernelMemory, value: number, length: number, bits: number, target: number): void {
    shiftedAddends(memory, value, length, bits, target);
  }

  wipe(): void {
    this.#keys = undefined;
  }

  #usable(): Keys {
    // INVARIANT: what runs on beside a failed step draws no masks that a key no longer stands behind.
    if (!this.#keys) throw new RangeError('the keys of this suite were wiped');
    return this.#keys;
  }

  /** Sends to the previous party, receives from the next one; returns what came. */
  async #exchange(step: string, message: Uint8Array | undefined, incomingBytes: number | undefined): Promise<Uint8Array> {
    const received = await this.#mesh.exchange(
      replicatedProtocol, step, (peer) => (peer === this.#previous ? message : undefined), (peer) => (peer === this.#next ? incomingBytes : undefined));
    return received[this.#next] ?? new Uint8Array(0);
  }
}
