import { backoffMs, DEFAULT_BACKOFF } from './backoff.js';

const delay = (tries: number, downMs: number, fraction = 1 - 2 ** -30): number => backoffMs(DEFAULT_BACKOFF, { tries, downMs, fraction });

test('the first tries follow quickly, each later one waits longer, up to two seconds', () => {
  expect(delay(1, 0)).toBeLessThanOrEqual(100);
  expect([1, 2, 3, 4, 5, 6, 7].map((tries) => Math.ceil(delay(tries, 1_000)))).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
});
test('after a minute without a connection the ceiling rises, and stays bounded', () => {
  expect(delay(10, 61_000)).toBeGreaterThan(10_000);
  expect(delay(10_000, 1e9)).toBeLessThanOrEqual(DEFAULT_BACKOFF.laterMs);
});
test('workers spread over half of the delay', () => {
  expect(delay(5, 0, 0)).toBe(800);
  expect(delay(5, 0, 0.5)).toBe(1200);
});
