import { createHash } from 'node:crypto';
import { makeDigests } from '../digests.js';

export const { sha256, labelledHash, digestOf, keyIdOf } = makeDigests((...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
});
