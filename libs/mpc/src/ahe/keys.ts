import { type Coins } from './coins.js';
import { type Ciphertext, encrypt, readCiphertext } from './encrypt.js';
import { type Mask } from './masks.js';
import { type Scheme } from './scheme.js';
import { type SecretKey } from './secret-key.js';

/** An encryption of 0, times 2^32. */
export type PublicKey = Ciphertext;

/** pk: an encryption of 0, as a ciphertext. */
export const publicKeyOf = (scheme: Scheme, key: SecretKey, coins: Coins, mask: Mask): Uint8Array => encrypt(scheme, key, coins, mask);

/** The public key that a ciphertext says, or undefined when that is malformed. */
export function readPublicKey(scheme: Scheme, ciphertext: Uint8Array, mask: Mask): PublicKey | undefined {
  const { memory, ring, moduli, degree } = scheme;
  const key = readCiphertext(scheme, ciphertext, mask);
  for (const part of key ? [key.body, key.mask] : []) {
    moduli.forEach(({ prime, montgomery }, i) => memory.within(() => {
      const residues = part.subarray(i * ring.polyBytes, (i + 1) * ring.polyBytes);
      const poly = memory.put(residues);
      memory.kernels.residueScale(poly, degree, prime, montgomery);
      residues.set(memory.bytes.subarray(poly, poly + ring.polyBytes));
    }));
  }
  return key;
}
