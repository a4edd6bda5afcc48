import { jobIdOf, JobSpec, type ToWorker } from '#contract';
import { readStatement } from '#pqc';
import { jobDigestOf, verifyBundle, type VerifiedJob } from '#verify';
import { JobError } from './errors.js';
import type { WorkerContext } from './worker-context.js';

export type Offer = Extract<ToWorker, { type: 'offer' }>;

const LONGEST_SESSION_MS = 86_400_000;

/** How long the control plane gives the session, in its own time. */
export const remainingMs = ({ endBy }: Offer, { serviceClock }: Pick<WorkerContext, 'serviceClock'>): number =>
  Math.min(LONGEST_SESSION_MS, Math.max(1, Date.parse(endBy) - serviceClock().getTime()));

/** @throws JobError CS0742 once `instant` has passed */
export function checkTime(instant: string, { serviceClock }: Pick<WorkerContext, 'serviceClock'>): void {
  if (Date.parse(instant) <= serviceClock().getTime()) throw new JobError('CS0742', `the offer came after \`${instant}\``);
}

/** The digest of what is offered, unverified, if it is anything that could be a job of this name. */
export function claimedDigest({ job, bundle }: Offer): string | undefined {
  try {
    const digest = jobDigestOf(JobSpec.parse(readStatement(bundle.job).payload));
    return jobIdOf(digest) === job ? digest : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The job in an offer, verified for a party of it, with what was signed on this node against it even where the control plane left that out.
 * Remembers the keys seen. @throws VerificationError, JobError CS0742
 */
export function verifyOffer(offer: Offer, context: WorkerContext): VerifiedJob {
  const { home, clock, log } = context;
  checkTime(offer.acceptBy, context);
  checkTime(offer.endBy, context);
  const own = home.ownStatements(claimedDigest(offer) ?? '', clock());
  const { vetoes, withdrawals } = offer.bundle;
  const job = verifyBundle({ ...offer.bundle, vetoes: [...vetoes, ...own.vetoes], withdrawals: [...withdrawals, ...own.withdrawals] }, {
    pins: home.pins(), acceptedPolicies: home.acceptedPolicies(), now: clock(), counted: home.uses.counted(), as: { node: home.node.name, role: 'party' },
  });
  if (job.id !== offer.job) throw new JobError('CS0742', 'the offer names another job than the one it carries');
  rememberKeys(job, { home, clock, log });
  return job;
}

/** Pins the keys that a verified job brought along, with a line in the log for each. */
export function rememberKeys({ newPins }: Pick<VerifiedJob, 'newPins'>, { home, clock, log }: Pick<WorkerContext, 'home' | 'clock' | 'log'>): void {
  for (const [node, { approvalKid, linkKid, version }] of Object.entries(newPins)) log.info({ pinned: node, approvalKid, linkKid, version }, 'keys pinned');
  home.keepPins(newPins, clock());
}
