import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type JobState } from '#contract';
import { Policy } from '../database/entities/policies.js';
import { PolicyBook } from '../policies/policy-book.service.js';
import { rolesNamed } from '../policies/roles-named.js';
import { JobFacts } from './job-facts.service.js';
import { settle } from './settle.js';
import { lockJob } from './transition.js';

/** Decided by the policy, and offered to nobody yet. */
export const UNDECIDED: readonly JobState[] = ['submitted', 'needs_signatures', 'authorised'];

/** Decides open jobs anew when what their decision rests on has changed. */
@Injectable()
export class Redeciding {
  constructor(
    private readonly facts: JobFacts,
    private readonly book: PolicyBook,
  ) {}

  /** Jobs under a policy that asks holders of one of these roles. */
  async becauseOfRoles(manager: EntityManager, roles: ReadonlySet<string>): Promise<void> {
    if (roles.size === 0) return;
    const policies = await manager.query<{ version: number }[]>('SELECT DISTINCT policy_version AS version FROM jobs WHERE state = ANY($1)', [UNDECIDED]);
    for (const { version } of policies) {
      const named = rolesNamed(this.book.compile(await manager.findOneByOrFail(Policy, { version })));
      if ([...roles].some((role) => named.has(role))) await this.decideAll(manager, 'policy_version = $2', version);
    }
  }

  /** Jobs that ask for the program with this digest. */
  async becauseOfProgram(manager: EntityManager, digest: string): Promise<void> {
    await this.decideAll(manager, "spec -> 'program' ->> 'digest' = $2", digest);
  }

  private async decideAll(manager: EntityManager, which: string, value: unknown): Promise<void> {
    const rows: { id: string }[] = await manager.query(`SELECT id FROM jobs WHERE state = ANY($1) AND ${which} ORDER BY id FOR UPDATE`, [UNDECIDED, value]);
    for (const { id } of rows) {
      const job = await lockJob(manager, id);
      if (job) await settle(manager, job, await this.facts.decideJob(manager, job));
    }
  }
}
