import { Inject, Injectable, Optional, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import pg from 'pg';
import { merge, Subject, type Observable } from 'rxjs';
import { CONFIG, type DatabaseConfig } from '../tokens.js';
import { CHANNEL } from './commit-hooks.js';
import { NatsCarrier } from './nats-carrier.js';
import { parseSignal, type Signal } from './signals.js';

const RECONNECT_MS = 500;

/** Signals of all control planes on this database, over LISTEN/NOTIFY and, where there is one, over NATS. */
@Injectable()
export class WakeBus implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly subject = new Subject<Signal>();
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  readonly signals: Observable<Signal>;

  constructor(
    @Inject(CONFIG) private readonly config: DatabaseConfig,
    private readonly logger: PinoLogger,
    @Optional() private readonly nats?: NatsCarrier,
  ) {
    logger.setContext(WakeBus.name);
    this.signals = nats ? merge(this.subject, nats.signals) : this.subject.asObservable();
  }

  async onApplicationBootstrap(): Promise<void> {
    this.nats?.start();
    await this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await Promise.all([this.client?.end().catch(() => undefined), this.nats?.stop()]);
    this.subject.complete();
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({ connectionString: this.config.databaseUrl, application_name: 'countersign-wake', connectionTimeoutMillis: 5_000, keepAlive: true });
    let lost = false;
    const onLost = (): void => {
      if (lost) return;
      lost = true;
      client.end().catch(() => undefined);
      if (this.stopped) return;
      this.logger.warn('the wake-up connection is lost');
      this.timer = setTimeout(() => void this.connect(), RECONNECT_MS);
    };
    client.on('error', onLost).on('end', onLost);
    client.on('notification', ({ payload }) => {
      const signal = parseSignal(payload);
      if (signal) this.subject.next(signal);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.client = client;
      this.subject.next({ of: 'resync' });
    } catch {
      onLost();
    }
  }
}
