import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type OwnTask, PlanError } from '#program/plans';
import type { FromThread, ToThread } from './messages.js';

/** Node runs the thread from source as well. */
const ENTRY = new URL(`./thread${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

export const startThread = (): Worker => new Worker(ENTRY, { execArgv: ['--no-warnings'], env: {} });

export interface Apart {
  readonly signal?: AbortSignal;
  readonly start?: () => Worker;
  /** The thread is loaded, and computes from now on. */
  readonly onReady: () => void;
}

/**
 * Computes a task in its memory beside the event loop: links send heartbeats and answer echoes meanwhile, at moments that do not tell how far it is. Whatever happens, the
 * thread is gone afterwards and writes no more. Throws what `computeTask` throws, and the signal's reason.
 */
export async function computeApart(task: OwnTask, memory: SharedArrayBuffer, { signal, start = startThread, onReady }: Apart): Promise<void> {
  signal?.throwIfAborted();
  const thread = start();
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const stop = (): void => reject(signal!.reason as Error);
  signal?.addEventListener('abort', stop, { once: true });
  thread.on('message', (message: FromThread) => {
    if (message.type === 'done') return resolve();
    if (message.type === 'failed') return reject(errorOf(message));
    onReady();
    thread.postMessage({ task, memory } satisfies ToThread);
  });
  thread.once('error', reject);
  // Ignored where it has answered.
  thread.once('exit', () => reject(new Error('the thread ended without an answer')));
  try {
    await done;
  } finally {
    signal?.removeEventListener('abort', stop);
    await thread.terminate();
  }
}

function errorOf({ name, message, plan }: Extract<FromThread, { type: 'failed' }>): Error {
  return plan ? new PlanError(plan.code, message, plan.help) : Object.assign(new Error(message), { name });
}
