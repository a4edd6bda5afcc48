import { EventSubscriber, type EntitySubscriberInterface, type QueryRunner, type TransactionCommitEvent } from 'typeorm';
import { type TransitionName } from '../jobs/crash-points.js';
import { type SignalCarrier } from './signals.js';

/** Told of every transition just before and just after the commit that holds it. */
export type OnTransition = (when: 'before' | 'after', transition: TransitionName) => void;
/** PostgreSQL channel of the signals. */
export const CHANNEL = 'countersign';

interface Noted {
  transitions?: TransitionName[];
  signals?: Set<string>;
}

/** Remembers a transition of the transaction that `runner` is in. */
export function noteTransition(runner: QueryRunner | undefined, name: TransitionName): void {
  if (!runner?.isTransactionActive) throw new Error('a transition happens inside a transaction');
  ((runner.data as Noted).transitions ??= []).push(name);
}

/** A TypeORM subscriber that calls `onTransition` and sends the signals of each transaction with its commit. */
export function commitHooks(onTransition: OnTransition, carrier: SignalCarrier | undefined): new () => EntitySubscriberInterface {
  class CommitHooks implements EntitySubscriberInterface {
    async beforeTransactionCommit({ queryRunner }: TransactionCommitEvent): Promise<void> {
      const noted = queryRunner.data as Noted;
      if (noted.signals?.size && !carrier?.ready) {
        await queryRunner.query('SELECT pg_notify($1, text) FROM unnest($2::text[]) AS signals(text)', [CHANNEL, [...noted.signals]]);
        delete noted.signals;
      }
      for (const name of noted.transitions ?? []) onTransition('before', name);
    }

    afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
      const { transitions = [], signals } = queryRunner.data as Noted;
      queryRunner.data = {};
      for (const name of transitions) onTransition('after', name);
      if (signals?.size) carrier?.publish([...signals]);
    }
  }
  EventSubscriber()(CommitHooks);
  return CommitHooks;
}
