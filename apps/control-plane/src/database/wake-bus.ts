import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import pg from 'pg';
import { Subject, type Observable } from 'rxjs';
import { type EntityManager } from 'typeorm';
import { CONFIG, type DatabaseConfig } from '../tokens.js';

/** What changed. It wakes whoever waits in any control plane; the facts are read from the tables. */
export type Signal =
  | { readonly of: 'job'; readonly id: string }
  | { readonly of: 'progress'; readonly id: string }
  /** A node's keys or status changed. */
  | { readonly of: 'node'; readonly id: string }
  | { readonly of: 'outbox' }
  /** Signals may have been missed: look at everything. */
  | { readonly of: 'resync' };

const CHANNEL = 'countersign';
const RECONNECT_MS = 500;

/** Sends with the commit of `manager`'s transaction, or at once outside of one. */
export async function notify(manager: EntityManager, signal: Signal): Promise<void> {
  await manager.query('SELECT pg_notify($1, $2)', [CHANNEL, 'id' in signal ? `${signal.of}:${signal.id}` : signal.of]);
}

function parse(payload: string | undefined): Signal | undefined {
  const [of, id] = (payload ?? '').split(':', 2);
  if (of === 'outbox' || of === 'resync') return { of };
  return (of === 'job' || of === 'progress' || of === 'node') && id ? { of, id } : undefined;
}

/** Signals of all control planes on this database, over LISTEN/NOTIFY. */
@Injectable()
export class WakeBus implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly subject = new Subject<Signal>();
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  readonly signals: Observable<Signal> = this.subject.asObservable();

  constructor(
    @Inject(CONFIG) private readonly config: DatabaseConfig,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(WakeBus.name);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
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
      const signal = parse(payload);
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
