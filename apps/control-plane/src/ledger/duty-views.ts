import { type EntityManager, In } from 'typeorm';
import { type z } from 'zod';
import { type DutyQuery, type DutyView } from '#contract';
import { DutyAttestation, DutyRow } from '../database/entities/ledger.js';
import { pageOfRows, type Page } from '../http/page.js';
import { Problem } from '../http/problem.js';

/** Of all jobs, the first that are due first. */
export async function dutyPage(manager: EntityManager, { limit, after, state, by, job }: z.infer<typeof DutyQuery>): Promise<Page<DutyView>> {
  const query = manager.createQueryBuilder(DutyRow, 'duty').orderBy('duty.dueAt').addOrderBy('duty.id').take(limit + 1);
  if (after !== undefined) query.andWhere('(duty.dueAt, duty.id) > (:dueAt::timestamptz, :id)', placeOf(after));
  if (state) query.andWhere('duty.state = :state', { state });
  if (by) query.andWhere('duty.by @> ARRAY[:by]::text[]', { by });
  if (job) query.andWhere('duty.jobId = :job', { job });
  const rows = await query.getMany();
  const views = new Map((await viewsOf(manager, rows.slice(0, limit))).map((view) => [view.id, view]));
  return pageOfRows(rows, limit, ({ id }) => views.get(id)!, ({ dueAt, id }) => `${dueAt.toISOString()}/${id}`);
}

export async function dutiesOf(manager: EntityManager, jobs: readonly string[]): Promise<DutyView[]> {
  return viewsOf(manager, await manager.find(DutyRow, { where: { jobId: In([...jobs]) }, order: { dueAt: 'ASC', id: 'ASC' } }));
}

export async function dutyOf(manager: EntityManager, id: string): Promise<DutyView | undefined> {
  return (await viewsOf(manager, await manager.findBy(DutyRow, { id })))[0];
}

async function viewsOf(manager: EntityManager, rows: readonly DutyRow[]): Promise<DutyView[]> {
  if (rows.length === 0) return [];
  const attestations = await manager.find(DutyAttestation, { where: { dutyId: In(rows.map(({ id }) => id)) }, order: { recordedAt: 'ASC' } });
  return rows.map(({ id, digest, jobId, kind, by, rule, owedSince, dueAt, state }) => ({
    id, digest, job: jobId, kind, by, rule, owedSince: owedSince.toISOString(), dueAt: dueAt.toISOString(), state,
    attestations: attestations.filter(({ dutyId }) => dutyId === id).map(({ signer, recordedAt, digest: statement, note }) => ({ signer, at: recordedAt.toISOString(), statement, ...(note === null ? {} : { note }) })),
  }));
}

function placeOf(after: string): { readonly dueAt: string; readonly id: string } {
  const [, dueAt, id] = /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z)\/(duty_[0-9a-f]{20})$/.exec(after) ?? [];
  if (dueAt === undefined) throw new Problem(400, 'CS0400', '`after` is no place in this list');
  return { dueAt, id };
}
