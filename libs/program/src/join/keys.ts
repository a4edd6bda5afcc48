import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { PlanError } from '../errors.js';

/** The text that is compared: without white space around it, in Unicode's normal form C. `007` and `7` are two keys. */
export const canonicalKey = (text: string): string => text.trim().normalize('NFC');

/** The canonical keys of a table's rows. Throws CS0640, naming rows and no key, where two have the same. Rows count from 1. */
export function distinctKeys(texts: readonly string[], { dataset, column }: { readonly dataset: string; readonly column: string }): string[] {
  const rowOf = new Map<string, number>();
  return texts.map((text, row) => {
    const key = canonicalKey(text);
    const first = rowOf.get(key);
    if (first !== undefined) {
      throw new PlanError('CS0640', `rows ${first + 1} and ${row + 1} of \`${dataset}\` have the same key in column \`${column}\``, ['leave all rows of a key but one out with a `sql` query, or sum them up']);
    }
    rowOf.set(key, row);
    return key;
  });
}

/** SHA-256("countersign/join-key/1" ‖ 0x00 ‖ key) of every key, 32 bytes each. Secret: keys can be guessed. */
export function keyDigests(keys: readonly string[]): Uint8Array {
  const digests = new Uint8Array(32 * keys.length);
  keys.forEach((key, i) => digests.set(sha256(utf8ToBytes(`countersign/join-key/1\0${key}`)), 32 * i));
  return digests;
}
