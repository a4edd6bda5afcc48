import { type KernelMemory, subtractFrom } from '#kernels';
import { type Mesh, type Randomness } from '../../channel/index.js';
import { bytesOf } from '../../correlations/index.js';
import { type RoundOperation, type Suite, wordsStride } from '../suite.js';
import { addendsOf, injected, shiftedAddends } from './addends.js';
import { type Keys, agreeKeys } from './keys.js';
import { drawWords, takeZeroChunk } from './masks.js';
import { openToParties, refreshed } from './open.js';
import { nextOf, previousOf, replicatedParties, replicatedProtocol } from './protocol.js';
import { type Region, after, before, bytesOfOperation, placeOf } from './round.js';

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
    const total = operations.reduce((sum, operation) => sum + bytesOfOperation(operation), 0);
    const message = memory.within(() => {
      const zeros = takeZeroChunk(memory);
      const parts = operations.map((operation) => before(memory, keys, zeros, operation)).map(({ at, bytes }) => memory.bytes.subarray(at, at + bytes));
      // One part is sent from where it lies: nothing changes it before the round is over.
      return parts.length === 1 ? parts[0]! : joined(parts, total);
    });
    const place = inPlace(operations);
    if (place) {
      await this.#exchangeInto('round', message, memory.bytes.subarray(place.at, place.at + place.bytes));
      return;
    }
    const body = await this.#exchange('round', message, total);
    let offset = 0;
    for (const operation of operations) {
      const { at, bytes } = placeOf(operation);
      memory.bytes.set(body.subarray(offset, (offset += bytes)), at);
      after(memory, operation);
    }
    body.fill(0);
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
    const body = incomingBytes === undefined ? undefined : new Uint8Array(incomingBytes);
    await this.#exchangeInto(step, message, body);
    return body ?? new Uint8Array(0);
  }

  async #exchangeInto(step: string, message: Uint8Array | undefined, target: Uint8Array | undefined): Promise<void> {
    await this.#mesh.exchangeInto(
      replicatedProtocol, step, (peer) => (peer === this.#previous ? message : undefined), (peer) => (peer === this.#next ? target : undefined));
  }
}

/** Where the answer of a round of one product can arrive while its own part is being sent: nothing else reads that place before it is whole. */
function inPlace([only, ...more]: readonly RoundOperation[]): Region | undefined {
  return only && more.length === 0 && only.op !== 'openWords' && only.op !== 'openBits' ? placeOf(only) : undefined;
}

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
