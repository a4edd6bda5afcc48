import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from './errors.js';
import { type ReadReply, type ReadRequest } from './reader-messages.js';

export interface ReadLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly processes?: ReaderProcesses;
}

/** Node runs the process from source as well, so specs need no build. */
const ENTRY = fileURLToPath(new URL(`./reader-process${extname(fileURLToPath(import.meta.url))}`, import.meta.url));

function start(): ChildProcess {
  return fork(ENTRY, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Secrets of this process's environment stay here, and dates mean the same everywhere.
    env: { TZ: 'UTC' },
    execArgv: ['--max-old-space-size=4096', '--no-warnings'],
  });
}

const PAUSE_MS = 500;

/**
 * Keeps one reading process started ahead, since loading DuckDB takes longer than reading a small file. Every process still serves
 * one request only. The spare one does not keep this process alive.
 */
export class ReaderProcesses {
  private spare: ChildProcess | undefined;
  private closed = false;

  constructor() {
    this.prepare();
  }

  /** The spare process, or a new one while there is none. */
  take(): ChildProcess {
    const { spare } = this;
    this.spare = undefined;
    if (!spare?.connected) return start();
    spare.ref();
    spare.channel?.ref();
    return spare;
  }

  /** Starts the next spare a moment after a reading, so that it slows neither the reading nor the session that waits for its rows. */
  prepareSoon(): void {
    setTimeout(() => this.prepare(), PAUSE_MS).unref();
  }

  private prepare(): void {
    if (this.closed || this.spare) return;
    this.spare = start();
    this.spare.once('error', () => undefined);
    this.spare.unref();
    this.spare.channel?.unref();
  }

  close(): void {
    this.closed = true;
    this.spare?.kill('SIGKILL');
    this.spare = undefined;
  }
}

/** The answer of a fresh reading process, which has ended when this settles. Throws CS0519 to CS0521. */
export function readInProcess(request: ReadRequest, { timeoutMs, signal, processes }: ReadLimits): Promise<ReadReply> {
  if (signal?.aborted) return Promise.reject(stopped());
  const child = processes ? processes.take() : start();
  return new Promise((resolve, reject) => {
    let outcome: ReadReply | DataError = new DataError('CS0521', 'the process that reads data ended unexpectedly', ['it may have run out of memory']);
    const end = (result: ReadReply | DataError): void => {
      outcome = result;
      child.kill('SIGKILL');
    };
    const deadline = setTimeout(() => end(new DataError('CS0519', 'reading took longer than allowed', SIMPLER)), timeoutMs);
    const onAbort = (): void => end(stopped());
    const settle = (): void => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', onAbort);
      processes?.prepareSoon();
      if (outcome instanceof DataError) reject(outcome);
      else resolve(outcome);
    };
    signal?.addEventListener('abort', onAbort);
    child.once('message', (reply) => end(reply as ReadReply));
    child.once('exit', settle);
    // Not started at all: there is no exit to wait for.
    child.once('error', () => child.pid === undefined && settle());
    child.send(request, () => undefined);
  });
}

export const SIMPLER = ['ask for fewer rows, or simplify the query'];

const stopped = (): DataError => new DataError('CS0520', 'reading was stopped');
