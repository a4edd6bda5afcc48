import { describe, expect, test } from '@jest/globals';
import { Loop } from './loop.js';

const settle = () => new Promise((wake) => setTimeout(wake, 5));

describe('a loop', () => {
  test('never runs twice at once; wakes during a run make one more run', async () => {
    let running = 0;
    let runs = 0;
    const gates: (() => void)[] = [];
    const loop = new Loop(async () => {
      runs += 1;
      expect((running += 1)).toBe(1);
      await new Promise<void>((open) => gates.push(open));
      running -= 1;
    }, { everyMs: 60_000, onError: () => undefined });
    loop.start();
    loop.wake();
    loop.wake();
    gates.shift()?.();
    await settle();
    expect(runs).toBe(2);
    gates.shift()?.();
    await settle();
    expect(runs).toBe(2);
    await loop.stop();
    loop.wake();
    expect(runs).toBe(2);
  });

  test('goes on after an error', async () => {
    const errors: unknown[] = [];
    let runs = 0;
    const loop = new Loop(() => ((runs += 1) === 1 ? Promise.reject(new Error('once')) : Promise.resolve()), { everyMs: 1, onError: (error) => errors.push(error) });
    loop.start();
    while (runs < 2) await settle();
    await loop.stop();
    expect(errors).toHaveLength(1);
    expect(runs).toBeGreaterThan(1);
  });
});
