import { type EntityManager } from 'typeorm';
import { lineOf, type JobState } from '#contract';
import { type Decision } from '#policy';
import { type Judgement } from '#verify';
import { type LeafActor, type LeafEvidence } from '../audit/leaf-draft.js';
import { CONTROL_PLANE } from '../auth/caller.js';
import { Job } from '../database/entities/jobs.js';
import { notify } from '../database/signals.js';
import { recordDecision } from '../ledger/recorded-decisions.js';
import { transition } from './transition.js';

const DECIDED: Readonly<Record<Decision['outcome'], JobState>> = { allow: 'authorised', deny: 'denied', needs_signatures: 'needs_signatures' };

/** The job as it is after this decision, which is recorded and replaces the one before. The caller holds the row's lock; the job has not been offered. */
export async function settle(manager: EntityManager, job: Job, judgement: Judgement, cause: { readonly actor?: LeafActor; readonly evidence?: readonly LeafEvidence[] } = {}): Promise<Job> {
  await recordDecision(manager, job, judgement);
  const { decision } = judgement;
  const change = { decision, waitingFor: decision.outcome === 'needs_signatures' ? [...decision.canSign] : [] };
  const to = DECIDED[decision.outcome];
  if (to === job.state) {
    await manager.update(Job, { id: job.id }, { ...change, updatedAt: () => 'clock_timestamp()' });
    notify(manager, { of: 'job', id: job.id });
    return { ...job, ...change };
  }
  return transition(manager, job, to, {
    actor: cause.actor ?? CONTROL_PLANE,
    change,
    ...(cause.evidence ? { evidence: cause.evidence } : {}),
    ...(to === 'denied' ? { code: 'CS0300', reason: lineOf(decision.summary, 512) } : {}),
  });
}
