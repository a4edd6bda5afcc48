import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { z } from 'zod';
import { canonicalise, concatBytes, parseCanonical, toHex, type JsonValue } from '#pqc/portable';
import { LogError, LogErrorCode } from './errors.js';

export const LEAF_VERSION = 'countersign.audit/1';
const MAX_LEAF_BYTES = 16_384;

/** What can happen. A leaf of any other type is refused, so that an old verifier never passes what it does not understand. */
export const LEAF_TYPES = [
  'job.submitted', 'job.needs_signatures', 'job.authorised', 'job.denied', 'job.expired', 'job.superseded', 'job.refused', 'job.cancelled',
  'approval.recorded', 'veto.recorded', 'withdrawal.recorded',
  'session.offered', 'session.accepted', 'session.refused', 'session.started', 'session.vanished', 'session.held', 'session.released', 'session.aborted',
  'receipt.recorded', 'duty.attested', 'duty.overdue', 'policy.published', 'policy.proposed', 'policy.signed', 'program.published', 'program.approved', 'program.withdrawn', 'enrolment.allowed', 'node.registered', 'node.updated', 'node.removed', 'key.rotated', 'key.revoked',
  'apikey.created', 'apikey.revoked', 'access.denied', 'evidence.erased',
] as const;
export type LeafType = (typeof LEAF_TYPES)[number];

// The profile: no free text, no null, no number, so nothing that a person typed and nothing that two parsers read differently.
const Identifier = z.string().regex(/^[A-Za-z0-9._:/@-]{1,128}$/);
const Word = z.string().regex(/^[a-z_]{1,32}$/);
const Count = z.string().regex(/^(0|[1-9][0-9]{0,15})$/);
const Digest = z.string().regex(/^[0-9a-f]{64}$/);
const Instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);

/** Of a `session.vanished` leaf, and of no other: the party that its session went on without, and the suite that lets it. */
const VANISHED = ['party', 'suite'] as const;

const Leaf = z.strictObject({
  v: z.literal(LEAF_VERSION),
  /** Origin of the log, as in its checkpoints. */
  log: Identifier,
  /** Index of this leaf. */
  idx: Count,
  time: Instant,
  type: z.enum(LEAF_TYPES),
  actor: z.strictObject({ id: Identifier, kind: Word, kid: Identifier.optional() }),
  subject: z.strictObject({ id: Identifier, kind: Word }),
  /** State of a job before and after; a new job has no `from`. */
  from: Word.optional(),
  to: Word.optional(),
  attempt: Count.optional(),
  /** Id of a node. */
  party: Identifier.optional(),
  suite: Identifier.optional(),
  outcome: Identifier.optional(),
  /** Digest of what was asked for. */
  req: Digest.optional(),
  /** Signed statements that the leaf rests on: digests of payload and signature. */
  evidence: z.array(z.strictObject({ kind: Identifier, kid: Identifier, stmt: Digest, sig: Digest })).min(1).max(64).optional(),
  /** Commitment to what may be erased: see `bodyCommitment`. */
  body: z.strictObject({ alg: z.literal('HMAC-SHA-256'), c: Digest }).optional(),
}).superRefine((leaf, context) => {
  const isOne = leaf.type === 'session.vanished';
  const whole = VANISHED.every((name) => leaf[name] !== undefined) && leaf.attempt !== undefined && leaf.from === undefined && leaf.to === undefined;
  if (isOne ? !whole : VANISHED.some((name) => leaf[name] !== undefined)) context.addIssue({ code: 'custom', path: ['type'] });
});
/** One entry of the audit log. */
export type AuditLeaf = z.infer<typeof Leaf>;

function checked(value: unknown): AuditLeaf {
  const { success, data, error } = Leaf.safeParse(value);
  if (success) return data;
  const { path, code } = error.issues[0];
  throw new LogError(LogErrorCode.badLeaf, `the leaf is outside its profile at \`/${path.join('/')}\`: ${code}`);
}

/** The bytes that are hashed: UTF-8 of the canonical JSON. @throws LogError CS0809 when the leaf is outside its profile or over 16 KiB */
export function encodeLeaf(leaf: AuditLeaf): Uint8Array {
  const bytes = new TextEncoder().encode(canonicalise(checked(leaf)));
  if (bytes.length > MAX_LEAF_BYTES) throw new LogError(LogErrorCode.badLeaf, `the leaf has ${bytes.length} bytes, more than ${MAX_LEAF_BYTES}`);
  return bytes;
}

/** The leaf of exactly these bytes. @throws LogError CS0809 when they are not canonical or the leaf is outside its profile */
export function decodeLeaf(bytes: Uint8Array): AuditLeaf {
  if (bytes.length > MAX_LEAF_BYTES) throw new LogError(LogErrorCode.badLeaf, `the leaf has ${bytes.length} bytes, more than ${MAX_LEAF_BYTES}`);
  let value: JsonValue;
  try {
    value = parseCanonical(bytes);
  } catch (cause) {
    throw new LogError(LogErrorCode.badLeaf, 'the leaf is not canonical JSON', { cause });
  }
  return checked(value);
}

const BODY_LABEL = new TextEncoder().encode('countersign.body/1\0');
const MIN_SALT_BYTES = 16;

/**
 * `body.c` of a leaf: hex of HMAC-SHA-256(salt, "countersign.body/1" ‖ 0x00 ‖ JCS(body)). Salt and body are kept elsewhere and may be erased;
 * without the salt the commitment says nothing, even of a body that can be guessed.
 * @throws CanonicalError, LogError CS0809 when the salt has fewer than 16 bytes
 */
export function bodyCommitment(salt: Uint8Array, body: JsonValue): string {
  if (salt.length < MIN_SALT_BYTES) throw new LogError(LogErrorCode.badLeaf, `a salt has at least ${MIN_SALT_BYTES} bytes, not ${salt.length}`);
  return toHex(hmac(sha256, salt, concatBytes(BODY_LABEL, new TextEncoder().encode(canonicalise(body)))));
}
