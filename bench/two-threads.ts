import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * What each of two threads that run this file measured. Both get `data` and their `party` as `workerData`, the second one also the `port` that the first one posts; then each
 * posts what it measured.
 */
export async function twoThreads<Measured>(file: URL, data: object): Promise<readonly [Measured, Measured]> {
  const start = (party: 0 | 1, port?: number): Worker => new Worker(file, { workerData: { ...data, party, ...(port !== undefined && { port }) } });
  const first = start(0);
  const [{ port }] = (await once(first, 'message')) as [{ port: number }];
  const second = start(1, port);
  const [[one], [other]] = (await Promise.all([once(first, 'message'), once(second, 'message')])) as [[Measured], [Measured]];
  await Promise.all([first.terminate(), second.terminate()]);
  return [one, other];
}
