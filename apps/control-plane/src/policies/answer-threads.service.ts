import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Problem } from '../http/problem.js';
import { type Questions } from './answer-thread.js';

/** Node runs the thread from source as well, so specs need no build. */
const ENTRY = new URL(`./answer-thread${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
const LONGEST_MS = 30_000;
const MOST_WAITING = 16;
const HELP = 'the command line works it out on your machine, from a file';

/** Works out beside the event loop what could hold it up for seconds: one question at a time, in the order in which they were asked. */
@Injectable()
export class AnswerThreads implements BeforeApplicationShutdown {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private thread: Worker | undefined;
  private closed = false;

  /** @throws Problem CS0445, CS0446 */
  async ask<Q extends keyof Questions>(question: Q, ...given: Parameters<Questions[Q]>): Promise<ReturnType<Questions[Q]>> {
    if (this.waiting >= MOST_WAITING) throw new Problem(503, 'CS0445', 'too many questions about policies wait here already', { help: HELP });
    this.waiting += 1;
    const answer = this.last.then(() => this.work(question, given));
    this.last = answer.catch(() => undefined).finally(() => (this.waiting -= 1));
    return answer as Promise<ReturnType<Questions[Q]>>;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.closed = true;
    await this.thread?.terminate();
  }

  private work(question: keyof Questions, given: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new Problem(503, 'CS0445', 'the control plane stops', { help: HELP }));
      const thread = new Worker(ENTRY, { workerData: { question, given }, execArgv: ['--no-warnings'], env: {} });
      this.thread = thread;
      const timer = setTimeout(() => {
        reject(new Problem(422, 'CS0446', `the answer takes longer than ${LONGEST_MS / 1_000} seconds`, { help: HELP }));
        void thread.terminate();
      }, LONGEST_MS);
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', () => {
        clearTimeout(timer);
        // Ignored where it has answered.
        reject(new Error('the thread ended without an answer'));
      });
    });
  }
}
