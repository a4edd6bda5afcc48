import { randomInt, randomUUID } from 'node:crypto';
import type { FromWorker, ToWorker } from '#contract';
import type { LinkCertificate } from '#pqc';
import type { ReportFiles } from '../node-home/report-files.js';
import { backoffMs, DEFAULT_BACKOFF, type Backoff } from './backoff.js';
import { DEFAULT_TIMES, GatewayConnection, type ConnectionTimes, type GatewayAddress } from './connection.js';
import { GatewayError } from './errors.js';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Report = Without<Exclude<FromWorker, { type: 'hello' | 'progress' }>, 'id'>;
export type Progress = Without<Extract<FromWorker, { type: 'progress' }>, 'id'>;
export type Order = Exclude<ToWorker, { type: 'welcome' | 'ack' }>;

export interface GatewayEvents {
  onWelcome(welcome: Extract<ToWorker, { type: 'welcome' }>): void;
  onOrder(order: Order): void;
  /** No connection, the first time or again; `tries` counts since the last welcome. */
  onDown(down: { readonly code: string; readonly reason: string; readonly retryMs: number; readonly tries: number }): void;
  /** A report could not be written to disk. */
  onNotKept(cause: string): void;
  /** What the first message after a (re)connect says. */
  openAttempts(): { job: string; attempt: number }[];
}

export interface GatewayOptions {
  readonly address: GatewayAddress;
  readonly certificate: LinkCertificate;
  readonly reports: ReportFiles;
  readonly events: GatewayEvents;
  readonly times?: ConnectionTimes;
  readonly backoff?: Backoff;
}

/**
 * The worker's side of the gateway: always connected or about to be. A report is on disk before it is sent, is sent again after every
 * reconnect, and is forgotten when the control plane has acknowledged it.
 */
export class Gateway {
  readonly #options: Required<GatewayOptions>;
  readonly #unacknowledged = new Map<string, FromWorker>();
  #connection: GatewayConnection | undefined;
  #welcomed = false;
  #stopped = false;
  #tries = 0;
  #downSince = performance.now();
  #retry: NodeJS.Timeout | undefined;

  constructor(options: GatewayOptions) {
    this.#options = { times: DEFAULT_TIMES, backoff: DEFAULT_BACKOFF, ...options };
    for (const report of options.reports.load()) this.#unacknowledged.set(report.id, report);
  }

  start(): void {
    void this.#connect();
  }

  /** Closes the connection; what is not acknowledged stays on disk. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#connection?.close('the worker stops');
  }

  report(report: Report): void {
    const message: FromWorker = { ...report, id: randomUUID() };
    try {
      this.#options.reports.keep(message);
    } catch (error) {
      // On a full disk the report still leaves from memory; only a crash before the acknowledgement would lose it.
      this.#options.events.onNotKept((error as NodeJS.ErrnoException).code ?? 'unknown');
    }
    this.#unacknowledged.set(message.id, message);
    if (this.#welcomed) this.#connection?.send(message);
  }

  /** Told once, and only when somebody listens. */
  progress(progress: Progress): void {
    if (this.#welcomed) this.#connection?.send({ ...progress, id: randomUUID() });
  }

  /** Resolves when the control plane has acknowledged everything, or after `timeoutMs`. */
  async drained(timeoutMs: number): Promise<void> {
    const until = performance.now() + timeoutMs;
    while (this.#unacknowledged.size > 0 && this.#connection && performance.now() < until) await new Promise((wake) => setTimeout(wake, 20));
  }

  async #connect(): Promise<void> {
    const { address, certificate, times, events } = this.#options;
    this.#tries += 1;
    try {
      // The first message may arrive together with the upgrade, before `open` has returned.
      const early: ToWorker[] = [];
      let closed: string | undefined;
      const connection = await GatewayConnection.open(address, certificate, {
        onMessage: (message) => (this.#connection ? this.#receive(message) : void early.push(message)),
        onClose: (reason) => (this.#connection ? this.#down('CS0721', reason) : void (closed = reason)),
      }, times);
      if (this.#stopped) return connection.close('the worker stops');
      if (closed !== undefined) return this.#down('CS0721', closed);
      this.#connection = connection;
      connection.send({ type: 'hello', id: randomUUID(), sessions: events.openAttempts() });
      for (const message of early) this.#receive(message);
    } catch (error) {
      if (!(error instanceof GatewayError)) this.#down('CS0721', (error as Error).message);
      else this.#down(error.code, error.message);
    }
  }

  #receive(message: ToWorker): void {
    const { events, reports } = this.#options;
    if (message.type === 'welcome') {
      this.#welcomed = true;
      this.#tries = 0;
      events.onWelcome(message);
      for (const report of this.#unacknowledged.values()) this.#connection?.send(report);
    } else if (message.type === 'ack') {
      if (this.#unacknowledged.delete(message.id)) reports.drop(message.id);
    } else {
      events.onOrder(message);
    }
  }

  #down(code: string, reason: string): void {
    if (this.#welcomed) this.#downSince = performance.now();
    this.#connection = undefined;
    this.#welcomed = false;
    if (this.#stopped) return;
    const retryMs = Math.round(
      backoffMs(this.#options.backoff, { tries: Math.max(1, this.#tries), downMs: performance.now() - this.#downSince, fraction: randomInt(2 ** 30) / 2 ** 30 }),
    );
    this.#options.events.onDown({ code, reason, retryMs, tries: this.#tries });
    this.#retry = setTimeout(() => void this.#connect(), retryMs);
  }
}
