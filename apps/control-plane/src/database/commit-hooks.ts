import { EventSubscriber, type EntitySubscriberInterface, type QueryRunner, type TransactionCommitEvent } from 'typeorm';
import { type TransitionName } from '../jobs/crash-points.js';

/** Told of every transition just before and just after the commit that holds it. */
export type OnTransition = (when: 'before' | 'after', transition: TransitionName) => void;

const noted = (runner: QueryRunner): TransitionName[] => ((runner.data as { transitions?: TransitionName[] }).transitions ??= []);

/** Remembers a transition of the transaction that `runner` is in. */
export function noteTransition(runner: QueryRunner | undefined, name: TransitionName): void {
  if (!runner?.isTransactionActive) throw new Error('a transition happens inside a transaction');
  noted(runner).push(name);
}

/** A TypeORM subscriber that calls `onTransition`. */
export function commitHooks(onTransition: OnTransition): new () => EntitySubscriberInterface {
  class CommitHooks implements EntitySubscriberInterface {
    beforeTransactionCommit(event: TransactionCommitEvent): void {
      for (const name of noted(event.queryRunner)) onTransition('before', name);
    }

    afterTransactionCommit(event: TransactionCommitEvent): void {
      for (const name of noted(event.queryRunner).splice(0)) onTransition('after', name);
    }
  }
  EventSubscriber()(CommitHooks);
  return CommitHooks;
}
