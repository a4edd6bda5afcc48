import { type Cipheriv, createCipheriv } from 'node:crypto';

export { seedBytes } from '#program/plans';

/** Larger outputs are mapped and trimmed by the allocator at every call. */
const chunkBytes = 64 * 1024;
const zeros = new Uint8Array(chunkBytes);

/** A keystream that is drawn piece by piece. */
export type Stream = Cipheriv;

/**
 * The pseudorandom stream number `stream` of a 16-byte seed: AES-128 in counter mode, from block stream (u32) ‖ 0 on. A
 * seed's stream is drawn once. (GCM's keystream is as fast alone, but its tables do not stay in the cache for hundreds of seeds.)
 */
export function openStream(seed: Uint8Array, stream: number): Stream {
  const firstBlock = new Uint8Array(16);
  new DataView(firstBlock.buffer).setUint32(0, stream, true);
  return createCipheriv('aes-128-ctr', seed, firstBlock);
}

/** The next bytes of the stream, written over `target`. */
export function draw(stream: Stream, target: Uint8Array): void {
  for (let offset = 0; offset < target.length; offset += chunkBytes) {
    const piece = stream.update(zeros.subarray(0, Math.min(chunkBytes, target.length - offset)));
    target.set(piece, offset);
    // Freed here: the garbage collector comes too late for gigabytes of small buffers.
    piece.buffer.transfer(0);
  }
}

/** `words` uniform words from a 16-byte seed, which is used for nothing else. */
export function expand(seed: Uint8Array, words: number): BigUint64Array {
  const expanded = new BigUint64Array(words);
  draw(openStream(seed, 0), new Uint8Array(expanded.buffer));
  return expanded;
}
