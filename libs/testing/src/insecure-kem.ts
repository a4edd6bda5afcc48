import { createHash } from 'node:crypto';
import { type Kem, type Randomness } from '#mpc';

const q = 3329;

/**
 * Has the shapes of ML-KEM-768 and none of its security: the encapsulation key is uniform and the shared secret a hash of it and the
 * ciphertext. Deterministic in its coins and quick, so that fingerprints are stable and specs can run hundreds of sessions.
 */
export function insecureKem(randomness: Randomness): Kem {
  const secret = (key: Uint8Array, ciphertext: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(key).update(ciphertext).digest());
  return {
    generate() {
      const publicKey = new Uint8Array(1184);
      const coins = new Uint32Array(randomness.bytes(4 * 768).buffer);
      for (let i = 0; i < 768; i += 2) publicKey.set(pack(coins[i]! % q, coins[i + 1]! % q), (i / 2) * 3);
      publicKey.set(randomness.bytes(32), 1152);
      return { publicKey, decapsulate: (ciphertext) => secret(publicKey, ciphertext) };
    },
    encapsulate(key) {
      const ciphertext = randomness.bytes(1088);
      return { ciphertext, sharedSecret: secret(key, ciphertext) };
    },
  };
}

const pack = (first: number, second: number): Uint8Array => Uint8Array.of(first, (first >> 8) | (second << 4), second >> 4);
