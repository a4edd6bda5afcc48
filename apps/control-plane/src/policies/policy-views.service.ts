import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { type z } from 'zod';
import { type PageQuery, type PolicyView, type StandingView } from '#contract';
import { type PolicyStatement, Policy } from '../database/entities/policies.js';
import { pageOfRows, type Page } from '../http/page.js';
import { notFound } from '../http/problem.js';
import { bundleOf, PolicyBook } from './policy-book.service.js';
import { Quorum } from './quorum.service.js';

/** Policies as everybody who may read sees them. */
@Injectable()
export class PolicyViews {
  constructor(
    private readonly dataSource: DataSource,
    private readonly book: PolicyBook,
    private readonly quorum: Quorum,
  ) {}

  async list(query: z.infer<typeof PageQuery>): Promise<Page<PolicyView>> {
    const { manager } = this.dataSource;
    const after = Number(query.after ?? 0);
    const rows = await manager.find(Policy, { where: Number.isSafeInteger(after) ? { version: MoreThan(after) } : {}, order: { version: 'ASC' }, take: query.limit + 1 });
    const current = await this.book.newest(manager);
    const views = new Map<number, PolicyView>();
    for (const row of rows) views.set(row.version, await this.view(manager, row, current));
    return pageOfRows(rows, query.limit, ({ version }) => views.get(version)!, ({ version }) => String(version));
  }

  async current(): Promise<PolicyView> {
    const { manager } = this.dataSource;
    const row = await this.book.inForce(manager);
    return this.view(manager, row, row);
  }

  async version(version: string): Promise<PolicyView> {
    const { manager } = this.dataSource;
    const row = await this.book.find(manager, version);
    if (!row) throw notFound('policy', version);
    return this.view(manager, row, await this.book.newest(manager));
  }

  private async view(manager: EntityManager, row: Policy, current: Policy | null): Promise<PolicyView> {
    const state = stateOf(row, current);
    const signatures = await this.quorum.signatures(manager, row.version);
    return {
      version: row.version, file: row.file, digest: row.digest, ...(row.previous ? { previous: row.previous } : {}), source: row.source,
      registry: bundleOf(row).registry, sentences: row.sentences,
      publishedAt: row.publishedAt.toISOString(), publishedBy: row.publishedBy, inForce: state === 'in_force', state, signatures: signatures.map(standingView),
      ...(state === 'proposed' || state === 'in_force' ? { publication: await this.quorum.judge(manager, current, state === 'proposed' ? signatures : []) } : {}),
    };
  }
}

/** A proposal stands while the policy that it is to replace is in force: the very version, since an older text may come back. */
export function stateOf(row: Policy, current: Policy | null): PolicyView['state'] {
  if (row.version === current?.version) return 'in_force';
  if (row.inForceAt) return 'replaced';
  return row.previous === (current?.digest ?? null) && row.version > (current?.version ?? 0) ? 'proposed' : 'void';
}

export const standingView = ({ signer, kid, recordedAt, expiresAt, digest }: Omit<PolicyStatement, 'version'>): StandingView => ({ signer, kid, at: recordedAt.toISOString(), expiresAt: expiresAt.toISOString(), statement: digest });
