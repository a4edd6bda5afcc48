import { randomBytes } from '@noble/hashes/utils.js';
import { createMlKem1024, createMlKem512, createMlKem768, type MlKemInterface } from 'mlkem';
import { ML_KEM, type MlKem } from '../algorithms.js';
import { checkCiphertext, checkEncapsulationKey, checkSeed } from '../checks.js';
import { Secret, wipe } from '../secret.js';

// `mlkem` looks for the platform's randomness asynchronously, once; every operation after that is synchronous.
const MLKEM: Readonly<Record<MlKem, MlKemInterface>> = {
  'ML-KEM-512': await createMlKem512(),
  'ML-KEM-768': await createMlKem768(),
  'ML-KEM-1024': await createMlKem1024(),
};

/** An ML-KEM decapsulation key (FIPS 203) in plain JavaScript, kept as its seed d ‖ z. */
export class KemKey extends Secret {
  readonly publicKey: Uint8Array;
  readonly #seed: Uint8Array;

  private constructor(readonly algorithm: MlKem, seed: Uint8Array) {
    super();
    this.#seed = seed;
    const [publicKey, expanded] = MLKEM[algorithm].deriveKeyPair(seed);
    wipe(expanded);
    this.publicKey = publicKey;
  }

  static generate(algorithm: MlKem): KemKey {
    return new KemKey(algorithm, randomBytes(ML_KEM[algorithm].seedBytes));
  }

  /** @throws KeyError CS0100 unless `seed` (d ‖ z) has 64 bytes */
  static fromSeed(algorithm: MlKem, seed: Uint8Array): KemKey {
    checkSeed(algorithm, seed);
    return new KemKey(algorithm, seed.slice());
  }

  /** The shared secret, 32 bytes; of a forged ciphertext a pseudo-random one (implicit rejection). @throws KeyError CS0100 on a wrong length */
  decapsulate(ciphertext: Uint8Array): Uint8Array {
    checkCiphertext(this.algorithm, ciphertext);
    const [, expanded] = MLKEM[this.algorithm].deriveKeyPair(this.#seed);
    try {
      return MLKEM[this.algorithm].decap(ciphertext, expanded);
    } finally {
      wipe(expanded);
    }
  }

  /** A copy of d ‖ z for key files; the caller wipes it. */
  seed(): Uint8Array {
    return this.#seed.slice();
  }
}

/** FIPS 203 algorithm 17 with the 32 random bytes `m` of the caller; published vectors fix them. */
export function encapsulateWith(algorithm: MlKem, publicKey: Uint8Array, m: Uint8Array): { ciphertext: Uint8Array; sharedSecret: Uint8Array } {
  checkEncapsulationKey(algorithm, publicKey);
  const [ciphertext, sharedSecret] = MLKEM[algorithm].encap(publicKey, m);
  return { ciphertext, sharedSecret };
}

/** A fresh 32-byte secret and its ciphertext. @throws KeyError CS0100 when the key fails the checks of FIPS 203 §7.2 */
export function encapsulate(algorithm: MlKem, publicKey: Uint8Array): { ciphertext: Uint8Array; sharedSecret: Uint8Array } {
  const m = randomBytes(32);
  try {
    return encapsulateWith(algorithm, publicKey, m);
  } finally {
    wipe(m);
  }
}
