import { EventEmitter } from 'node:events';
import { afterEach, expect, jest, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { WorkerSocket } from './worker-socket.js';

/** A peer that talks and reads nothing. */
class DeafSocket extends EventEmitter {
  readonly readyState = WebSocket.OPEN;
  readonly isPaused = false;
  bufferedAmount = 0;
  terminated = false;
  readonly ping = (): void => undefined;
  readonly close = (): void => undefined;
  send(text: string): void {
    this.bufferedAmount += text.length;
  }
  terminate(): void {
    if (this.terminated) return;
    this.terminated = true;
    this.emit('close');
  }
}

const open = (socket: DeafSocket): WorkerSocket => new WorkerSocket(socket as unknown as WebSocket, { id: 'bank-a', name: 'Bank A' }, 'k', { onMessage: () => Promise.resolve(), onClose: () => undefined, onTooManyHints: () => undefined, onError: () => undefined });
afterEach(() => void jest.useRealTimers());

test('a worker is silent when it leaves three pings unanswered, however late they are sent', () => {
  jest.useFakeTimers();
  const [alive, silent] = [new DeafSocket(), new DeafSocket()];
  for (const socket of [alive, silent]) open(socket);
  jest.advanceTimersByTime(6_000);
  // As after a time in which this process was held up: an answer that waited to be read is read before the next ping.
  jest.setSystemTime(Date.now() + 60_000);
  alive.emit('pong');
  expect([alive.terminated, silent.terminated]).toEqual([false, false]);
  jest.advanceTimersByTime(2_000);
  expect([alive.terminated, silent.terminated]).toEqual([false, true]);
  alive.terminate();
});

test('a worker that does not take what it is sent is cut off before it fills the memory', () => {
  const socket = new DeafSocket();
  const worker = open(socket);
  const bundle = { type: 'abort', job: `job_${'0'.repeat(20)}`, attempt: 1, code: 'CS0750', reason: 'x'.repeat(16 * 1024 * 1024) } as const;
  for (let i = 0; i < 4; i++) worker.send(bundle);
  expect(socket.terminated).toBe(false);
  for (let i = 0; i < 20 && !socket.terminated; i++) worker.send(bundle);
  expect([socket.terminated, socket.bufferedAmount < 160 * 1024 * 1024]).toEqual([true, true]);
});
