import { type PlanStep } from '#program';
import { type PrivateVector } from './parties.js';

/** What a session computes, and the lengths of what it opens. */
export interface SmallSession {
  readonly vectors: Readonly<Record<string, PrivateVector>>;
  readonly steps: readonly PlanStep[];
  readonly outputs: Readonly<Record<string, number>>;
}

/** Products of words and of matrices, and a comparison, whose messages are held against baselines: a change of it changes those. `counter` has the vector that is compared. */
export function recordedSession(rows: number, counter: number): SmallSession {
  const column = Array.from({ length: rows }, (_, i) => BigInt(i) * 3n - 100n);
  return {
    vectors: { a: { party: 0, values: column }, b: { party: 1, values: column }, n: { party: counter, values: [12n, 13n, 14n] }, w: { party: 0, values: [5n] } },
    steps: [
      { op: 'multiply', out: 'c', left: 'a', right: 'b' },
      { op: 'combine', out: 'd', columns: ['a', 'b'], weights: ['w', 'w'] },
      { op: 'require_at_least', value: 'n', bound: 10 },
    ],
    outputs: { c: rows, d: rows },
  };
}

/** One that has rounds of every kind, for what goes wrong on the way; `expected` is what it opens. */
export const disturbedSession = (parties: number): SmallSession & { readonly expected: Readonly<Record<string, readonly bigint[]>> } => ({
  vectors: { a: { party: 0, values: [7n, -(2n ** 40n), 1n] }, b: { party: 1, values: [3n, 5n, 4n] }, n: { party: 2 % parties, values: [12n] } },
  steps: [
    { op: 'multiply', out: 'c', left: 'a', right: 'b' },
    { op: 'require_at_least', value: 'n', bound: 10 },
    { op: 'relu', out: 'r', value: 'n' },
  ],
  outputs: { c: 3, r: 1 },
  expected: { c: [21n, -5n * 2n ** 40n, 4n], r: [12n] },
});
