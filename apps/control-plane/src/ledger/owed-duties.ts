import { type EntityManager } from 'typeorm';
import { dutyDigest, dutyIdOf } from '#verify';
import { SessionParty, type Job } from '../database/entities/jobs.js';
import { DutyRow } from '../database/entities/ledger.js';
import { databaseNow } from '../database/data-source.js';
import { hasLeft } from '../dispatch/vanishing.js';

/** From the release of `job` on its duties are owed: writes them, in the transaction that releases it. */
export async function oweDuties(manager: EntityManager, { id: jobId, digest: jobDigest, decision, attempt }: Pick<Job, 'id' | 'digest' | 'decision' | 'attempt'>): Promise<void> {
  const duties = decision.obligations.duties ?? [];
  if (duties.length === 0) return;
  // Of a receiver that had held and then was no more heard of, nobody knows whether it opened.
  const hasNothing = ({ plan, vanishedCode }: SessionParty): boolean => plan === null || hasLeft(vanishedCode!);
  const empty = (await manager.findBy(SessionParty, { jobId, attempt, status: 'vanished' })).filter(hasNothing).map(({ node }) => node);
  const owedSince = await databaseNow(manager);
  const rows = duties.map((duty): DutyRow => {
    const { kind, by, seconds, rule } = duty;
    const digest = dutyDigest(jobDigest, duty);
    return { id: dutyIdOf(digest), digest, jobId, kind, by: kind === 'delete' ? by.filter((name) => !empty.includes(name)) : [...by], rule, owedSince, dueAt: new Date(owedSince.getTime() + seconds * 1_000), state: 'open' };
  });
  // Two sentences may come to the very same duty of one place only when they are one sentence.
  const owed = [...new Map(rows.map((row) => [row.id, row])).values()].filter(({ by }) => by.length > 0);
  if (owed.length > 0) await manager.insert(DutyRow, owed);
}
