import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { type Lowered, type OwnTask, type OwnVectors, type Vectors, computeTask, isBrief, ownTask, ownVectorsOf, taskBytes, taskMilliseconds, taskVectors } from '#program/plans';
import { computeApart } from './apart.js';

/** What ends the work early; and, for tests, where to compute other than by the plan, and by which clock. */
export interface OwnSetting {
  readonly signal?: AbortSignal;
  readonly isApart?: (task: OwnTask) => boolean;
  readonly start?: () => Worker;
  readonly now?: () => number;
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

/**
 * What this party shares: its inputs, and what it computes of them alone, in a time that follows from the plan. Where that did not suffice, in a multiple of it; how long
 * a thread takes to start comes before, as it has nothing to do with inputs. Brief work, by the plan, is done at once, any other in a thread. Throws the signal's reason.
 */
export async function computeOwn(lowered: Lowered, self: number, inputs: Vectors, { signal, isApart = (task) => !isBrief(task), start, now = () => performance.now(), wait = waitFor }: OwnSetting = {}): Promise<OwnVectors> {
  const task = ownTask(lowered, self);
  const memory = new SharedArrayBuffer(taskBytes(task));
  const own = taskVectors(task, memory);
  const wipe = (vectors: Vectors): void => vectors.forEach((words) => words.fill(0n));
  try {
    if (task.steps.length > 0) {
      for (const [name, words] of own.inputs) words.set(inputs.get(name)!);
      let startedAt = 0;
      const begin = (): void => void (startedAt = now());
      if (isApart(task)) {
        await computeApart(task, memory, { signal, start, onReady: begin });
      } else {
        begin();
        computeTask(task, own.inputs, own.outputs);
      }
      const spentMs = now() - startedAt;
      wipe(own.inputs);
      const givenMs = taskMilliseconds(task);
      await wait(Math.max(1, Math.ceil(spentMs / givenMs)) * givenMs - spentMs, signal);
    }
    return ownVectorsOf(lowered, self, inputs, own.outputs);
  } catch (error) {
    wipe(own.outputs);
    throw error;
  } finally {
    wipe(own.inputs);
  }
}

/** Throws the signal's reason. */
async function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}
