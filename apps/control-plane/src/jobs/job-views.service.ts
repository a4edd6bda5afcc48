import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, Not, type EntityManager } from 'typeorm';
import { type z } from 'zod';
import { Receipt, type JobEvent, type JobQuery, type JobView, type ProgressView, type ReceiptView } from '#contract';
import { readStatement } from '#pqc';
import { Job, JobEventRow, JobStatement, SessionParty } from '../database/entities/jobs.js';
import { notFound } from '../http/problem.js';
import { dutiesOf } from '../ledger/duty-views.js';
import { pageOfRows, placeIn, type Page } from '../http/page.js';

/** Jobs as everybody who may read sees them. */
@Injectable()
export class JobViews {
  constructor(private readonly dataSource: DataSource) {}

  async show(id: string): Promise<JobView> {
    const job = await this.dataSource.manager.findOneBy(Job, { id });
    if (!job) throw notFound('job', id);
    return (await this.views([job]))[0];
  }

  /** Newest first. */
  async list({ limit, after, state, requester, waitingFor }: z.infer<typeof JobQuery>): Promise<Page<JobView>> {
    const query = this.dataSource.manager.createQueryBuilder(Job, 'job').orderBy('job.seq', 'DESC').take(limit + 1);
    if (after !== undefined) query.andWhere('job.seq < :after', { after: placeIn(after) });
    if (state) query.andWhere('job.state = :state', { state });
    if (requester) query.andWhere('job.requester = :requester', { requester });
    if (waitingFor) query.andWhere("job.state = 'needs_signatures' AND job.waitingFor @> ARRAY[:waitingFor]::text[]", { waitingFor });
    const rows = await query.getMany();
    const views = new Map((await this.views(rows.slice(0, limit))).map((view) => [view.id, view]));
    return pageOfRows(rows, limit, (row) => views.get(row.id)!, (row) => String(row.seq));
  }

  async events(id: string, afterSeq: number): Promise<JobEvent[]> {
    const rows = await this.dataSource.manager.createQueryBuilder(JobEventRow, 'event').where('event.jobId = :id AND event.seq > :afterSeq', { id, afterSeq }).orderBy('event.seq').getMany();
    return rows.map(eventView);
  }

  /** How far each node of the attempt in hand is, but for those that it goes on without. */
  async progress(id: string): Promise<z.infer<typeof ProgressView>[]> {
    const job = await this.dataSource.manager.findOneBy(Job, { id });
    return job ? progressOf(await this.dataSource.manager.findBy(SessionParty, { jobId: id, attempt: job.attempt, progress: Not(IsNull()) })) : [];
  }

  private async views(jobs: readonly Job[]): Promise<JobView[]> {
    if (jobs.length === 0) return [];
    const { manager } = this.dataSource;
    const jobId = In(jobs.map(({ id }) => id));
    const [events, statements, sessions, policies, duties] = await Promise.all([
      manager.find(JobEventRow, { where: { jobId }, order: { seq: 'ASC' } }),
      manager.find(JobStatement, { where: { jobId }, order: { recordedAt: 'ASC' } }),
      manager.find(SessionParty, { where: { jobId }, order: { attempt: 'ASC', party: 'ASC' } }),
      this.policyDigests(manager, jobs),
      dutiesOf(manager, jobs.map(({ id }) => id)),
    ]);
    return jobs.map((job) => ({
      id: job.id, digest: job.digest, state: job.state, attempt: job.attempt,
      ...(job.code ? { code: job.code } : {}), ...(job.reason ? { reason: job.reason } : {}),
      spec: job.spec, statement: job.statement,
      policy: { version: job.policyVersion, digest: policies.get(job.policyVersion) ?? job.spec.policy },
      decision: job.decision,
      signatures: statements.filter((row) => row.jobId === job.id).map(signatureView),
      duties: duties.filter((duty) => duty.job === job.id),
      receipts: sessions.filter((row) => row.jobId === job.id).flatMap(receiptView),
      ...vanishedOf(sessions.filter((row) => row.jobId === job.id)),
      history: events.filter((row) => row.jobId === job.id).map(eventView),
      progress: progressOf(sessions.filter((row) => row.jobId === job.id && row.attempt === job.attempt)),
      createdAt: job.createdAt.toISOString(), updatedAt: job.updatedAt.toISOString(),
    }));
  }

  private async policyDigests(manager: EntityManager, jobs: readonly Job[]): Promise<Map<number, string>> {
    const rows: { version: number; digest: string }[] = await manager.query('SELECT version, digest FROM policies WHERE version = ANY($1)', [[...new Set(jobs.map(({ policyVersion }) => policyVersion))]]);
    return new Map(rows.map(({ version, digest }) => [version, digest]));
  }
}

const eventView = (row: JobEventRow): JobEvent => ({
  seq: row.seq, at: row.at.toISOString(), ...(row.from ? { from: row.from } : {}), to: row.to, attempt: row.attempt,
  ...(row.code ? { code: row.code } : {}), ...(row.reason ? { reason: row.reason } : {}),
});

const signatureView = (row: JobStatement) => ({ kind: row.kind, signer: row.signer, kid: row.kid, at: row.recordedAt.toISOString(), expiresAt: row.expiresAt.toISOString(), statement: row.digest });

function receiptView({ node, receipt }: SessionParty): z.infer<typeof ReceiptView>[] {
  if (!receipt) return [];
  const { attempt, plan, transcript, bytesSent, bytesReceived, rounds, offlineMs, onlineMs, roundTrips, drawn, correlations, without } = Receipt.parse(readStatement(receipt).payload);
  return [{ node, attempt, plan, transcript, bytesSent, bytesReceived, rounds, offlineMs, onlineMs, ...(roundTrips ? { roundTrips } : {}), ...(drawn ? { drawn } : {}), ...(correlations ? { correlations } : {}), ...(without ? { without } : {}), statement: receipt }];
}

function vanishedOf(rows: readonly SessionParty[]): Pick<JobView, 'vanished'> {
  const vanished = rows.flatMap(({ node, attempt, vanishedAt, vanishedCode }) => (vanishedAt && vanishedCode ? [{ node, attempt, at: vanishedAt.toISOString(), code: vanishedCode }] : []));
  return vanished.length > 0 ? { vanished } : {};
}

const progressOf = (rows: readonly SessionParty[]): z.infer<typeof ProgressView>[] => rows.flatMap(({ node, progress, status }) => (progress && status !== 'vanished' ? [{ node, ...progress }] : []));
