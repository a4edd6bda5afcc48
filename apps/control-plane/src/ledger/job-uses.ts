import { type EntityManager } from 'typeorm';
import { isTerminal, type JobState } from '#contract';
import { type Job } from '../database/entities/jobs.js';
import { type HeldLimits } from './limit-counters.js';

/**
 * What a job draws on limits while it lives. Reserved when it is offered, charged before its result is opened, and given back only when no party contributed
 * a share: an attempt that nobody started for certain; one that was started when every party of it says so.
 */
export type UseEffect = 'reserve' | 'keep' | 'charge' | 'refund';

/** A session can have started from `accepted` on. */
const STARTED: readonly JobState[] = ['accepted', 'running', 'held'];

export function effectOn(from: JobState, to: JobState): UseEffect {
  if (to === 'offered') return 'reserve';
  if (to === 'held') return 'charge';
  // Offered again, it keeps its place.
  if (to === 'released' || STARTED.includes(to) || (from === 'offered' && to === 'authorised')) return 'keep';
  return STARTED.includes(from) ? 'charge' : 'refund';
}

/** With what a job is offered: the instant and the recorded decision that count, and the limits, locked. */
export interface Reservation {
  readonly at: Date;
  readonly decision: number;
  readonly limits: HeldLimits;
}

/** What a move of `job` means for what it draws, in the transaction of the move. */
export async function followUses(manager: EntityManager, { id }: Pick<Job, 'id'>, from: JobState, to: JobState, reservation: Reservation | undefined): Promise<void> {
  const effect = effectOn(from, to);
  if (effect === 'reserve') {
    if (!reservation) throw new Error('a job is offered with a reservation');
    return reserve(manager, id, reservation);
  }
  if (effect !== 'keep') await manager.query("UPDATE job_uses SET state = $2 WHERE job_id = $1 AND state = 'reserved'", [id, effect === 'charge' ? 'charged' : 'refunded']);
}

async function reserve(manager: EntityManager, id: string, { at, decision, limits }: Reservation): Promise<void> {
  await manager.query(
    `INSERT INTO job_uses (job_id, at, state, decision) VALUES ($1, $2, 'reserved', $3)
     ON CONFLICT (job_id) DO UPDATE SET at = excluded.at, state = excluded.state, decision = excluded.decision`,
    [id, at, decision],
  );
  // Of an earlier attempt, perhaps in an earlier period.
  await manager.query('DELETE FROM limit_draws WHERE job_id = $1', [id]);
  for (const { key, from, amount } of limits.all) await manager.query('INSERT INTO limit_draws (key, period_from, job_id, amount) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [key, from, id, amount]);
}

/** Gives back what an attempt was charged that ended before its outputs were held, once each of its parties has said that none of its shares left. */
export async function refundIfUnused(manager: EntityManager, { id, attempt, state }: Pick<Job, 'id' | 'attempt' | 'state'>): Promise<void> {
  if (!isTerminal(state) || state === 'released') return;
  await manager.query(
    `UPDATE job_uses SET state = 'refunded' WHERE job_id = $1 AND state = 'charged' AND NOT EXISTS (
       SELECT 1 FROM session_parties WHERE job_id = $1 AND attempt = $2 AND party IS NOT NULL AND (shares_sent IS DISTINCT FROM false OR status IN ('held', 'finished')))`,
    [id, attempt],
  );
}
