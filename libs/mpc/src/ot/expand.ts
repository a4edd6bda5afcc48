import { type Cipheriv, createCipheriv } from 'node:crypto';
import { seedBytes } from '#program/plans';

export { seedBytes };

/** Larger outputs are mapped and trimmed by the allocator at every call. */
const chunkBytes = 64 * 1024;
const zeros = new Uint8Array(chunkBytes);
/** Below what GCM makes under one nonce (SP 800-38D, §5.2.1.1), the next key included. */
const gcmBytes = 2 ** 36 - chunkBytes;

/**
 * The pseudorandom stream number `number` of a 16-byte seed, drawn piece by piece: AES-128 in counter mode, the keystream of GCM for the nonce number (u32le) ‖ 0. After `bytesPerKey`
 * of it come 16 bytes that nobody sees: the key of what follows, under the same nonce. A seed's stream is drawn once. (OpenSSL's GCM, its hash included, is half as fast again as its
 * counter mode. No tag is asked for.)
 */
export class Stream {
  readonly #nonce = new Uint8Array(12);
  #cipher: Cipheriv;
  #left: number;

  constructor(seed: Uint8Array, number: number, private readonly bytesPerKey = gcmBytes) {
    // By bytes: a view would take the nonce out of the heap.
    for (let i = 0; i < 4; i++) this.#nonce[i] = number >>> (8 * i);
    this.#cipher = createCipheriv('aes-128-gcm', seed, this.#nonce);
    this.#left = bytesPerKey;
  }

  /** The next bytes, written over `target`. */
  draw(target: Uint8Array): void {
    this.#over(target, (_, bytes) => (bytes === chunkBytes ? zeros : zeros.subarray(0, bytes)));
  }

  /** Adds the next bytes to `target`, bit by bit. */
  xor(target: Uint8Array): void {
    this.#over(target, (offset, bytes) => target.subarray(offset, offset + bytes));
  }

  /** Replaces `target`, piece by piece, by what `of` gives, with the keystream added. */
  #over(target: Uint8Array, of: (offset: number, bytes: number) => Uint8Array): void {
    for (let offset = 0; offset < target.length;) {
      if (this.#left === 0) this.#advance();
      const bytes = Math.min(chunkBytes, target.length - offset, this.#left);
      const piece = this.#cipher.update(of(offset, bytes));
      target.set(piece, offset);
      // Freed here: the garbage collector comes too late for gigabytes of small buffers.
      piece.buffer.transfer(0);
      offset += bytes;
      this.#left -= bytes;
    }
  }

  #advance(): void {
    const key = this.#cipher.update(zeros.subarray(0, seedBytes));
    this.#cipher = createCipheriv('aes-128-gcm', key, this.#nonce);
    key.fill(0);
    this.#left = this.bytesPerKey;
  }
}

export const openStream = (seed: Uint8Array, number: number): Stream => new Stream(seed, number);

/** The next bytes of the stream, written over `target`. */
export function draw(stream: Stream, target: Uint8Array): void {
  stream.draw(target);
}

/** `words` uniform words from a 16-byte seed, which is used for nothing else. */
export function expand(seed: Uint8Array, words: number): BigUint64Array {
  const expanded = new BigUint64Array(words);
  draw(openStream(seed, 0), new Uint8Array(expanded.buffer));
  return expanded;
}
