import { type EntityManager } from 'typeorm';
import { drawnOn, sumOfDecimals, type Limit, type LimitUse, type PolicyJob } from '#policy';

type Counted = Omit<Limit, 'amount'>;

/** Limits whose counters the transaction has locked: what is read of them now holds until it ends. */
export interface HeldLimits {
  readonly all: readonly Limit[];
}

/**
 * Locks the counters of `limits`, each only if nobody else has it: undefined when somebody does, and the caller turns to another job instead of
 * waiting. A counter that is new, or from under an earlier policy, counts the jobs that were dispatched in its period before, whatever policy was in
 * force then: one in between may have had no such limit.
 */
export async function holdLimits(manager: EntityManager, limits: readonly Limit[]): Promise<HeldLimits | undefined> {
  for (const limit of limits) {
    const counter = (await lockCounter(manager, limit)) ?? ((await openCounter(manager, limit)) ? await lockCounter(manager, limit) : undefined);
    if (!counter) return undefined;
    if (!counter.whole) await recount(manager, limit);
  }
  return { all: limits };
}

/** Counted since the policy in force is. */
const IS_WHOLE = 'counted_since >= (SELECT max(in_force_at) FROM policies) IS TRUE';

async function lockCounter(manager: EntityManager, { key, from }: Limit): Promise<{ readonly whole: boolean } | undefined> {
  const [row]: { whole: boolean }[] = await manager.query(`SELECT (${IS_WHOLE}) AS whole FROM limit_counters WHERE key = $1 AND period_from = $2 FOR UPDATE SKIP LOCKED`, [key, from]);
  return row;
}

/** Makes the counter unless it is there; false when another control plane is at it, or holds it. */
async function openCounter(manager: EntityManager, limit: Limit): Promise<boolean> {
  const { key, from, until } = limit;
  const known: unknown[] = await manager.query('SELECT 1 FROM limit_counters WHERE key = $1 AND period_from = $2', [key, from]);
  if (known.length > 0) return false;
  const [{ mine }]: { mine: boolean }[] = await manager.query('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS mine', [`limit ${key}`]);
  if (!mine) return false;
  // Whoever made it meanwhile has committed, or it would still hold the advisory lock.
  const made: unknown[] = await manager.query('INSERT INTO limit_counters (key, period_from, period_until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING key', [key, from, until]);
  if (made.length > 0) await recount(manager, limit);
  return true;
}

/** Of a locked counter. */
async function recount(manager: EntityManager, limit: Limit): Promise<void> {
  const { key, from } = limit;
  const drawn = await drawnBefore(manager, limit);
  await manager.query('DELETE FROM limit_draws WHERE key = $1 AND period_from = $2', [key, from]);
  await manager.query('INSERT INTO limit_draws (key, period_from, job_id, amount) SELECT $1, $2, * FROM unnest($3::text[], $4::numeric[])', [key, from, drawn.map(({ job }) => job), drawn.map(({ amount }) => amount)]);
  await manager.query('UPDATE limit_counters SET counted_since = clock_timestamp() WHERE key = $1 AND period_from = $2', [key, from]);
}

async function isCounted(manager: EntityManager, { key, from }: Counted): Promise<boolean> {
  const rows: unknown[] = await manager.query(`SELECT 1 FROM limit_counters WHERE key = $1 AND period_from = $2 AND ${IS_WHOLE}`, [key, from]);
  return rows.length > 0;
}

/** What jobs that were dispatched in the period of a limit draw on it, by what was recorded when they were. */
async function drawnBefore(manager: EntityManager, limit: Counted): Promise<{ readonly job: string; readonly amount: string }[]> {
  const rows: { job_id: string; at: Date; request: PolicyJob }[] = await manager.query(
    "SELECT u.job_id, u.at, d.request FROM job_uses u JOIN decisions d ON d.seq = u.decision WHERE u.at >= $1 AND u.at < $2 AND u.state <> 'refunded'",
    [limit.from, limit.until],
  );
  return rows.flatMap(({ job_id: job, at, request }) => {
    const amount = drawnOn(limit, request, at.toISOString());
    return amount === undefined ? [] : [{ job, amount }];
  });
}

/** What other jobs than `exceptJob` have used of `limits`, reserved or charged. Locks nothing; exact. */
export async function usesOf(manager: EntityManager, limits: readonly Counted[], exceptJob = ''): Promise<LimitUse[]> {
  const uses: LimitUse[] = [];
  for (const limit of limits) uses.push({ key: limit.key, used: await usedOf(manager, limit, exceptJob) });
  return uses;
}

async function usedOf(manager: EntityManager, limit: Counted, exceptJob: string): Promise<string> {
  if (!(await isCounted(manager, limit))) {
    const drawn = await drawnBefore(manager, limit);
    return drawn.filter(({ job }) => job !== exceptJob).reduce((sum, { amount }) => sumOfDecimals(sum, amount), '0');
  }
  const [{ used }]: { used: string }[] = await manager.query(
    `SELECT trim_scale(coalesce(sum(d.amount), 0))::text AS used FROM limit_draws d JOIN job_uses u USING (job_id)
     WHERE d.key = $1 AND d.period_from = $2 AND u.state <> 'refunded' AND d.job_id <> $3`,
    [limit.key, limit.from, exceptJob],
  );
  return used;
}
