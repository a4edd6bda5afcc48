import { Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource, type EntityManager } from 'typeorm';
import { CONTROL_PLANE } from '../auth/caller.js';
import { inTransaction } from '../database/data-source.js';
import { Metrics } from '../health/metrics.js';
import { backgroundLoop } from '../background.js';
import { type Loop } from '../loop.js';
import { transition } from './transition.js';

const EVERY_MS = 1_000;
const BATCH = 50;

/** Ends jobs that nobody may start any more, by the database's clock. */
@Injectable()
export class Expiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Loop;

  constructor(
    private readonly dataSource: DataSource,
    logger: PinoLogger,
    metrics: Metrics,
  ) {
    this.loop = backgroundLoop('expiry', () => this.sweep(), { everyMs: EVERY_MS, logger, metrics });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /** Expires what is due; other control planes may do so at the same time. */
  async sweep(): Promise<void> {
    await inTransaction(this.dataSource, async (manager: EntityManager) => {
      const due: { id: string }[] = await manager.query(
        "SELECT id FROM jobs WHERE state IN ('submitted', 'needs_signatures', 'authorised', 'offered') AND expires_at <= now() ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED",
        [BATCH],
      );
      for (const { id } of due) await transition(manager, { id }, 'expired', { actor: CONTROL_PLANE, code: 'CS0421', reason: 'the job expired before it could start' });
    });
  }
}
