import { type Cipheriv, createCipheriv, createHash } from 'node:crypto';
import { type Randomness } from '#mpc';

/** The same coins for the same seed: the AES-256-CTR keystream under SHA-256(seed). For fingerprints and repeatable failures. */
export function seededRandomness(seed: string): Randomness {
  const cipher: Cipheriv = createCipheriv('aes-256-ctr', createHash('sha256').update(seed).digest(), new Uint8Array(16));
  return { bytes: (length) => new Uint8Array(cipher.update(new Uint8Array(length))) };
}
