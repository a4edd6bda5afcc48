import { createCipheriv } from 'node:crypto';

export const seedBytes = 16;
/** AES blocks per call: outputs of 64 KiB are the cheapest to allocate. */
const chunkBytes = 64 * 1024;

/**
 * `words` uniform words from a 16-byte seed: the keystream of AES-128-GCM (counter mode from 2, IV zero), little-endian. A seed
 * is used for one expansion only. At most 2^32 − 2 blocks, far above any plan.
 */
export function expand(seed: Uint8Array, words: number): BigUint64Array {
  const out = new BigUint64Array(words);
  const bytes = new Uint8Array(out.buffer);
  const cipher = createCipheriv('aes-128-gcm', seed, new Uint8Array(12));
  const zeros = new Uint8Array(Math.min(chunkBytes, bytes.length));
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    bytes.set(cipher.update(zeros.subarray(0, Math.min(chunkBytes, bytes.length - offset))), offset);
  }
  return out;
}
