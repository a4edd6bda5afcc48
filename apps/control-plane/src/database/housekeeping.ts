import { Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { backgroundLoop } from '../background.js';
import { Metrics } from '../health/metrics.js';
import { type Loop } from '../loop.js';

const EVERY_MS = 60_000;

/** Removes what has lost its meaning: nonces out of their window, unanswered challenges, old replies and reports. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Loop;

  constructor(
    private readonly dataSource: DataSource,
    logger: PinoLogger,
    metrics: Metrics,
  ) {
    this.loop = backgroundLoop('housekeeping', () => this.sweep(), { everyMs: EVERY_MS, logger, metrics });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  private async sweep(): Promise<void> {
    for (const statement of [
      'DELETE FROM nonces WHERE expires_at < now()',
      'DELETE FROM challenges WHERE expires_at < now()',
      "DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day'",
      // What a period that is over has counted follows from the jobs, and nobody asks any more.
      "DELETE FROM limit_draws d USING limit_counters c WHERE (d.key, d.period_from) = (c.key, c.period_from) AND c.period_until < now() - interval '7 days'",
      "DELETE FROM limit_counters WHERE period_until < now() - interval '7 days'",
      "DELETE FROM gateway_reports WHERE received_at < now() - interval '7 days'",
    ]) {
      await this.dataSource.query(statement);
    }
  }
}
