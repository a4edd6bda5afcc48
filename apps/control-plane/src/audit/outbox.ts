import { createHash, randomBytes } from 'node:crypto';
import { type EntityManager } from 'typeorm';
import { canonicalise, statementDigest } from '#pqc';
import { encodeLeaf, LEAF_VERSION, type AuditLeaf } from '#tlog';
import { OutboxRow } from '../database/entities/log.js';
import { notify } from '../database/signals.js';
import { type LeafDraft, type LeafEvidence } from './leaf-draft.js';

/**
 * Writes a leaf-to-be in the transaction of `manager`, which also changes what it tells of: both commit or neither does. `body` is
 * what must not stand in the log itself; the leaf commits to it.
 */
export async function recordLeaf(manager: EntityManager, entry: LeafDraft, body?: Readonly<Record<string, string>>): Promise<void> {
  if (!manager.queryRunner?.isTransactionActive) throw new Error('a leaf is written inside a transaction');
  // What the sequencer could not write would stop the log for good: here it undoes the change that it tells of instead.
  encodeLeaf({ v: LEAF_VERSION, log: 'unplaced', idx: '0', time: new Date(0).toISOString(), ...entry, ...(entry.evidence && { evidence: entry.evidence.map((item) => ({ ...item })) }) } as AuditLeaf);
  await manager.insert(OutboxRow, { entry, ...(body ? { body: canonicalise(body), salt: randomBytes(32) } : {}) });
  notify(manager, { of: 'outbox' });
}

/** What a leaf keeps of a signed statement. */
export function evidenceOf(kind: string, kid: string, jws: string): LeafEvidence {
  const signature = jws.slice(jws.lastIndexOf('.') + 1);
  return { kind, kid, stmt: statementDigest(jws), sig: createHash('sha256').update(Buffer.from(signature, 'base64url')).digest('hex') };
}
