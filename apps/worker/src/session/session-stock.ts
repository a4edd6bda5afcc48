import type { Demand, Drawn, Stock } from '#mpc';
import { StockError, type StockErrorCode } from '../stock/errors.js';
import { drawnFrom, wipeRecords } from '../stock/kinds.js';
import type { FromSession, SessionDrawn, StockFailure } from './messages.js';

/** The stock as a session process has it: its worker keeps the records and the key, and hands over what was agreed, once. */
export class SessionStock implements Stock {
  #waiting: { resolve(drawn: SessionDrawn): void; reject(error: Error): void } | undefined;

  constructor(readonly offer: Uint8Array, private readonly send: (message: FromSession) => void, private readonly signal: AbortSignal) {}

  async take(offers: readonly Uint8Array[], demand: Demand): Promise<Drawn> {
    const drawn = await new Promise<SessionDrawn>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.signal.addEventListener('abort', () => reject(new Error('the session ended')), { once: true });
      this.send({ type: 'take', offers, demand });
    });
    return drawnFrom(drawn);
  }

  release(demand: Demand): void {
    this.send({ type: 'untaken', demand });
  }

  /** What comes when nobody waits any more is wiped: it is burned. */
  drawn(drawn: SessionDrawn): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting && !this.signal.aborted) waiting.resolve(drawn);
    else wipeRecords(drawn.records);
  }

  notDrawn({ code, reason }: StockFailure): void {
    this.#waiting?.reject(new StockError(code as StockErrorCode, reason));
  }
}
