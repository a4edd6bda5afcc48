import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type JobState } from '#contract';
import { CONTROL_PLANE } from '../auth/caller.js';
import { type RegisteredNode } from '../database/entities/identities.js';
import { transition } from './transition.js';

interface Why {
  readonly code: string;
  readonly reason: string;
}

/** No share was sent yet: the job can simply be asked for again under the new facts. */
const BEFORE_SHARES: readonly JobState[] = ['submitted', 'needs_signatures', 'authorised', 'offered'];
const DURING_SESSION: readonly JobState[] = ['accepted', 'running', 'held'];

/** Ends open jobs whose policy or keys have changed under them. */
@Injectable()
export class Superseding {
  /** Every job that is not under way yet and was asked for under other rules than those of `digest`, which approvals bind. */
  async becauseOfPolicy(manager: EntityManager, digest: string, why: Why): Promise<void> {
    const rows: { id: string }[] = await manager.query(
      'SELECT id FROM jobs WHERE state = ANY($1) AND policy_version IN (SELECT version FROM policies WHERE digest <> $2) ORDER BY id FOR UPDATE',
      [BEFORE_SHARES, digest],
    );
    for (const { id } of rows) await transition(manager, { id }, 'superseded', { actor: CONTROL_PLANE, ...why });
  }

  /** Every open job that `node` asked for, signed, takes part in or receives. A session under way is aborted. */
  async becauseOfNode(manager: EntityManager, node: Pick<RegisteredNode, 'name'>, why: Why): Promise<void> {
    const rows: { id: string; state: JobState }[] = await manager.query(
      `SELECT id, state FROM jobs WHERE state = ANY($1) AND (requester = $2 OR (spec::jsonb -> 'parties') ? $2 OR (spec::jsonb -> 'receivers') ? $2
         OR EXISTS (SELECT 1 FROM job_statements s WHERE s.job_id = jobs.id AND s.signer = $2)) ORDER BY id FOR UPDATE`,
      [[...BEFORE_SHARES, ...DURING_SESSION], node.name],
    );
    await this.end(manager, rows, why);
  }

  /** Every job on its way to a result for which `signer` signed. Those that are not offered yet are decided anew elsewhere. */
  async becauseOfSigner(manager: EntityManager, signer: string, why: Why): Promise<void> {
    const rows: { id: string; state: JobState }[] = await manager.query(
      "SELECT id, state FROM jobs WHERE state = ANY($1) AND EXISTS (SELECT 1 FROM job_statements s WHERE s.job_id = jobs.id AND s.signer = $2 AND s.kind = 'approval') ORDER BY id FOR UPDATE",
      [['offered', ...DURING_SESSION], signer],
    );
    await this.end(manager, rows, why);
  }

  private async end(manager: EntityManager, rows: readonly { readonly id: string; readonly state: JobState }[], why: Why): Promise<void> {
    for (const { id, state } of rows) await transition(manager, { id }, DURING_SESSION.includes(state) ? 'aborted' : 'superseded', { actor: CONTROL_PLANE, ...why });
  }
}
