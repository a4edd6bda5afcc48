import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';

/** Hex SHA-256(label ‖ 0x00 ‖ RFC 8785 JSON of `value`), which holds strings, booleans and safe integers only. */
export function labelledDigest(label: string, value: unknown): string {
  assertIntegerJson(value);
  const json = canonicalize(value);
  if (json === undefined) throw new TypeError('this value has no JSON form');
  return bytesToHex(sha256(utf8ToBytes(`${label}\0${json}`)));
}

/** Fractions have no canonical form on the strict profile, and `canonicalize` drops what JSON does not know. */
function assertIntegerJson(value: unknown): void {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)) return;
  if (typeof value !== 'object' || value === null) throw new TypeError(`a digest covers strings, booleans and safe integers, not ${typeof value}`);
  for (const part of Object.values(value)) if (part !== undefined) assertIntegerJson(part);
}
