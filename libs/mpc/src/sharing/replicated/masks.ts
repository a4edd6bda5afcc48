import { type KernelMemory } from '#kernels';
import { type Stream, draw } from '../../ot/index.js';
import { type Keys } from './keys.js';

/** Masks are drawn so many bytes at a time: they stay in the cache until they are used. */
export const chunkBytes = 64 * 1024;

/** Two regions for the streams of a chunk of zeros. */
export interface ZeroChunk {
  readonly plus: number;
  readonly minus: number;
}

export const takeZeroChunk = (memory: KernelMemory): ZeroChunk => ({ plus: memory.take(chunkBytes), minus: memory.take(chunkBytes) });

/** α_i of up to a chunk of words, as what is added and what is subtracted. */
export function drawZeros({ bytes }: KernelMemory, { own, next }: Keys, { plus, minus }: ZeroChunk, words: number): void {
  draw(own, bytes.subarray(plus, plus + 8 * words));
  draw(next, bytes.subarray(minus, minus + 8 * words));
}

/** target ⊕= α_i, for bits. */
export function xorZeros({ bytes }: KernelMemory, { own, next }: Keys, target: number, length: number): void {
  for (let offset = 0; offset < length; offset += chunkBytes) {
    const place = bytes.subarray(target + offset, target + Math.min(offset + chunkBytes, length));
    own.xor(place);
    next.xor(place);
  }
}

/** Uniform bytes of one stream. */
export function drawWords(stream: Stream, length: number): BigUint64Array {
  const words = new BigUint64Array(length);
  draw(stream, new Uint8Array(words.buffer));
  return words;
}
