import { Budget } from './budget.js';

it('gives what it has at once, and then so much in a second, never more than its most', () => {
  let now = 0;
  const budget = new Budget({ most: 5, perSecond: 2 }, () => now);
  const taken = (times: number): number => Array.from({ length: times }, () => budget.take()).filter(Boolean).length;
  expect(taken(9)).toBe(5);
  now = 499;
  expect(taken(9)).toBe(0);
  now = 2_000;
  expect(taken(9)).toBe(4);
  now = 1_000_000;
  expect(taken(9)).toBe(5);
});
