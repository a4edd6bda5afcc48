import { ML_DSA, ML_KEM, parametersOf, type MlDsa, type MlKem } from './algorithms.js';
import { KeyError } from './errors.js';

// Every check here is on public bytes or on lengths, made before either implementation sees them, so that both refuse alike.

const Q = 3329;
/** FIPS 204, algorithms 2 and 3. */
const MAX_CONTEXT_BYTES = 255;
export const NO_CONTEXT = new Uint8Array(0);

function checkLength(what: string, algorithm: MlDsa | MlKem, bytes: Uint8Array, expectedBytes: number): void {
  if (bytes.length !== expectedBytes) throw new KeyError(`a ${what} of \`${algorithm}\` has ${expectedBytes} bytes, not ${bytes.length}`);
}

/** @throws KeyError CS0100 unless the seed has its exact length */
export const checkSeed = (algorithm: MlDsa | MlKem, seed: Uint8Array): void => checkLength('seed', algorithm, seed, parametersOf(algorithm).seedBytes);

/** @throws KeyError CS0100 unless the public key has its exact length */
export const checkPublicKey = (algorithm: MlDsa | MlKem, publicKey: Uint8Array): void =>
  checkLength('public key', algorithm, publicKey, parametersOf(algorithm).publicKeyBytes);

/** FIPS 203 §7.3, first check. @throws KeyError CS0100 */
export const checkCiphertext = (algorithm: MlKem, ciphertext: Uint8Array): void =>
  checkLength('ciphertext', algorithm, ciphertext, ML_KEM[algorithm].ciphertextBytes);

/** @throws KeyError CS0100 when a signature context has more than 255 bytes */
export function checkContext(context: Uint8Array): void {
  if (context.length > MAX_CONTEXT_BYTES) throw new KeyError(`a context has at most ${MAX_CONTEXT_BYTES} bytes, not ${context.length}`);
}

/**
 * Returns when `publicKey` passes FIPS 203 §7.2: exact length, and every 12-bit coefficient below q.
 * @throws KeyError CS0100
 */
export function checkEncapsulationKey(algorithm: MlKem, publicKey: Uint8Array): void {
  checkPublicKey(algorithm, publicKey);
  for (let i = 0; i < ML_KEM[algorithm].rank * 384; i += 3) {
    const low = publicKey[i] | ((publicKey[i + 1] & 15) << 8);
    const high = (publicKey[i + 1] >> 4) | (publicKey[i + 2] << 4);
    if (low >= Q || high >= Q) throw new KeyError(`a public key of \`${algorithm}\` has a coefficient that is not reduced modulo q`);
  }
}

export type VerifySignature = (algorithm: MlDsa, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array, context?: Uint8Array) => boolean;

/** `verify` behind exact length checks; its exceptions become `false`, since bad bytes are an answer and no fault of ours. */
export const strictVerify =
  (verify: (...args: Required<Parameters<VerifySignature>>) => boolean): VerifySignature =>
  (algorithm, publicKey, message, signature, context = NO_CONTEXT) => {
    const { publicKeyBytes, signatureBytes } = ML_DSA[algorithm];
    if (publicKey.length !== publicKeyBytes || signature.length !== signatureBytes || context.length > MAX_CONTEXT_BYTES) return false;
    try {
      return verify(algorithm, publicKey, message, signature, context);
    } catch {
      return false;
    }
  };
