import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { ML_DSA, type MlDsa } from '../algorithms.js';
import { checkContext, checkSeed, NO_CONTEXT, strictVerify } from '../checks.js';
import { Secret, wipe } from '../secret.js';
import { keyIdOf } from './hash.js';

const NOBLE = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 } as const;

/** An ML-DSA private key (FIPS 204) in plain JavaScript, kept as its seed. No constant-time promise: sign with `#pqc` where node:crypto is. */
export class SigningKey extends Secret {
  readonly publicKey: Uint8Array;
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly #seed: Uint8Array;

  private constructor(readonly algorithm: MlDsa, seed: Uint8Array) {
    super();
    this.#seed = seed;
    const { publicKey, secretKey } = NOBLE[algorithm].keygen(seed);
    wipe(secretKey);
    this.publicKey = publicKey;
    this.kid = keyIdOf(algorithm, publicKey);
  }

  static generate(algorithm: MlDsa): SigningKey {
    return new SigningKey(algorithm, randomBytes(ML_DSA[algorithm].seedBytes));
  }

  /** @throws KeyError CS0100 unless `seed` (ξ) has 32 bytes */
  static fromSeed(algorithm: MlDsa, seed: Uint8Array): SigningKey {
    checkSeed(algorithm, seed);
    return new SigningKey(algorithm, seed.slice());
  }

  /** A hedged signature, so two signatures of one message differ. @throws KeyError CS0100 when `context` has more than 255 bytes */
  sign(message: Uint8Array, context: Uint8Array = NO_CONTEXT): Uint8Array {
    return signWithSeed(this.algorithm, this.#seed, message, { context });
  }

  /** A copy of ξ for key files; the caller wipes it. */
  seed(): Uint8Array {
    return this.#seed.slice();
  }
}

/**
 * FIPS 204 algorithm 2 with the hedge `rnd` (32 bytes) of the caller: random when left out, `false` for the deterministic variant. Published
 * vectors fix it; everything else leaves it out.
 */
export function signWithSeed(
  algorithm: MlDsa,
  seed: Uint8Array,
  message: Uint8Array,
  { context = NO_CONTEXT, rnd }: { readonly context?: Uint8Array; readonly rnd?: Uint8Array | false },
): Uint8Array {
  checkContext(context);
  const { secretKey } = NOBLE[algorithm].keygen(seed);
  try {
    return NOBLE[algorithm].sign(message, secretKey, { context, ...(rnd === undefined ? {} : { extraEntropy: rnd }) });
  } finally {
    wipe(secretKey);
  }
}

/** Whether `signature` is valid. Lengths are checked exactly first; bad bytes give `false`, never an exception. */
export const verifySignature = strictVerify((algorithm, publicKey, message, signature, context) =>
  NOBLE[algorithm].verify(signature, message, publicKey, { context }));
