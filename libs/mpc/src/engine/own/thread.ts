/**
 * The thread of one task: it says that it is there, computes, and waits to be ended. Words come and go in memory that both sides share and the other one wipes; what is
 * made on the way is wiped here.
 */
import { parentPort } from 'node:worker_threads';
import { PlanError, computeTask, taskVectors } from '#program/plans';
import type { FromThread, ToThread } from './messages.js';

const say = (message: FromThread): void => parentPort!.postMessage(message);

parentPort!.once('message', ({ task, memory }: ToThread) => {
  try {
    const { inputs, outputs } = taskVectors(task, memory);
    computeTask(task, inputs, outputs);
    say({ type: 'done' });
  } catch (error) {
    // An error that is sent as one arrives without its class and code.
    const { name, message } = error as Error;
    say({ type: 'failed', name, message, ...(error instanceof PlanError && { plan: { code: error.code, help: error.help } }) });
  }
});
say({ type: 'ready' });
