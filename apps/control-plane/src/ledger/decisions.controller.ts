import { Controller, Get } from '@nestjs/common';
import { DataSource, In, MoreThan } from 'typeorm';
import { type z } from 'zod';
import { DecisionQuery, DecisionRecord, pageOf } from '#contract';
import { Policy } from '../database/entities/policies.js';
import { DecisionRow } from '../database/entities/ledger.js';
import { ParsedQuery, Route } from '../http/operation.js';
import { pageOfRows, placeIn, type Page } from '../http/page.js';

/** What was decided on stored jobs, and from what. */
@Controller('v1/decisions')
export class RecordedDecisionsController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @Route({ summary: 'Decisions on stored jobs with their facts, oldest first', access: 'read', query: DecisionQuery, reply: pageOf(DecisionRecord) })
  async list(@ParsedQuery() { limit, after, job }: z.infer<typeof DecisionQuery>): Promise<Page<DecisionRecord>> {
    const { manager } = this.dataSource;
    const rows = await manager.find(DecisionRow, { where: { ...(after === undefined ? {} : { seq: MoreThan(placeIn(after)) }), ...(job === undefined ? {} : { jobId: job }) }, order: { seq: 'ASC' }, take: limit + 1 });
    const policies = await manager.find(Policy, { select: { version: true, digest: true }, where: { version: In([...new Set(rows.map(({ policyVersion }) => policyVersion))]) } });
    const digests = new Map(policies.map(({ version, digest }) => [version, digest]));
    return pageOfRows(rows, limit, (row) => viewOf(row, digests.get(row.policyVersion)!), ({ seq }) => String(seq));
  }
}

const viewOf = ({ seq, jobId, at, policyVersion, request, facts, outcome, summary, rules, decidedBy }: DecisionRow, digest: string): DecisionRecord => ({
  seq, job: jobId, at: at.toISOString(), policy: { version: policyVersion, digest }, request, facts, outcome, summary, rules, decidedBy,
});
