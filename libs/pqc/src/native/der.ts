import crypto, { type KeyObject } from 'node:crypto';
import { parametersOf, type MlDsa, type MlKem } from '../algorithms.js';
import { checkPublicKey, checkSeed } from '../checks.js';
import { concatBytes } from '../encoding.js';
import { KeyError } from '../errors.js';
import { wipe } from '../secret.js';

type Algorithm = MlDsa | MlKem;

// AlgorithmIdentifier of 2.16.840.1.101.3.4.x.y without parameters (RFC 9881 §2, RFC 9935 §3).
const algorithmIdentifier = (algorithm: Algorithm): number[] =>
  [0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, ...parametersOf(algorithm).oidTail];

// The fixed bytes before the key. PKCS#8 with the seed alone, `[0] IMPLICIT OCTET STRING` (RFC 9881 §6), since a seed is the one form that
// every implementation expands alike.
const pkcs8Prefix = (algorithm: Algorithm): Uint8Array => {
  const { seedBytes } = parametersOf(algorithm);
  return Uint8Array.of(
    0x30, 20 + seedBytes, 0x02, 0x01, 0x00, ...algorithmIdentifier(algorithm), 0x04, 2 + seedBytes, 0x80, seedBytes,
  );
};
const spkiPrefix = (algorithm: Algorithm): Uint8Array => {
  const bits = parametersOf(algorithm).publicKeyBytes + 1;
  const all = bits + 17;
  return Uint8Array.of(0x30, 0x82, all >> 8, all & 255, ...algorithmIdentifier(algorithm), 0x03, 0x82, bits >> 8, bits & 255, 0x00);
};

/** The private key that `seed` expands to. @throws KeyError CS0100 on a wrong length */
export function privateKeyFromSeed(algorithm: Algorithm, seed: Uint8Array): KeyObject {
  checkSeed(algorithm, seed);
  const der = concatBytes(pkcs8Prefix(algorithm), seed);
  try {
    return crypto.createPrivateKey({ key: Buffer.from(der.buffer), format: 'der', type: 'pkcs8' });
  } finally {
    wipe(der);
  }
}

/** A fresh copy of the seed inside a private key. */
export function seedOf(algorithm: Algorithm, key: KeyObject): Uint8Array {
  const der = key.export({ format: 'der', type: 'pkcs8' });
  try {
    return new Uint8Array(der.subarray(pkcs8Prefix(algorithm).length));
  } finally {
    wipe(der);
  }
}

/** @throws KeyError CS0100 when the bytes are no public key of this algorithm */
export function publicKeyFromRaw(algorithm: Algorithm, raw: Uint8Array): KeyObject {
  checkPublicKey(algorithm, raw);
  try {
    return crypto.createPublicKey({ key: Buffer.from(concatBytes(spkiPrefix(algorithm), raw).buffer), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new KeyError(`the bytes are no public key of \`${algorithm}\``, { cause });
  }
}

/** Raw bytes of a public key, or of the public half of a private key. */
export function rawPublicKey(algorithm: Algorithm, key: KeyObject): Uint8Array {
  const half = key.type === 'private' ? crypto.createPublicKey(key) : key;
  return new Uint8Array(half.export({ format: 'der', type: 'spki' }).subarray(spkiPrefix(algorithm).length));
}
