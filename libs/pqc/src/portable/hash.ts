import { sha256 as SHA256 } from '@noble/hashes/sha2.js';
import { makeDigests } from '../digests.js';

export const { sha256, labelledHash, digestOf, keyIdOf } = makeDigests((...parts) => {
  const hash = SHA256.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
});
