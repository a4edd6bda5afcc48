import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { type z } from 'zod';
import { type PageQuery, type PolicyBundle, type PolicyCheck, type PolicyView, type PublishPolicy } from '#contract';
import { compile, explain, type CompiledPolicy, type PolicyRegistry } from '#policy';
import { PROGRAMS } from '#program';
import { recordLeaf } from '../audit/outbox.js';
import { actorOf, type Caller } from '../auth/caller.js';
import { inTransaction, LOCK } from '../database/data-source.js';
import { Policy } from '../database/entities/policies.js';
import { pageOfRows, type Page } from '../http/page.js';
import { notFound, Problem } from '../http/problem.js';
import { Superseding } from '../jobs/superseding.service.js';
import { NodeDirectory } from '../nodes/node-directory.service.js';

/** Compiled policies that are kept: jobs of an older version may still be under way. */
const KEPT = 8;

/** The published policies, of which the newest is in force. */
@Injectable()
export class PolicyBook {
  private readonly compiled = new Map<number, CompiledPolicy>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: NodeDirectory,
    private readonly superseding: Superseding,
  ) {}

  /** What the compiler says of a draft, against the names registered now. */
  async check({ file, source }: z.infer<typeof PublishPolicy>): Promise<PolicyCheck> {
    const result = compile(source, await this.registry(this.dataSource.manager), file);
    return result.ok
      ? { ok: true, digest: result.policy.digest, sentences: [...explain(result.policy)], diagnostics: [...result.warnings] }
      : { ok: false, sentences: [], diagnostics: [...result.diagnostics] };
  }

  /** Puts a policy in force. Jobs that wait under the one before are superseded; the same policy again changes nothing. */
  async publish({ file, source }: z.infer<typeof PublishPolicy>, caller: Caller): Promise<PolicyView> {
    return inTransaction(this.dataSource, async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [LOCK.policies]);
      const registry = await this.registry(manager);
      const result = compile(source, registry, file);
      if (!result.ok) {
        const errors = result.diagnostics.filter(({ severity }) => severity === 'error').length;
        throw new Problem(422, 'CS0425', `the policy \`${file}\` does not compile: ${errors} ${errors === 1 ? 'error' : 'errors'}`, { extras: { diagnostics: result.diagnostics } });
      }
      const { digest } = result.policy;
      const before = await this.newest(manager);
      if (before?.digest === digest && before.source === source) return viewOf(before, before);
      const row = { version: (before?.version ?? 0) + 1, file, source, digest, previous: before?.digest ?? null, registry, sentences: [...explain(result.policy)], publishedBy: actorOf(caller).id };
      await manager.insert(Policy, row);
      await recordLeaf(manager, { type: 'policy.published', actor: actorOf(caller), subject: { id: `policy:${row.version}`, kind: 'policy' }, req: digest }, { file });
      await this.superseding.becauseOfPolicy(manager, digest, { code: 'CS0422', reason: `policy version ${row.version} was published` });
      const stored = await manager.findOneByOrFail(Policy, { version: row.version });
      return viewOf(stored, stored);
    });
  }

  async list(query: z.infer<typeof PageQuery>): Promise<Page<PolicyView>> {
    const { manager } = this.dataSource;
    const after = Number(query.after ?? 0);
    const rows = await manager.find(Policy, { where: Number.isSafeInteger(after) ? { version: MoreThan(after) } : {}, order: { version: 'ASC' }, take: query.limit + 1 });
    const newest = await this.newest(manager);
    return pageOfRows(rows, query.limit, (row) => viewOf(row, newest), (row) => String(row.version));
  }

  async current(): Promise<PolicyView> {
    const row = await this.inForce(this.dataSource.manager);
    return viewOf(row, row);
  }

  async version(version: string): Promise<PolicyView> {
    const { manager } = this.dataSource;
    const row = /^[1-9][0-9]{0,8}$/.test(version) ? await manager.findOneBy(Policy, { version: Number(version) }) : null;
    if (!row) throw notFound('policy', version);
    return viewOf(row, await this.newest(manager));
  }

  /** @throws Problem CS0427 when none was ever published */
  async inForce(manager: EntityManager): Promise<Policy> {
    const row = await this.newest(manager);
    if (!row) throw new Problem(409, 'CS0427', 'no policy is published', { help: 'publish one with `countersign policy publish`: without it nothing is allowed' });
    return row;
  }

  async byVersion(manager: EntityManager, version: number): Promise<Policy> {
    return manager.findOneByOrFail(Policy, { version });
  }

  /** A published policy, compiled against the names of its publication. */
  compile({ version, source, registry, file, digest }: Policy): CompiledPolicy {
    const kept = this.compiled.get(version);
    if (kept) return kept;
    const result = compile(source, registry, file);
    if (!result.ok || result.policy.digest !== digest) throw new Error(`policy version ${version} does not compile to its digest any more`);
    if (this.compiled.size >= KEPT) this.compiled.delete(Math.min(...this.compiled.keys()));
    this.compiled.set(version, result.policy);
    return result.policy;
  }

  private registry(manager: EntityManager): Promise<PolicyRegistry> {
    return this.directory.registry(manager, PROGRAMS.map(({ name }) => name));
  }

  private async newest(manager: EntityManager): Promise<Policy | null> {
    const [row] = await manager.find(Policy, { order: { version: 'DESC' }, take: 1 });
    return row ?? null;
  }
}

const viewOf = (row: Policy, newest: Policy | null): PolicyView => ({
  version: row.version, file: row.file, digest: row.digest, ...(row.previous ? { previous: row.previous } : {}), source: row.source, sentences: row.sentences,
  publishedAt: row.publishedAt.toISOString(), publishedBy: row.publishedBy, inForce: row.version === newest?.version,
});

/** The policy as workers get it. */
export function bundleOf({ version, file, source, registry, digest }: Policy): PolicyBundle {
  return {
    version, file, source, digest,
    registry: {
      nodes: [...registry.nodes],
      datasets: registry.datasets.map(({ name, node, tags }) => ({ name, node, tags: [...tags] })),
      programs: [...registry.programs],
      roles: registry.roles.map(({ name, nodes }) => ({ name, nodes: [...nodes] })),
    },
  };
}
