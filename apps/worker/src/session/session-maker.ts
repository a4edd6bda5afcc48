import type { MadePart, StockMaker, StockPart } from '#mpc';
import { recordsOf } from '../stock/kinds.js';
import type { FromSession } from './messages.js';

/** Making stock as a session process does it: its worker says what is wished and made, and stores it. */
export class SessionMaker implements StockMaker {
  #parts: ((parts: readonly StockPart[]) => void) | undefined;
  #stored: (() => void) | undefined;

  constructor(readonly wish: Uint8Array, private readonly send: (message: FromSession) => void, private readonly signal: AbortSignal) {}

  plan(wishes: readonly Uint8Array[]): Promise<readonly StockPart[]> {
    return this.#answer((resolve) => {
      this.#parts = resolve;
      this.send({ type: 'wishes', wishes });
    });
  }

  store(part: MadePart): Promise<void> {
    return this.#answer<void>((resolve) => {
      this.#stored = resolve;
      this.send({ type: 'made', id: part.id, records: recordsOf(part) });
    });
  }

  make(parts: readonly StockPart[]): void {
    this.#parts?.(parts);
  }

  stored(): void {
    this.#stored?.();
  }

  #answer<T>(ask: (resolve: (answer: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.signal.throwIfAborted();
      this.signal.addEventListener('abort', () => reject(new Error('the filling was stopped')), { once: true });
      ask(resolve);
    });
  }
}
