import { z } from 'zod';
import { MOST_PROGRAM_BYTES } from '#program';
import { Digest, Instant, JobId, Jws, Line, Name } from './primitives.js';
import { progressFields, withinBounds } from './progress.js';
import { RoundTrips, SealedShare } from './statements.js';

/**
 * Messages on the WebSocket that a worker opens to the control plane (`GET /v1/gateway` over post-quantum mutual TLS; the
 * TLS certificate's key names the node). JSON text frames of at most 16 MiB. Everything the worker reports carries an `id`; the worker keeps it until it
 * is acknowledged and sends it again after a reconnect, and the control plane ignores what it has already recorded.
 */
const attempt = { job: JobId, attempt: z.int().min(1) };
const report = { id: z.uuid() };

/** The policy in force, as published: workers compile `source` against `registry` themselves and compare the digest. */
export const PolicyBundle = z.strictObject({
  version: z.int().min(1),
  file: z.string().max(128),
  source: z.string().max(1_048_576),
  registry: z.strictObject({
    nodes: z.array(z.string()),
    datasets: z.array(z.strictObject({ name: z.string(), node: z.string(), tags: z.array(z.string()) })),
    programs: z.array(z.string()),
    roles: z.array(z.strictObject({ name: z.string(), nodes: z.array(z.string()) })),
  }),
  digest: Digest,
});
export type PolicyBundle = z.infer<typeof PolicyBundle>;

/** All that a worker needs to decide for itself. */
export const JobBundle = z.strictObject({
  job: Jws,
  /** Registrations of the requester, the parties, the receivers and the signers. */
  registrations: z.array(Jws).max(256),
  /** Rotations that lead from a key that this worker may have pinned to the registration above. */
  rotations: z.array(Jws).max(256),
  approvals: z.array(Jws).max(256),
  withdrawals: z.array(Jws).max(256),
  vetoes: z.array(Jws).max(256),
  /** Standing words on the job's program. */
  programApprovals: z.array(Jws).max(256).optional(),
  policy: PolicyBundle,
  /** The job's program as JSON where it is not one that is shipped; its digest is held against the job's. */
  program: z.string().max(MOST_PROGRAM_BYTES).optional(),
});
export type JobBundle = z.infer<typeof JobBundle>;

export const ToWorker = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('welcome'), node: Name, now: Instant, policy: Digest.optional() }),
  z.strictObject({ type: z.literal('offer'), ...attempt, bundle: JobBundle, acceptBy: Instant, endBy: Instant }),
  /** Everybody accepted: connect to the peers named in `accepts` (Accept statements of all parties). */
  z.strictObject({ type: z.literal('start'), ...attempt, accepts: z.array(Jws).min(2).max(16) }),
  /** All parties hold their outputs and budgets are committed: open to the receivers. */
  z.strictObject({ type: z.literal('open'), ...attempt }),
  /** For a receiver that is no party: every party's sealed share, and the plan to decode them by. */
  z.strictObject({ type: z.literal('sealed'), ...attempt, bundle: JobBundle, accepts: z.array(Jws).max(16), shares: z.array(SealedShare).max(16) }),
  z.strictObject({ type: z.literal('abort'), ...attempt, code: z.string().max(16), reason: z.string().max(512) }),
  z.strictObject({ type: z.literal('ack'), id: z.uuid() }),
]);
export type ToWorker = z.infer<typeof ToWorker>;

export const FromWorker = z.discriminatedUnion('type', [
  /** First message after every (re)connect: which attempts this worker still runs. */
  z.strictObject({ type: z.literal('hello'), ...report, sessions: z.array(z.strictObject(attempt)).max(256) }),
  z.strictObject({ type: z.literal('accept'), ...report, ...attempt, statement: Jws }),
  z.strictObject({ type: z.literal('refuse'), ...report, ...attempt, statement: Jws }),
  z.strictObject({ type: z.literal('running'), ...report, ...attempt }),
  /** A hint, a few times a second at most; those beyond that are acknowledged and forgotten. */
  z.strictObject({ type: z.literal('progress'), ...report, ...attempt, ...progressFields }).refine(withinBounds, 'no more is done than there is'),
  /** Links of this party, measured before anything is shared. */
  z.strictObject({ type: z.literal('measured'), ...report, ...attempt, roundTrips: RoundTrips }),
  z.strictObject({ type: z.literal('held'), ...report, ...attempt, plan: Digest }),
  z.strictObject({ type: z.literal('sealed'), ...report, ...attempt, shares: z.array(SealedShare).max(16) }),
  /** This party has opened what it had to open (and, as a receiver, has the result). */
  z.strictObject({ type: z.literal('finished'), ...report, ...attempt, receipt: Jws }),
  /** A receiver that is no party has reconstructed the result. */
  z.strictObject({ type: z.literal('delivered'), ...report, ...attempt }),
  /** Says what had left this party, of an attempt that the control plane gave up. */
  z.strictObject({ type: z.literal('stopped'), ...report, ...attempt, sharesSent: z.boolean() }),
  /** The word of this node that a duty of a released job was done. */
  z.strictObject({ type: z.literal('attested'), ...report, duty: z.string().regex(/^duty_[0-9a-f]{20}$/), statement: Jws }),
  z.strictObject({ type: z.literal('aborted'), ...report, ...attempt, code: z.string().regex(/^CS[0-9]{4}$/), reason: Line(512), blame: Name.optional(), sharesSent: z.boolean() }),
]);
export type FromWorker = z.infer<typeof FromWorker>;
