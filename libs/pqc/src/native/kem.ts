import crypto, { type KeyObject } from 'node:crypto';
import { ML_KEM, type MlKem } from '../algorithms.js';
import { checkCiphertext, checkEncapsulationKey } from '../checks.js';
import { moved, Secret } from '../secret.js';
import { privateKeyFromSeed, publicKeyFromRaw, rawPublicKey, seedOf } from './der.js';

/** An ML-KEM decapsulation key (FIPS 203), held by OpenSSL as its seed d ‖ z. */
export class KemKey extends Secret {
  readonly publicKey: Uint8Array;
  readonly #key: KeyObject;

  private constructor(readonly algorithm: MlKem, key: KeyObject) {
    super();
    this.#key = key;
    this.publicKey = rawPublicKey(algorithm, key);
  }

  static generate(algorithm: MlKem): KemKey {
    return new KemKey(algorithm, crypto.generateKeyPairSync(ML_KEM[algorithm].nodeName as 'ml-kem-768').privateKey);
  }

  /** @throws KeyError CS0100 unless `seed` (d ‖ z) has 64 bytes */
  static fromSeed(algorithm: MlKem, seed: Uint8Array): KemKey {
    return new KemKey(algorithm, privateKeyFromSeed(algorithm, seed));
  }

  /** The shared secret, 32 bytes; of a forged ciphertext a pseudo-random one (implicit rejection). @throws KeyError CS0100 on a wrong length */
  decapsulate(ciphertext: Uint8Array): Uint8Array {
    checkCiphertext(this.algorithm, ciphertext);
    return moved(crypto.decapsulate(this.#key, ciphertext));
  }

  /** A copy of d ‖ z for key files; the caller wipes it. */
  seed(): Uint8Array {
    return seedOf(this.algorithm, this.#key);
  }
}

/** A fresh 32-byte secret and its ciphertext. @throws KeyError CS0100 when the key fails the checks of FIPS 203 §7.2 */
export function encapsulate(algorithm: MlKem, publicKey: Uint8Array): { ciphertext: Uint8Array; sharedSecret: Uint8Array } {
  checkEncapsulationKey(algorithm, publicKey);
  const { ciphertext, sharedKey } = crypto.encapsulate(publicKeyFromRaw(algorithm, publicKey));
  return { ciphertext: new Uint8Array(ciphertext), sharedSecret: moved(sharedKey) };
}
