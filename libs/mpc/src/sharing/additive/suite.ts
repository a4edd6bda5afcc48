import { type KernelMemory, addInto, subtractFrom } from '#kernels';
import { additiveInputBytes } from '#program/plans';
import { type Mesh, type Randomness } from '../../channel/index.js';
import { type Correlations, bytesOf, wipeCorrelations, wipeMatrix } from '../../correlations/index.js';
import { draw, expand, openStream, seedBytes } from '../../ot/index.js';
import { openingParts } from '../opening-parts.js';
import { wordsToPackedPlanes } from '../planes.js';
import { type RoundOperation, type Suite, bitsStride, planeBytes } from '../suite.js';
import { partsOf } from './parts.js';
import { type FixedFactor, piecesOf } from './pieces.js';
import { sharingProtocol } from './protocol.js';

export interface AdditiveSession {
  readonly mesh: Mesh;
  readonly randomness: Randomness;
  readonly correlations: Correlations;
}

export class AdditiveSuite implements Suite {
  readonly name = 'additive-z64';
  readonly security = 'semi-honest';
  readonly ring = 'z64';
  readonly components = 1;
  readonly laneBits = 1;
  readonly constants: readonly number[];
  readonly #mesh: Mesh;
  readonly #randomness: Randomness;
  readonly #correlations: Correlations;
  readonly #fixed = new Map<number, FixedFactor>();

  constructor({ mesh, randomness, correlations }: AdditiveSession) {
    this.#mesh = mesh;
    this.#randomness = randomness;
    this.#correlations = correlations;
    this.constants = mesh.self === 0 ? [0] : [];
  }

  async round(memory: KernelMemory, operations: readonly RoundOperation[]): Promise<void> {
    const round = { memory, self: this.#mesh.self, correlations: this.#correlations, fixed: this.#fixed };
    const pieces = operations.flatMap((operation) => piecesOf(round, operation));
    await this.#mesh.exchangeParts(sharingProtocol, 'round', partsOf(memory, pieces, this.#mesh.peers.map(({ party }) => party)));
  }

  async shareInputs(memory: KernelMemory, own: BigUint64Array, lengths: readonly number[], take: (owner: number) => number): Promise<void> {
    const shares = await shareInputs(this.#mesh, own, lengths, this.#randomness);
    shares.forEach((share, owner) => {
      if (share.length > 0) memory.bytes.set(bytesOf(share), take(owner));
      share.fill(0n);
    });
  }

  async openTo(words: BigUint64Array, _length: number, to: readonly number[]): Promise<BigUint64Array | undefined> {
    const total = to.includes(this.#mesh.self) ? words.slice() : undefined;
    const peers = this.#mesh.peers.map(({ party }) => party);
    await this.#mesh.exchangeParts(sharingProtocol, 'output', openingParts(words, { to, from: total ? peers : [] }, (part, at) => addInto(total!.subarray(at, at + part.length), part)));
    return total;
  }

  random(memory: KernelMemory, length: number, bits: number, target: number): void {
    this.#draw(memory.bytes.subarray(target, target + 8 * length));
    if (bits < 64) memory.kernels.shiftRightWords(target, target, 64 - bits, length);
  }

  addends(memory: KernelMemory, value: number, length: number, targets: readonly number[], planes: number): void {
    for (const [party, target] of targets.entries()) {
      if (party === this.#mesh.self) wordsToPackedPlanes(memory, value, length, 0, planes, target);
      else memory.bytes.fill(0, target, target + bitsStride(1, planes, length));
    }
  }

  daBits(memory: KernelMemory, planes: number, lanes: number, word: number, bit: number): void {
    const words = this.#correlations.daBits.take(planes * lanes);
    memory.bytes.set(bytesOf(words.word), word);
    // Bits come as words 0 and 1; a plane begins at a whole byte.
    const row = planeBytes(1, lanes);
    for (let plane = 0; plane < planes; plane++) {
      const packed = pack(words.bit.subarray(plane * lanes, (plane + 1) * lanes));
      memory.bytes.set(packed, bit + plane * row);
      packed.fill(0);
    }
    words.word.fill(0n);
    words.bit.fill(0);
  }

  wipe(): void {
    wipeCorrelations(this.#correlations);
    for (const { triple } of this.#fixed.values()) wipeMatrix(triple);
    this.#fixed.clear();
  }

  /** Uniform bytes of this party's own. */
  #draw(target: Uint8Array): void {
    const seed = this.#randomness.bytes(seedBytes);
    draw(openStream(seed, 0), target);
    seed.fill(0);
  }
}

/** Bits, a byte each, eight to a byte. */
function pack(bits: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bits.length / 8));
  for (let i = 0; i < bits.length; i++) packed[i >> 3]! |= bits[i]! << (i & 7);
  return packed;
}

/**
 * Shares every party's private vector at once: each owner sends a fresh seed to each other party, whose share is the seed's expansion, and
 * keeps the difference.
 */
async function shareInputs(mesh: Mesh, own: BigUint64Array, lengths: readonly number[], randomness: Randomness): Promise<BigUint64Array[]> {
  const seeds = lengths.map((_, party) => (party !== mesh.self && own.length > 0 ? randomness.bytes(seedBytes) : undefined));
  let received: readonly (Uint8Array | undefined)[] = [];
  try {
    received = await mesh.exchange(sharingProtocol, 'input', (peer) => seeds[peer], (peer) => (lengths[peer]! > 0 ? additiveInputBytes : undefined));
    return lengths.map((length, owner) => {
      if (length === 0) return new BigUint64Array(0);
      if (owner !== mesh.self) return expand(received[owner]!, length);
      const share = own.slice();
      for (const seed of seeds) {
        if (!seed) continue;
        const mask = expand(seed, length);
        subtractFrom(share, mask);
        mask.fill(0n);
      }
      return share;
    });
  } finally {
    for (const seed of [...seeds, ...received]) seed?.fill(0);
  }
}
