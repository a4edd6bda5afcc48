import { Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { CONTROL_PLANE } from '../auth/caller.js';
import { recordLeaf } from '../audit/outbox.js';
import { backgroundLoop } from '../background.js';
import { inTransaction } from '../database/data-source.js';
import { Metrics } from '../health/metrics.js';
import { type Loop } from '../loop.js';

const EVERY_MS = 1_000;
const BATCH = 50;

/** Marks duties whose time has passed, by the database's clock, and says so in the log, once. */
@Injectable()
export class Overdue implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Loop;

  constructor(
    private readonly dataSource: DataSource,
    logger: PinoLogger,
    metrics: Metrics,
  ) {
    this.loop = backgroundLoop('overdue', () => this.sweep(), { everyMs: EVERY_MS, logger, metrics });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  async sweep(): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      const due: { id: string; digest: string; job_id: string }[] = await manager.query(
        "SELECT id, digest, job_id FROM duties WHERE state = 'open' AND due_at <= now() ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED",
        [BATCH],
      );
      for (const { digest, job_id: id } of due) await recordLeaf(manager, { type: 'duty.overdue', actor: CONTROL_PLANE, subject: { id, kind: 'job' }, req: digest });
      if (due.length > 0) await manager.query("UPDATE duties SET state = 'overdue' WHERE id = ANY($1)", [due.map(({ id }) => id)]);
    });
  }
}
