import { createHash } from 'node:crypto';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Subject, type Observable } from 'rxjs';
import { parseSignal, type Signal, type SignalCarrier } from './signals.js';

const RECONNECT_MS = 500;

/**
 * Signals over NATS: for several control planes on one database, where NOTIFY would make every commit wait its turn. Only ids
 * travel, under a subject of this log's own; while the server is away signals go through PostgreSQL.
 */
export class NatsCarrier implements SignalCarrier {
  readonly subject: string;
  private readonly incoming = new Subject<Signal>();
  readonly signals: Observable<Signal> = this.incoming.asObservable();
  private connection: NatsConnection | undefined;
  private up = false;
  private stopped = false;

  constructor(
    private readonly url: string,
    origin: string,
  ) {
    this.subject = `countersign.wake.${createHash('sha256').update(origin).digest('hex').slice(0, 16)}`;
  }

  get ready(): boolean {
    return this.up;
  }

  /** Connects in the background, for as long as it takes. */
  start(): void {
    void this.open().catch(() => this.stopped || setTimeout(() => this.start(), RECONNECT_MS).unref());
  }

  publish(texts: readonly string[]): void {
    for (const text of texts) this.connection?.publish(this.subject, text);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.up = false;
    await this.connection?.close();
    this.incoming.complete();
  }

  private async open(): Promise<void> {
    const connection = await connect({ servers: this.url, name: 'countersign', maxReconnectAttempts: -1, reconnectTimeWait: RECONNECT_MS, pingInterval: 5_000, maxPingOut: 2 });
    if (this.stopped) return connection.close();
    this.connection = connection;
    connection.subscribe(this.subject, {
      callback: (error, message) => {
        const signal = error ? undefined : parseSignal(message.string());
        if (signal) this.incoming.next(signal);
      },
    });
    await connection.flush();
    this.came();
    void this.watch(connection);
  }

  private async watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') this.up = false;
      else if (type === 'reconnect') this.came();
    }
  }

  private came(): void {
    this.up = true;
    this.incoming.next({ of: 'resync' });
  }
}
