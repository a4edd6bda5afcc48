import { type EntityManager } from 'typeorm';

/** What changed. It wakes whoever waits in any control plane; the facts are read from the tables. */
export type Signal =
  | { readonly of: 'job'; readonly id: string }
  | { readonly of: 'progress'; readonly id: string }
  /** A node's keys, status or connection changed. */
  | { readonly of: 'node'; readonly id: string }
  | { readonly of: 'outbox' }
  /** Signals may have been missed: look at everything. */
  | { readonly of: 'resync' };

export const formatSignal = (signal: Signal): string => ('id' in signal ? `${signal.of}:${signal.id}` : signal.of);

export function parseSignal(text: string | undefined): Signal | undefined {
  const [of, id] = (text ?? '').split(':', 2);
  if (of === 'outbox' || of === 'resync') return { of };
  return (of === 'job' || of === 'progress' || of === 'node') && id ? { of, id } : undefined;
}

/** Carries signals between control planes. Losing one costs time, never correctness: everybody looks again every few seconds. */
export interface SignalCarrier {
  /** Whether signals given now will arrive; when not, they go through PostgreSQL. */
  readonly ready: boolean;
  publish(texts: readonly string[]): void;
}

/** Sends `signal` when the transaction of `manager` commits; the same signal once. */
export function notify(manager: EntityManager, signal: Signal): void {
  if (!manager.queryRunner?.isTransactionActive) throw new Error('a signal belongs to a transaction');
  ((manager.queryRunner.data as { signals?: Set<string> }).signals ??= new Set()).add(formatSignal(signal));
}
