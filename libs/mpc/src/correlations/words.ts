import { type KernelMemory } from '#kernels';

/** Words out of the kernels' memory, to be kept while others use it. */
export function copyWords(memory: KernelMemory, at: number, count: number): BigUint64Array {
  const words = new BigUint64Array(count);
  memory.get(at, words);
  return words;
}

/** The bytes under a vector of words. */
export const bytesOf = (words: BigUint64Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
