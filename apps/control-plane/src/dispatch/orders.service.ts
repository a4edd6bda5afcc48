import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { isTerminal, type JobBundle, type ToWorker } from '#contract';
import { Job, SessionParty } from '../database/entities/jobs.js';
import { JobFacts } from '../jobs/job-facts.service.js';
import { remainingOf, withoutIt } from './vanishing.js';

export type Order = Extract<ToWorker, { readonly job: string } | { readonly type: 'sealed' }>;

/**
 * What every node of an attempt should have been told by now, read from the tables alone. So a restarted control plane, or another
 * one, goes on where the last stopped; what was told before may be told again, and workers take no notice.
 */
@Injectable()
export class Orders {
  constructor(
    private readonly dataSource: DataSource,
    private readonly facts: JobFacts,
  ) {}

  /** The orders of the attempt in hand by node id; of a job that is over, for those without whom it was released. */
  async of(jobId: string): Promise<{ readonly job: Job | null; readonly orders: ReadonlyMap<string, readonly Order[]> }> {
    const { manager } = this.dataSource;
    const job = await manager.findOneBy(Job, { id: jobId });
    if (!job || job.attempt === 0 || (isTerminal(job.state) && job.state !== 'released') || job.state === 'authorised' || job.state === 'needs_signatures') return { job, orders: new Map() };
    const parties = await manager.find(SessionParty, { where: { jobId, attempt: job.attempt, ...(job.state === 'released' && { status: 'vanished' }) }, order: { party: 'ASC' } });
    const bundle = once(() => this.facts.bundle(manager, job));
    const orders = new Map<string, readonly Order[]>();
    for (const party of parties) orders.set(party.nodeId, await ordersOf(job, party, parties, bundle));
    return { job, orders };
  }

  /** Jobs whose attempt in hand this node takes part in. */
  async openJobs(nodeId: string, manager: EntityManager = this.dataSource.manager): Promise<string[]> {
    const rows: { id: string }[] = await manager.query(
      `SELECT j.id FROM session_parties s JOIN jobs j ON j.id = s.job_id AND j.attempt = s.attempt
       WHERE s.node_id = $1 AND j.state IN ('offered', 'accepted', 'running', 'held') ORDER BY j.seq`,
      [nodeId],
    );
    return rows.map(({ id }) => id);
  }
}

async function ordersOf(job: Job, own: SessionParty, all: readonly SessionParty[], bundle: () => Promise<JobBundle>): Promise<Order[]> {
  const about = { job: job.id, attempt: job.attempt };
  const computing = all.filter(({ party }) => party !== null);
  const remaining = remainingOf(all);
  const accepts = computing.flatMap(({ accept }) => (accept ? [accept] : []));
  switch (own.status) {
    case 'offered': return job.state === 'offered' && job.acceptBy && job.endBy
      ? [{ type: 'offer', ...about, bundle: await bundle(), acceptBy: job.acceptBy.toISOString(), endBy: job.endBy.toISOString() }]
      : [];
    case 'accepted': return job.state === 'accepted' || job.state === 'running' ? [{ type: 'start', ...about, accepts }] : [];
    case 'held': return job.state === 'held' ? [{ type: 'open', ...about }] : [];
    case 'awaiting': {
      const shares = remaining.flatMap(({ sealed }) => sealed?.find(({ to }) => to === own.node) ?? []);
      return job.state === 'held' && shares.length === remaining.length ? [{ type: 'sealed', ...about, bundle: await bundle(), accepts, shares }] : [];
    }
    case 'vanished': return [withoutIt(about)];
    default: return [];
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
