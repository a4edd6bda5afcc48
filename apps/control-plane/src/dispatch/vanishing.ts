import { type EntityManager } from 'typeorm';
import { type JobState, type ToWorker } from '#contract';
import { readStatement } from '#pqc';
import { goesOnWithout, suiteOfJob } from '#verify';
import { evidenceOf, recordLeaf } from '../audit/outbox.js';
import { CONTROL_PLANE } from '../auth/caller.js';
import { type Job, SessionParty } from '../database/entities/jobs.js';
import { notify } from '../database/signals.js';

/** All have accepted, so that parties can have shared their inputs, and nothing is over. */
const UNDER_WAY: readonly JobState[] = ['accepted', 'running', 'held'];

/** Why a worker says that a session is over of which it cannot know whether the others go on: its process ended, or it was itself stopped or started again. */
const LEFT = ['CS0734', 'CS0744'];

/** Whether a worker that gives a session up for this reason leaves it to the others, which may go on. */
export const hasLeft = (code: string): boolean => LEFT.includes(code);

/** What is said to a worker that the session of its attempt goes on without. */
export const withoutIt = ({ job, attempt }: { readonly job: string; readonly attempt: number }): Extract<ToWorker, { type: 'abort' }> =>
  ({ type: 'abort', job, attempt, code: 'CS0682', reason: 'the other parties went on without this node' });

/** The parties that compute and have not vanished. */
export const remainingOf = (rows: readonly SessionParty[]): SessionParty[] => rows.filter(({ party, status }) => party !== null && status !== 'vanished');

/**
 * Lets the session of `job`, whose row is locked, go on without parties that are gone for good: writes who, when and why, and a leaf for each. Returns false, and does
 * nothing, where it cannot: not all have accepted, one of them had not begun, its suite takes more parties than are left, or no receiver is. Whether inputs were shared the
 * others find out: they end the session if they were not. A party that vanished does not come back into it.
 */
export async function goOnWithout(manager: EntityManager, job: Job, gone: readonly string[], code: string): Promise<boolean> {
  if (!UNDER_WAY.includes(job.state)) return false;
  const rows = await manager.find(SessionParty, { where: { jobId: job.id, attempt: job.attempt }, order: { party: 'ASC' } });
  const named = rows.filter(({ party, node }) => party !== null && gone.includes(node));
  // Of those that vanished or finished since somebody looked, nobody waits for anything.
  const leaving = named.filter(({ status }) => status !== 'vanished' && status !== 'finished');
  if (named.length !== gone.length || leaving.some(({ status }) => status !== 'running' && status !== 'held')) return false;
  if (leaving.length === 0) return true;
  const before = rows.filter(({ status }) => status === 'vanished').map(({ node }) => node);
  if (!goesOnWithout(job.spec, new Set([...before, ...gone]))) return false;
  for (const { jobId, attempt, nodeId, accept } of leaving) {
    await manager.update(SessionParty, { jobId, attempt, nodeId }, { status: 'vanished', vanishedCode: code, vanishedAt: () => 'clock_timestamp()', updatedAt: () => 'clock_timestamp()' } as never);
    await recordLeaf(manager, {
      type: 'session.vanished', actor: CONTROL_PLANE, subject: { id: jobId, kind: 'job' }, attempt: String(attempt), party: nodeId, suite: suiteOfJob(job.spec), outcome: code, req: job.digest,
      evidence: [evidenceOf('accept', readStatement(accept!).kid, accept!)],
    });
  }
  notify(manager, { of: 'job', id: job.id });
  return true;
}
