import crypto, { type KeyObject } from 'node:crypto';
import { ML_DSA, type MlDsa } from '../algorithms.js';
import { checkContext, NO_CONTEXT, strictVerify } from '../checks.js';
import { Secret } from '../secret.js';
import { privateKeyFromSeed, publicKeyFromRaw, rawPublicKey, seedOf } from './der.js';
import { keyIdOf } from './hash.js';

/** An ML-DSA private key (FIPS 204), held by OpenSSL. */
export class SigningKey extends Secret {
  readonly publicKey: Uint8Array;
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly #key: KeyObject;

  private constructor(readonly algorithm: MlDsa, key: KeyObject) {
    super();
    this.#key = key;
    this.publicKey = rawPublicKey(algorithm, key);
    this.kid = keyIdOf(algorithm, this.publicKey);
  }

  static generate(algorithm: MlDsa): SigningKey {
    return new SigningKey(algorithm, crypto.generateKeyPairSync(ML_DSA[algorithm].nodeName as 'ml-dsa-65').privateKey);
  }

  /** @throws KeyError CS0100 unless `seed` (ξ) has 32 bytes */
  static fromSeed(algorithm: MlDsa, seed: Uint8Array): SigningKey {
    return new SigningKey(algorithm, privateKeyFromSeed(algorithm, seed));
  }

  /** A hedged signature, so two signatures of one message differ. @throws KeyError CS0100 when `context` has more than 255 bytes */
  sign(message: Uint8Array, context: Uint8Array = NO_CONTEXT): Uint8Array {
    checkContext(context);
    return new Uint8Array(crypto.sign(null, message, { key: this.#key, context }));
  }

  /** A copy of ξ for key files; the caller wipes it. */
  seed(): Uint8Array {
    return seedOf(this.algorithm, this.#key);
  }

  /** PKCS#8 PEM, for the TLS stack. */
  privateKeyPem(): string {
    return this.#key.export({ format: 'pem', type: 'pkcs8' }) as string;
  }
}

/** Whether `signature` is valid. Lengths are checked exactly first; bad bytes give `false`, never an exception. */
export const verifySignature = strictVerify((algorithm, publicKey, message, signature, context) =>
  crypto.verify(null, message, { key: publicKeyFromRaw(algorithm, publicKey), context }, signature));
