import { type EntityManager } from 'typeorm';
import { dutyDigest, dutyIdOf } from '#verify';
import { JobEventRow, SessionParty, type Job } from '../database/entities/jobs.js';
import { DutyRow } from '../database/entities/ledger.js';
import { databaseNow } from '../database/data-source.js';

/** From the release of `job` on its duties are owed: writes them, in the transaction that releases it. */
export async function oweDuties(manager: EntityManager, { id: jobId, digest: jobDigest, decision, attempt }: Pick<Job, 'id' | 'digest' | 'decision' | 'attempt'>): Promise<void> {
  const duties = decision.obligations.duties ?? [];
  if (duties.length === 0) return;
  const spared = await withoutResult(manager, jobId, attempt);
  const owedSince = await databaseNow(manager);
  const rows = duties.map((duty): DutyRow => {
    const { kind, by, seconds, rule } = duty;
    const digest = dutyDigest(jobDigest, duty);
    return { id: dutyIdOf(digest), digest, jobId, kind, by: kind === 'delete' ? by.filter((name) => !spared.includes(name)) : [...by], rule, owedSince, dueAt: new Date(owedSince.getTime() + seconds * 1_000), state: 'open' };
  });
  // Two sentences may come to the very same duty of one place only when they are one sentence.
  const owed = [...new Map(rows.map((row) => [row.id, row])).values()].filter(({ by }) => by.length > 0);
  if (owed.length > 0) await manager.insert(DutyRow, owed);
}

/**
 * Receivers that vanished and have nothing to delete: those that had not held the outputs, or were gone before anybody was told to open them. From then on the shares of the
 * others go to a receiver straight, whatever the control plane hears of it: it may have the result.
 */
async function withoutResult(manager: EntityManager, jobId: string, attempt: number): Promise<string[]> {
  const vanished = await manager.findBy(SessionParty, { jobId, attempt, status: 'vanished' });
  if (vanished.length === 0) return [];
  const held = await manager.findOneBy(JobEventRow, { jobId, attempt, to: 'held' });
  return vanished.filter(({ plan, vanishedAt }) => plan === null || !held || vanishedAt === null || vanishedAt < held.at).map(({ node }) => node);
}
