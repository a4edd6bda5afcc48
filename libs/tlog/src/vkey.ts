import { concatBytes, ML_DSA, sha256, toHex } from '#pqc/portable';
import { fromBase64, toBase64 } from './base64.js';
import { LogError, LogErrorCode } from './errors.js';
import { equalBytes } from './hashing.js';

/** Signature type of ML-DSA-44 cosignatures (C2SP tlog-cosignature). */
const ML_DSA_44 = Uint8Array.of(0x06);
const KEY_ID_BYTES = 4;
const MAX_NAME_BYTES = 255;

/** A key that signs checkpoints: a log's or a witness's. */
export interface VerifierKey {
  readonly name: string;
  /** The first 4 bytes of SHA-256(name ‖ "\n" ‖ 0x06 ‖ public key): an identifier, no commitment. */
  readonly keyId: Uint8Array;
  /** ML-DSA-44, 1312 bytes. */
  readonly publicKey: Uint8Array;
}

/** Whether a note may name this: printable ASCII without space and plus, since both separate. */
export const isNoteName = (name: string): boolean => name.length <= MAX_NAME_BYTES && /^[!-*,-~]+$/.test(name);

/** @throws LogError CS0812 */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!isNoteName(name)) throw new LogError(LogErrorCode.badKey, 'a log or witness name is 1 to 255 printable ASCII characters without space and plus');
  const { publicKeyBytes } = ML_DSA['ML-DSA-44'];
  if (publicKey.length !== publicKeyBytes) throw new LogError(LogErrorCode.badKey, `a checkpoint key is ML-DSA-44 and has ${publicKeyBytes} bytes, not ${publicKey.length}`);
  const keyId = sha256(new TextEncoder().encode(`${name}\n`), ML_DSA_44, publicKey).slice(0, KEY_ID_BYTES);
  return { name, keyId, publicKey };
}

/** `name+hex(key id)+base64(0x06 ‖ public key)` (C2SP signed-note). @throws LogError CS0812 */
export function formatVkey(name: string, publicKey: Uint8Array): string {
  const { keyId } = verifierKey(name, publicKey);
  return `${name}+${toHex(keyId)}+${toBase64(concatBytes(ML_DSA_44, publicKey))}`;
}

/** @throws LogError CS0812 unless the text is what `formatVkey` writes */
export function parseVkey(vkey: string): VerifierKey {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  const typed = fromBase64(encoded ?? '');
  if (!typed || !equalBytes(typed.subarray(0, 1), ML_DSA_44)) throw new LogError(LogErrorCode.badKey, 'the verifier key is not of the form `name+id+key` with an ML-DSA-44 key');
  const key = verifierKey(name, typed.slice(1));
  if (toHex(key.keyId) !== id) throw new LogError(LogErrorCode.badKey, `the verifier key of \`${name}\` has an id that is not its own`);
  return key;
}
