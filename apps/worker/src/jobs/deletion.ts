import { dutyDigest, dutyIdOf, type VerifiedJob } from '#verify';
import type { Deletion } from '../node-home/deletions.js';
import { RECEIPT_VALID_MS, signAs } from './statements.js';
import type { WorkerContext } from './worker-context.js';

/** The time counts from the release, which follows the arrival of the result here; a worker is this much early, so that its word is not late. */
const EARLY_MS = 60_000;

/** When this node must delete the result of a job that it receives now, by each sentence that says so. */
export function deletionsOf({ id, digest, decision }: Pick<VerifiedJob, 'id' | 'digest' | 'decision'>, node: string, now: Date): Deletion[] {
  const duties = (decision.obligations.duties ?? []).filter(({ kind, by }) => kind === 'delete' && by.includes(node));
  return duties.map((duty) => ({
    job: id, jobDigest: digest, duty: dutyDigest(digest, duty),
    deleteAt: new Date(now.getTime() + duty.seconds * 1_000 - Math.min(EARLY_MS, duty.seconds * 100)).toISOString(),
  }));
}

/** Deletes the results whose time has come, and says so under the node's signature. Done twice, it changes nothing. */
export function deleteDue({ home, clock, report, log }: Pick<WorkerContext, 'home' | 'clock' | 'report' | 'log'>): void {
  const now = clock();
  for (const { job, jobDigest, duty } of home.deletions.due(now)) {
    home.deleteResult(job);
    const statement = signAs({ type: 'attestation', job: jobDigest, duty }, { node: home.node.name, key: home.keys.approval, now, validMs: RECEIPT_VALID_MS });
    report({ type: 'attested', duty: dutyIdOf(duty), statement });
    home.deletions.done(duty);
    log.info({ job, duty: dutyIdOf(duty) }, 'result deleted');
  }
}
