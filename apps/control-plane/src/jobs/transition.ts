import { type EntityManager } from 'typeorm';
import { TRANSITIONS, type JobState } from '#contract';
import { type LeafType } from '#tlog';
import { type LeafActor, type LeafEvidence } from '../audit/leaf-draft.js';
import { recordLeaf } from '../audit/outbox.js';
import { noteTransition } from '../database/commit-hooks.js';
import { Job, JobEventRow } from '../database/entities/jobs.js';
import { notify } from '../database/signals.js';
import { oweDuties } from '../ledger/owed-duties.js';
import { followUses, type Reservation } from '../ledger/job-uses.js';
import { transitionName } from './crash-points.js';

/** Somebody else moved the job first: look again. */
export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition';
  readonly code = 'CS0420';
  constructor(readonly job: string, readonly from: JobState, readonly to: JobState) {
    super(`job \`${job}\` is \`${from}\` and cannot become \`${to}\``);
  }
}

export interface TransitionFacts {
  readonly actor: LeafActor;
  /** Why, for every exit but `released`. */
  readonly code?: string;
  readonly reason?: string;
  readonly evidence?: readonly LeafEvidence[];
  /** Of a job that is offered. */
  readonly reservation?: Reservation;
  /** Columns that change with the state. */
  readonly change?: Partial<Pick<Job, 'attempt' | 'decision' | 'waitingFor' | 'acceptBy' | 'endBy'>>;
}

const LEAF_TYPES: Readonly<Record<JobState, LeafType>> = {
  submitted: 'job.submitted', needs_signatures: 'job.needs_signatures', authorised: 'job.authorised', denied: 'job.denied', expired: 'job.expired',
  superseded: 'job.superseded', refused: 'job.refused', cancelled: 'job.cancelled',
  offered: 'session.offered', accepted: 'session.accepted', running: 'session.started', held: 'session.held', released: 'session.released', aborted: 'session.aborted',
};

/** The job under a row lock that holds until the transaction of `manager` ends; undefined when there is none. */
export function lockJob(manager: EntityManager, id: string): Promise<Job | null> {
  return manager.findOne(Job, { where: { id }, lock: { mode: 'pessimistic_write' } });
}

/** Stores a new job as `submitted`. Its digest is unused: the caller looked under the same transaction. */
export async function begin(manager: EntityManager, job: Omit<Job, 'seq' | 'state' | 'attempt' | 'eventCount' | 'code' | 'reason' | 'acceptBy' | 'endBy' | 'createdAt' | 'updatedAt'>, facts: Pick<TransitionFacts, 'actor' | 'evidence'>): Promise<Job> {
  await manager.insert(Job, { ...job, state: 'submitted', attempt: 0, eventCount: 0 });
  const row = await manager.findOneByOrFail(Job, { id: job.id });
  await recordStep(manager, row, undefined, facts);
  return row;
}

/**
 * Moves `job` to `to` and returns it as it is then. The only place where a job's state changes: locks the row, checks that the move is
 * legal, and writes state, event, audit leaf and what it means for limits and duties in the transaction of `manager`; listeners are woken by its commit.
 * @throws IllegalTransition when the locked row is in a state that does not lead to `to`
 */
export async function transition(manager: EntityManager, job: Pick<Job, 'id'>, to: JobState, facts: TransitionFacts): Promise<Job> {
  const row = await lockJob(manager, job.id);
  if (!row) throw new Error(`job \`${job.id}\` vanished`);
  const from = row.state;
  if (!TRANSITIONS[from].includes(to)) throw new IllegalTransition(row.id, from, to);
  Object.assign(row, facts.change, { state: to, code: facts.code ?? null, reason: facts.reason ?? null });
  if (to === 'released') await oweDuties(manager, row);
  await followUses(manager, row, from, to, facts.reservation);
  await recordStep(manager, row, from, facts);
  return row;
}

// INVARIANT: one leaf and one event per transition, in the transition's own transaction.
async function recordStep(manager: EntityManager, row: Job, from: JobState | undefined, facts: TransitionFacts): Promise<void> {
  row.eventCount += 1;
  row.updatedAt = new Date();
  const { id, state, attempt, eventCount, code, reason, decision, waitingFor, acceptBy, endBy } = row;
  await manager.update(Job, { id }, { state, attempt, eventCount, code, reason, decision, waitingFor, acceptBy, endBy, updatedAt: () => 'clock_timestamp()' });
  await manager.insert(JobEventRow, { jobId: id, seq: eventCount, from: from ?? null, to: state, attempt, code, reason });
  await recordLeaf(
    manager,
    {
      type: LEAF_TYPES[state],
      actor: facts.actor,
      subject: { id, kind: 'job' },
      ...(from ? { from } : {}),
      to: state,
      ...(attempt > 0 ? { attempt: String(attempt) } : {}),
      ...(code ? { outcome: code } : {}),
      req: row.digest,
      ...(facts.evidence?.length ? { evidence: facts.evidence } : {}),
    },
    reason ? { reason } : undefined,
  );
  notify(manager, { of: 'job', id });
  noteTransition(manager.queryRunner, transitionName(from, state));
}
