import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, Not, type EntityManager } from 'typeorm';
import { type z } from 'zod';
import { type PolicyBundle, type PolicyCheck, type PublishPolicy } from '#contract';
import { compile, explain, type CompiledPolicy, type PolicyRegistry } from '#policy';
import { programNames } from '../catalogue/program-book.js';
import { Policy } from '../database/entities/policies.js';
import { Problem } from '../http/problem.js';
import { NodeDirectory } from '../nodes/node-directory.service.js';

/** Compiled policies that are kept: jobs of an older version may still be under way. */
const KEPT = 8;

/** The published policies, of which the newest that got in force is in force. */
@Injectable()
export class PolicyBook {
  private readonly compiled = new Map<number, CompiledPolicy>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: NodeDirectory,
  ) {}

  /** What the compiler says of a draft, against the names registered now. */
  async check({ file, source }: z.infer<typeof PublishPolicy>): Promise<PolicyCheck> {
    const result = compile(source, await this.registry(this.dataSource.manager), file);
    return result.ok
      ? { ok: true, digest: result.policy.digest, sentences: [...explain(result.policy)], diagnostics: [...result.warnings] }
      : { ok: false, sentences: [], diagnostics: [...result.diagnostics] };
  }

  /** @throws Problem CS0427 when none was ever published */
  async inForce(manager: EntityManager): Promise<Policy> {
    const row = await this.newest(manager);
    if (!row) throw new Problem(409, 'CS0427', 'no policy is published', { help: 'publish one with `countersign policy publish`: without it nothing is allowed' });
    return row;
  }

  /** The policy of a version as it stands in a URL. */
  find(manager: EntityManager, version: string): Promise<Policy | null> {
    return /^[1-9][0-9]{0,8}$/.test(version) ? manager.findOneBy(Policy, { version: Number(version) }) : Promise.resolve(null);
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

  /** The names that a policy may use now. */
  async registry(manager: EntityManager): Promise<PolicyRegistry> {
    return this.directory.registry(manager, await programNames(manager));
  }

  /** The one in force, if any ever was. */
  async newest(manager: EntityManager): Promise<Policy | null> {
    const [row] = await manager.find(Policy, { where: { inForceAt: Not(IsNull()) }, order: { version: 'DESC' }, take: 1 });
    return row ?? null;
  }
}

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
