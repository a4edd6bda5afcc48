import { createCipheriv } from 'node:crypto';
import { type KernelMemory } from '#kernels';
import { blockBytes } from '#program/plans';
import { type Binding, boundHash, counters } from '../channel/index.js';

export { blockBytes };
const chunkBlocks = 4096;

/** H of `softspoken/flow.ts`, with the public key of one batch: one for each (protocol, stream, batch) of a binding. */
export class PadHash {
  readonly #key: Uint8Array;

  constructor(protocol: string, binding: Binding, stream: number, batch: number) {
    this.#key = boundHash(protocol, 'hash', binding, counters(stream, batch));
  }

  /** The low words of H(j, block j) at a fresh region of the memory. */
  toWords(memory: KernelMemory, blocks: number, count: number): number {
    const words = memory.take(8 * count);
    this.#encrypt(memory, blocks, count, (encrypted, from, length) => {
      memory.kernels.hashWords(words + 8 * from, encrypted, blocks + blockBytes * from, length);
    });
    return words;
  }

  /** Replaces block j by H(j, block j), whole. */
  inPlace(memory: KernelMemory, blocks: number, count: number): void {
    this.#encrypt(memory, blocks, count, (encrypted, from, length) => {
      memory.kernels.xorInto(blocks + blockBytes * from, encrypted, blockBytes * length);
    });
  }

  #encrypt(memory: KernelMemory, blocks: number, count: number, use: (encrypted: number, from: number, length: number) => void): void {
    const encrypted = memory.take(blockBytes * Math.min(chunkBlocks, count));
    const iv = new Uint8Array(16);
    for (let from = 0; from < count; from += chunkBlocks) {
      const length = Math.min(chunkBlocks, count - from);
      // A data unit per chunk: its number is the tweak, and OpenSSL counts the blocks in it.
      new DataView(iv.buffer).setUint32(0, from / chunkBlocks, true);
      const start = blocks + blockBytes * from;
      const piece = createCipheriv('aes-128-xts', this.#key, iv).update(memory.bytes.subarray(start, start + blockBytes * length));
      memory.bytes.set(piece, encrypted);
      piece.buffer.transfer(0);
      use(encrypted, from, length);
    }
  }
}
