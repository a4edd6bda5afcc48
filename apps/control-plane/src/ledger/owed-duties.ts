import { type EntityManager } from 'typeorm';
import { dutyDigest, dutyIdOf } from '#verify';
import { type Job } from '../database/entities/jobs.js';
import { DutyRow } from '../database/entities/ledger.js';
import { databaseNow } from '../database/data-source.js';

/** From the release of `job` on its duties are owed: writes them, in the transaction that releases it. */
export async function oweDuties(manager: EntityManager, { id: jobId, digest: jobDigest, decision }: Pick<Job, 'id' | 'digest' | 'decision'>): Promise<void> {
  const duties = decision.obligations.duties ?? [];
  if (duties.length === 0) return;
  const owedSince = await databaseNow(manager);
  const rows = duties.map((duty): DutyRow => {
    const { kind, by, seconds, rule } = duty;
    const digest = dutyDigest(jobDigest, duty);
    return { id: dutyIdOf(digest), digest, jobId, kind, by: [...by], rule, owedSince, dueAt: new Date(owedSince.getTime() + seconds * 1_000), state: 'open' };
  });
  // Two sentences may come to the very same duty of one place only when they are one sentence.
  await manager.insert(DutyRow, [...new Map(rows.map((row) => [row.id, row])).values()]);
}
