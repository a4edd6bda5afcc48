import crypto, { type KeyObject } from 'node:crypto';
import { MAX_CONTEXT_BYTES, ML_DSA, type MlDsa } from '../algorithms.js';
import { KeyError } from '../errors.js';
import { Secret } from '../secret.js';
import { privateKeyFromSeed, publicKeyFromRaw, rawPublicKey, seedOf } from './der.js';
import { keyIdOf } from './hash.js';

const NO_CONTEXT = new Uint8Array(0);

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
    if (context.length > MAX_CONTEXT_BYTES) throw new KeyError(`a context has at most ${MAX_CONTEXT_BYTES} bytes, not ${context.length}`);
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
export function verifySignature(
  algorithm: MlDsa,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  context: Uint8Array = NO_CONTEXT,
): boolean {
  const { publicKeyBytes, signatureBytes } = ML_DSA[algorithm];
  if (publicKey.length !== publicKeyBytes || signature.length !== signatureBytes || context.length > MAX_CONTEXT_BYTES) return false;
  try {
    return crypto.verify(null, message, { key: publicKeyFromRaw(algorithm, publicKey), context }, signature);
  } catch {
    return false;
  }
}
