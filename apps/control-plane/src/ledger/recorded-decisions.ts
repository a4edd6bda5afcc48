import { createHash } from 'node:crypto';
import { type EntityManager } from 'typeorm';
import { type Judgement } from '#verify';
import { type Job } from '../database/entities/jobs.js';
import { DecisionRow } from '../database/entities/ledger.js';

/**
 * Records a decision on a stored job, whose row the caller has locked, unless the last one said the same on the same facts; time alone is no new fact.
 * Answers with its number.
 */
export async function recordDecision(manager: EntityManager, { id, policyVersion }: Pick<Job, 'id' | 'policyVersion'>, { decision, job, facts, decidedBy }: Judgement): Promise<number> {
  const { outcome, summary, rules } = decision;
  const { now, ...known } = facts;
  const content = createHash('sha256').update(JSON.stringify([policyVersion, job, known, outcome, summary, rules, decidedBy])).digest();
  const [last]: { seq: string; content: Buffer }[] = await manager.query('SELECT seq, content FROM decisions WHERE job_id = $1 ORDER BY seq DESC LIMIT 1', [id]);
  if (last?.content.equals(content)) return Number(last.seq);
  const { raw } = await manager.createQueryBuilder().insert().into(DecisionRow)
    .values({ jobId: id, at: new Date(now), policyVersion, request: job, facts, outcome, summary, rules: [...rules], decidedBy, content }).returning('seq').execute();
  return Number((raw as { seq: string }[])[0].seq);
}
