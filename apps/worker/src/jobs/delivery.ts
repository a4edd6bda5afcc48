import { Accept, type ToWorker } from '#contract';
import { readStatement } from '#pqc';
import { decodeResult } from '#program';
import { planVerified, verifyAccepts, verifyBundle } from '#verify';
import { deletionsOf } from './deletion.js';
import { JobError } from './errors.js';
import { rememberKeys } from './offer.js';
import { openShares } from './sealed-shares.js';
import type { WorkerContext } from './worker-context.js';

export type SealedDelivery = Extract<ToWorker, { type: 'sealed' }>;

/**
 * When the last party accepted, at most now: the job is verified as of then, since what was valid when the parties agreed may expire while
 * they compute.
 */
function agreedAt(accepts: readonly string[], now: Date): Date {
  const instants = accepts.map((accept) => Date.parse(Accept.parse(readStatement(accept).payload).issuedAt));
  return new Date(Math.min(now.getTime(), Math.max(...instants)));
}

/**
 * At a receiver that is no party: verifies the job and the parties' Accepts, derives the plan itself, adds up the shares and keeps the result.
 * @throws VerificationError, PlanError, JobError CS0745, SealError
 */
export function deliver({ job: id, attempt, bundle, accepts, shares }: SealedDelivery, { home, clock, log }: Pick<WorkerContext, 'home' | 'clock' | 'log'>): void {
  const { name } = home.node;
  const now = agreedAt(accepts, clock());
  const job = verifyBundle(bundle, { pins: home.pins(), acceptedPolicies: home.acceptedPolicies(), now, counted: home.uses.counted(), as: { node: name, role: 'receiver' } });
  if (job.id !== id) throw new JobError('CS0742', 'the delivery names another job than the one it carries');
  const { plan } = planVerified(job, verifyAccepts(accepts, job, { attempt, now }).rows);
  if (plan.parties.includes(name)) throw new JobError('CS0745', `\`${name}\` is a party of this job and gets its result in the session`);
  const started = performance.now();
  const outputs = openShares(shares, { job: id, jobDigest: job.digest, attempt, to: name, plan, key: home.keys.sealing, approvalKeyOf: (party) => job.nodes.get(party)!.keys.approval });
  try {
    rememberKeys(job, { home, clock, log });
    const received = shares.reduce((sum, { ciphertext }) => sum + Math.floor((ciphertext.length * 3) / 4), 0);
    home.keepResult({
      job: id, result: { ...decodeResult(plan, outputs) }, suite: plan.suite, rounds: 0, bytes: { sent: 0, received },
      seconds: { offline: 0, online: 0, total: (performance.now() - started) / 1000 }, at: clock().toISOString(),
    }, deletionsOf(job, name, clock()));
  } finally {
    for (const vector of outputs.values()) vector.fill(0n);
  }
}
