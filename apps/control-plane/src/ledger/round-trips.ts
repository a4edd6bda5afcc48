import { type EntityManager } from 'typeorm';
import { type LinkView, type Receipt } from '#contract';
import { type Job } from '../database/entities/jobs.js';

/** Keeps what a party measured, in place of what it measured before; of other parties only, whatever it says. */
export async function recordRoundTrips(manager: EntityManager, job: Job, measuredBy: string, roundTrips: NonNullable<Receipt['roundTrips']>): Promise<void> {
  for (const { node, microseconds } of roundTrips.filter(({ node }) => node !== measuredBy && job.spec.parties.includes(node))) {
    await manager.query(
      `INSERT INTO link_round_trips (measured_by, peer, microseconds, measured_at, job_id) VALUES ($1, $2, $3, clock_timestamp(), $4)
       ON CONFLICT (measured_by, peer) DO UPDATE SET microseconds = excluded.microseconds, measured_at = excluded.measured_at, job_id = excluded.job_id`,
      [measuredBy, node, microseconds, job.id],
    );
  }
}

export async function roundTrips(manager: EntityManager): Promise<LinkView[]> {
  const rows: { measured_by: string; peer: string; microseconds: number; measured_at: Date; job_id: string }[] = await manager.query('SELECT * FROM link_round_trips ORDER BY measured_by, peer');
  return rows.map(({ measured_by, peer, microseconds, measured_at, job_id }) => ({ measuredBy: measured_by, peer, microseconds, at: measured_at.toISOString(), job: job_id }));
}
