import type { Challenge } from '#contract';
import { fromBase64Url, labelledHash, statementDigest } from '#pqc';

/**
 * What a node signs (link and witness key) and authenticates (under the secret that its sealing key decapsulated) to prove that it holds
 * the keys it registers: labelledHash('countersign/possession/1', challenge id, nonce, statement digest), 32 bytes; the id as UTF-8, the
 * others as bytes, each with its length before it (u32be).
 */
export function possessionMessage({ id, nonce }: Pick<Challenge, 'id' | 'nonce'>, registration: string): Uint8Array {
  const parts = [Buffer.from(id), fromBase64Url(nonce), Buffer.from(statementDigest(registration), 'hex')];
  return labelledHash('countersign/possession/1', ...parts.flatMap((part) => [lengthOf(part), part]));
}

function lengthOf(part: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}
