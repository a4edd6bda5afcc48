import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type z } from 'zod';
import { type AuditEntry, type AuditQuery, type CheckpointView, type ProofView } from '#contract';
import { toBase64Url } from '#pqc';
import { LogError } from '#tlog';
import { CheckpointRow, LeafRow } from '../database/entities/log.js';
import { pageOfRows, type Page } from '../http/page.js';
import { Problem } from '../http/problem.js';
import { LogSigner } from './log-signer.js';
import { LogTree } from './log-tree.js';
import { Sequencer } from './sequencer.service.js';

/** The log for its readers: everything that is needed to check it without this program. */
@Injectable()
export class AuditReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly tree: LogTree,
    private readonly signer: LogSigner,
    private readonly sequencer: Sequencer,
  ) {}

  /** In order; `after` is the index of the entry before. */
  async entries({ limit, after, type, subject, actor }: z.infer<typeof AuditQuery>): Promise<Page<z.infer<typeof AuditEntry>>> {
    if (after !== undefined && !/^[0-9]{1,15}$/.test(after)) throw new Problem(400, 'CS0400', '`after` is no index of the log');
    const query = this.dataSource.manager.createQueryBuilder(LeafRow, 'leaf').orderBy('leaf.idx', 'ASC').take(limit + 1);
    if (after !== undefined) query.andWhere('leaf.idx > :after', { after });
    if (type) query.andWhere('leaf.type = :type', { type });
    if (subject) query.andWhere('leaf.subject = :subject', { subject });
    if (actor) query.andWhere('leaf.actor = :actor', { actor });
    return pageOfRows(await query.getMany(), limit, entryOf, ({ idx }) => String(idx));
  }

  /** The newest signed checkpoint. */
  async checkpoint(): Promise<z.infer<typeof CheckpointView>> {
    const row = (await this.newest()) ?? (await this.first());
    return { origin: this.signer.origin, size: row.size, root: row.root.toString('hex'), note: row.note, vkey: this.signer.vkey };
  }

  async inclusion(index: number, size: number): Promise<z.infer<typeof ProofView>> {
    return this.prove(() => this.tree.inclusionProof(index, size));
  }

  async consistency(from: number, to: number): Promise<z.infer<typeof ProofView>> {
    return this.prove(() => this.tree.consistencyProof(from, to));
  }

  private async prove(proof: () => readonly Uint8Array[]): Promise<z.infer<typeof ProofView>> {
    await this.tree.catchUp(this.dataSource.manager);
    try {
      return { hashes: proof().map(toBase64Url) };
    } catch (error) {
      if (error instanceof LogError) throw new Problem(422, error.code, error.message, { cause: error });
      throw error;
    }
  }

  private async newest(): Promise<CheckpointRow | undefined> {
    const [row] = await this.dataSource.manager.find(CheckpointRow, { order: { size: 'DESC' }, take: 1 });
    return row;
  }

  /** In the first second of a log. */
  private async first(): Promise<CheckpointRow> {
    await this.sequencer.sequence();
    await this.sequencer.checkpoint();
    const row = await this.newest();
    if (!row) throw new Problem(503, 'CS0814', 'the log has no checkpoint yet', { help: 'ask again in a second' });
    return row;
  }
}

const entryOf = (row: LeafRow): z.infer<typeof AuditEntry> => ({
  index: row.idx, type: row.type, time: row.time, actor: row.actor, subject: row.subject,
  ...(row.from ? { from: row.from } : {}), ...(row.to ? { to: row.to } : {}), leaf: toBase64Url(row.leaf),
});
