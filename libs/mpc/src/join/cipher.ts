import { type Cipheriv, createCipheriv } from 'node:crypto';

/** Larger outputs are mapped and trimmed by the allocator at every call. */
const chunkBytes = 64 * 1024;

/** AES-128, block by block. */
export class Blocks {
  readonly #cipher: Cipheriv;

  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  }

  /** The encryptions of whole blocks, written over `target`. */
  encrypt(source: Uint8Array, target: Uint8Array): void {
    for (let offset = 0; offset < source.length; offset += chunkBytes) {
      const piece = this.#cipher.update(source.subarray(offset, offset + chunkBytes));
      target.set(piece, offset);
      // Freed here: the garbage collector comes too late for many small buffers.
      piece.buffer.transfer(0);
    }
  }
}
