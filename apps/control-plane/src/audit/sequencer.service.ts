import { Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { filter, type Subscription } from 'rxjs';
import { DataSource, type EntityManager } from 'typeorm';
import { parseCanonical } from '#pqc';
import { bodyCommitment, encodeLeaf, LEAF_VERSION, leafHash, type AuditLeaf } from '#tlog';
import { backgroundLoop } from '../background.js';
import { databaseNow, inTransaction, LOCK } from '../database/data-source.js';
import { CheckpointRow, LeafBody, LeafRow, type OutboxRow } from '../database/entities/log.js';
import { WakeBus } from '../database/wake-bus.js';
import { Metrics } from '../health/metrics.js';
import { type Loop } from '../loop.js';
import { LogSigner } from './log-signer.js';
import { LogTree } from './log-tree.js';

const BATCH = 500;
const EVERY_MS = 1_000;

/**
 * Gives outbox rows their place in the log, and signs what there is each second. Of several control planes one does it at a time, under
 * an advisory lock; a transaction that fails leaves no gap.
 */
@Injectable()
export class Sequencer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sequencing: Loop;
  private readonly signing: Loop;
  private woken: Subscription | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly tree: LogTree,
    private readonly signer: LogSigner,
    private readonly bus: WakeBus,
    private readonly metrics: Metrics,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Sequencer.name);
    this.sequencing = backgroundLoop('sequencer', () => this.drain(), { everyMs: EVERY_MS, logger, metrics });
    this.signing = backgroundLoop('checkpoints', () => this.checkpoint(), { everyMs: EVERY_MS, logger, metrics });
  }

  onApplicationBootstrap(): void {
    this.woken = this.bus.signals.pipe(filter(({ of }) => of === 'outbox' || of === 'resync')).subscribe(() => this.sequencing.wake());
    this.sequencing.start();
    this.signing.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.woken?.unsubscribe();
    await Promise.all([this.sequencing.stop(), this.signing.stop()]);
  }

  private async drain(): Promise<void> {
    while ((await this.sequence()) === BATCH);
  }

  /** Appends the oldest waiting rows and returns how many; 0 as well when another control plane is at it. */
  async sequence(): Promise<number> {
    return inTransaction(this.dataSource, async (manager) => {
      if (!(await this.lock(manager))) return 0;
      // In order of id: of two transactions on one job the later one began after the earlier one had committed.
      const rows: OutboxRow[] = await manager.query('SELECT id, at, entry, body, salt FROM outbox ORDER BY id LIMIT $1', [BATCH]);
      if (rows.length === 0) return 0;
      const [{ next }]: { next: string }[] = await manager.query('SELECT coalesce(max(idx) + 1, 0) AS next FROM leaves');
      const leaves = rows.map((row, at) => leafRow(row, Number(next) + at, this.signer.origin));
      await manager.insert(LeafRow, leaves);
      const bodies = rows.flatMap(({ body, salt }, at) => (body !== null && salt ? [{ idx: Number(next) + at, body, salt }] : []));
      if (bodies.length > 0) await manager.insert(LeafBody, bodies);
      await manager.query('DELETE FROM outbox WHERE id = ANY($1)', [rows.map(({ id }) => id)]);
      this.metrics.logSize.set(Number(next) + rows.length);
      return rows.length;
    });
  }

  /** Signs the log as it stands, unless that was done, or it contradicts what was signed before. */
  async checkpoint(): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      if (this.tree.fork || !(await this.lock(manager))) return;
      await this.tree.catchUp(manager);
      const { size } = this.tree;
      const [last] = await manager.find(CheckpointRow, { order: { size: 'DESC' }, take: 1 });
      if (last && (last.size > size || !last.root.equals(this.tree.root(last.size)))) {
        this.tree.fork = true;
        this.logger.fatal({ size, signed: last.size }, 'the log contradicts its last checkpoint: nothing is signed any more');
        return;
      }
      if (size === 0 || last?.size === size) return;
      const root = this.tree.root(size);
      const now = await databaseNow(manager);
      await manager.insert(CheckpointRow, { size, root: Buffer.from(root), note: this.signer.sign(size, root, now), at: now });
      this.metrics.checkpointSize.set(size);
    });
  }

  private async lock(manager: EntityManager): Promise<boolean> {
    const [{ mine }]: { mine: boolean }[] = await manager.query('SELECT pg_try_advisory_xact_lock($1) AS mine', [LOCK.sequencer]);
    return mine;
  }
}

function leafRow({ id, at, entry, body, salt }: OutboxRow, idx: number, origin: string): LeafRow {
  const leaf: AuditLeaf = {
    v: LEAF_VERSION, log: origin, idx: String(idx), time: at.toISOString(), ...entry, evidence: entry.evidence?.map((item) => ({ ...item })),
    ...(body !== null && salt ? { body: { alg: 'HMAC-SHA-256', c: bodyCommitment(salt, parseCanonical(body)) } } : {}),
  };
  if (!leaf.evidence) delete leaf.evidence;
  const bytes = encodeLeaf(leaf);
  return {
    idx, leaf: Buffer.from(bytes), hash: Buffer.from(leafHash(bytes)), outboxId: Number(id),
    type: entry.type, time: leaf.time, actor: entry.actor.id, subject: entry.subject.id, from: entry.from ?? null, to: entry.to ?? null,
  };
}
