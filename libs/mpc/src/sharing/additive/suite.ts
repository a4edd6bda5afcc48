import { type KernelMemory, addInto, matrixScratchBytes, subtractFrom, xorInto } from '#kernels';
import { additiveInputBytes, additiveWords, wordsOfBits } from '#program/plans';
import { type Mesh, type Randomness } from '../../channel/index.js';
import { type Correlations, type MatrixTriple, type Triples, bytesOf, wipeCorrelations, wipeMatrix, wipeTriples } from '../../correlations/index.js';
import { draw, expand, openStream, seedBytes } from '../../ot/index.js';
import { clearBeyondLanes, packedPlanesToWords, wordsToPackedPlanes } from '../planes.js';
import { type RoundOperation, type Suite, bitsStride, planeBytes } from '../suite.js';
import { sharingProtocol } from './protocol.js';

export interface AdditiveSession {
  readonly mesh: Mesh;
  readonly randomness: Randomness;
  readonly correlations: Correlations;
}

/** A part of a round's message, `additiveWords` long: what goes before and after the exchange. */
interface Part {
  /** Writes this party's words at `at`. */
  mask(memory: KernelMemory, at: number): void;
  /** Finishes the operation on the opened words at `at`. */
  finish(memory: KernelMemory, at: number): void;
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

  constructor({ mesh, randomness, correlations }: AdditiveSession) {
    this.#mesh = mesh;
    this.#randomness = randomness;
    this.#correlations = correlations;
    this.constants = mesh.self === 0 ? [0] : [];
  }

  async round(memory: KernelMemory, operations: readonly RoundOperation[]): Promise<void> {
    const parts = operations.map((operation) => ({ ...this.#part(operation), words: additiveWords(operation) }));
    const message = new BigUint64Array(parts.reduce((sum, { words }) => sum + words, 0));
    let offset = 0;
    for (const part of parts) {
      memory.within(() => {
        const at = memory.take(8 * part.words + 16);
        part.mask(memory, at);
        memory.get(at, message.subarray(offset, offset + part.words));
      });
      offset += part.words;
    }
    const bytes = bytesOf(message);
    const received = await this.#mesh.exchange(sharingProtocol, 'round', () => bytes.slice(), () => bytes.length);
    const bodies = received.flatMap((body) => (body ? [new BigUint64Array(body.buffer, body.byteOffset, message.length)] : []));
    offset = 0;
    parts.forEach((part, i) => {
      const opened = message.subarray(offset, offset + part.words);
      const combine = bitwise(operations[i]!) ? xorInto : addInto;
      for (const body of bodies) combine(opened, body.subarray(offset, offset + part.words));
      memory.within(() => {
        const at = memory.take(8 * part.words + 16);
        memory.bytes.set(bytesOf(opened), at);
        part.finish(memory, at);
      });
      offset += part.words;
    });
  }

  #part(operation: RoundOperation): Part {
    switch (operation.op) {
      case 'multiply': return this.#multiply(operation, this.#correlations.arithmetic.take(operation.length));
      case 'matmul': return this.#matmul(operation, this.#correlations.takeMatrix(operation));
      case 'and': return this.#and(operation, this.#correlations.boolean.take(wordsOfBits(operation.planes, operation.lanes)));
      case 'openWords': {
        const { value, out, length } = operation;
        return {
          mask: (memory, at) => void memory.bytes.copyWithin(at, value, value + 8 * length),
          finish: (memory, at) => void memory.bytes.copyWithin(out, at, at + 8 * length),
        };
      }
      case 'openBits': {
        const { value, out, planes, lanes } = operation;
        const words = wordsOfBits(planes, lanes);
        return {
          mask: (memory, at) => {
            clearBeyondLanes(memory, value, planes, lanes);
            memory.bytes.copyWithin(at, value, value + 8 * words);
          },
          finish: (memory, at) => void memory.bytes.copyWithin(out, at, at + 8 * words),
        };
      }
    }
  }

  #multiply({ left, right, out, length }: Extract<RoundOperation, { op: 'multiply' }>, { a, b, c }: Triples): Part {
    return {
      mask: (memory, at) => {
        memory.kernels.subtractWords(at, left, memory.put(a), length);
        memory.kernels.subtractWords(at + 8 * length, right, memory.put(b), length);
      },
      finish: (memory, d) => {
        const { kernels } = memory;
        const e = d + 8 * length;
        const factor = memory.put(a);
        memory.bytes.set(bytesOf(c), out);
        kernels.multiplyAddWords(out, d, memory.put(b), length);
        if (this.#mesh.self === 0) kernels.addWords(factor, factor, d, length);
        kernels.multiplyAddWords(out, factor, e, length);
        wipeTriples({ a, b, c });
      },
    };
  }

  #matmul({ left, right, out, rows, inner, columns }: Extract<RoundOperation, { op: 'matmul' }>, { a, b, c }: MatrixTriple): Part {
    return {
      mask: (memory, at) => {
        memory.kernels.subtractWords(at, left, memory.put(a), a.length);
        memory.kernels.subtractWords(at + 8 * a.length, right, memory.put(b), b.length);
      },
      finish: (memory, d) => {
        const { kernels } = memory;
        const e = d + 8 * a.length;
        const scratch = memory.take(matrixScratchBytes(rows, inner, columns));
        const factor = memory.put(a);
        memory.bytes.set(bytesOf(c), out);
        kernels.matrixMultiplyAdd(out, d, memory.put(b), rows, inner, columns, scratch);
        if (this.#mesh.self === 0) kernels.addWords(factor, factor, d, a.length);
        kernels.matrixMultiplyAdd(out, factor, e, rows, inner, columns, scratch);
        wipeMatrix({ a, b, c });
      },
    };
  }

  #and({ left, right, out, planes, lanes }: Extract<RoundOperation, { op: 'and' }>, { a, b, c }: Triples): Part {
    const words = wordsOfBits(planes, lanes);
    // Kernels work on whole blocks; what lies behind the last word is scratch.
    const bytes = 16 * Math.ceil(words / 2);
    return {
      mask: (memory, at) => {
        const masked = memory.take(bytes);
        memory.kernels.xorBytes(masked, left, memory.put(a), bytes);
        memory.bytes.copyWithin(at, masked, masked + 8 * words);
        memory.kernels.xorBytes(masked, right, memory.put(b), bytes);
        memory.bytes.copyWithin(at + 8 * words, masked, masked + 8 * words);
      },
      finish: (memory, d) => {
        const { kernels } = memory;
        const e = memory.take(bytes);
        memory.bytes.copyWithin(e, d + 8 * words, d + 16 * words);
        const factor = memory.put(a);
        const result = memory.put(c);
        kernels.andXorBytes(result, d, memory.put(b), bytes);
        if (this.#mesh.self === 0) kernels.xorBytes(factor, factor, d, bytes);
        kernels.andXorBytes(result, factor, e, bytes);
        memory.bytes.copyWithin(out, result, result + 8 * words);
        wipeTriples({ a, b, c });
      },
    };
  }

  async shareInputs(memory: KernelMemory, own: BigUint64Array, lengths: readonly number[], take: (owner: number) => number): Promise<void> {
    const shares = await shareInputs(this.#mesh, own, lengths, this.#randomness);
    shares.forEach((share, owner) => {
      if (share.length > 0) memory.bytes.set(bytesOf(share), take(owner));
      share.fill(0n);
    });
  }

  async openTo(words: BigUint64Array, _length: number, to: readonly number[]): Promise<BigUint64Array | undefined> {
    const bytes = bytesOf(words);
    const receives = to.includes(this.#mesh.self);
    const received = await this.#mesh.exchange(
      sharingProtocol, 'output', (peer) => (to.includes(peer) ? bytes : undefined), () => (receives ? bytes.length : undefined));
    if (!receives) return undefined;
    const total = words.slice();
    for (const body of received) if (body) addInto(total, new BigUint64Array(body.buffer, body.byteOffset, words.length));
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

  ownBits(memory: KernelMemory, planes: number, lanes: number, words: readonly number[], bit: number): void {
    const bytes = planes * planeBytes(1, lanes);
    this.#draw(memory.bytes.subarray(bit, bit + bytes));
    for (const [party, word] of words.entries()) {
      if (party === this.#mesh.self) packedPlanesToWords(memory, bit, planes, lanes, word);
      else memory.bytes.fill(0, word, word + 8 * planes * lanes);
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
  }

  /** Uniform bytes of this party's own. */
  #draw(target: Uint8Array): void {
    const seed = this.#randomness.bytes(seedBytes);
    draw(openStream(seed, 0), target);
    seed.fill(0);
  }
}

const bitwise = ({ op }: RoundOperation): boolean => op === 'and' || op === 'openBits';

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
