import type { MlDsa, MlKem } from './algorithms.js';
import { canonicalise } from './canonical.js';
import { toBase64Url, toHex, utf8 } from './encoding.js';

/** SHA-256 of the concatenation of `parts`, 32 bytes. */
export type Sha256 = (...parts: readonly Uint8Array[]) => Uint8Array;

export interface Digests {
  readonly sha256: Sha256;
  /** SHA-256(label ‖ 0x00 ‖ parts). The zero byte ends the label; the parts are not separated, so at most one may vary in length. */
  labelledHash(label: string, ...parts: readonly Uint8Array[]): Uint8Array;
  /** Lower-case hex of SHA-256(label ‖ 0x00 ‖ JCS(value)), e.g. with label `countersign/job/1`. @throws CanonicalError */
  digestOf(label: string, value: unknown): string;
  /** RFC 7638 thumbprint, base64url, over the required members `alg`, `kty`, `pub` of an AKP key (RFC 9964 §6). */
  keyIdOf(algorithm: MlDsa | MlKem, publicKey: Uint8Array): string;
}

/** The digests over one implementation of SHA-256. */
export function makeDigests(sha256: Sha256): Digests {
  const labelledHash: Digests['labelledHash'] = (label, ...parts) => sha256(utf8(label), new Uint8Array(1), ...parts);
  return {
    sha256,
    labelledHash,
    digestOf: (label, value) => toHex(labelledHash(label, utf8(canonicalise(value)))),
    keyIdOf: (algorithm, publicKey) =>
      toBase64Url(sha256(utf8(canonicalise({ alg: algorithm, kty: 'AKP', pub: toBase64Url(publicKey) })))),
  };
}
