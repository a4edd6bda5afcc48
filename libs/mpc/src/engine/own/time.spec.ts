import { type PlanStep, lower } from '#program';
import { type OwnTensor, planOfSteps, withLocalWork } from '#testing';
import { computeOwn } from './compute.js';

const x: OwnTensor = { shape: [4096], range: { min: 0n, max: 1n << 20n }, elements: Array.from({ length: 4096 }, (_, i) => BigInt(i)) };
const sorted: PlanStep[] = [{ op: 'sort', out: 'y', value: 'x' }, { op: 'sort', out: 'z', value: 'y' }];

interface Case {
  readonly steps: readonly PlanStep[];
  readonly outputs: readonly string[];
  readonly spent: number;
  readonly self?: number;
  readonly isApart?: boolean;
}

/** How long after it began, at the start or with a loaded thread, a party sends first, by a clock on which its own work takes so long. */
async function sendsAt({ steps, outputs, spent, self = 0, isApart = false }: Case): Promise<number> {
  const lowered = lower(withLocalWork(planOfSteps('additive-z64', { x }, steps, outputs)));
  const times = [1000, 1000 + spent].values();
  let waited = 0;
  const own = await computeOwn(lowered, self, new Map(self === 0 ? [['x', BigUint64Array.from(x.elements)]] : []), {
    isApart: () => isApart, now: () => times.next().value!, wait: async (ms) => void (waited = ms),
  });
  own.wipe();
  return waited === 0 ? 0 : spent + waited;
}

describe.each([false, true])('in a thread: %p', (isApart) => {
  test('a party sends at a time that follows from the plan, not from how long its rows take', async () => {
    const times = await Promise.all([1, 49, 51, 120].map((spent) => sendsAt({ steps: sorted, outputs: ['z'], spent, isApart })));
    expect(new Set(times).size).toBe(1);
    // Ten times as long as an order that is there already takes.
    expect(times[0]).toBeGreaterThan(120);
  });

  test('what takes longer than it is given shows in whole multiples of that; without own work nothing waits', async () => {
    const given = await sendsAt({ steps: sorted, outputs: ['z'], spent: 1, isApart });
    expect(await sendsAt({ steps: sorted, outputs: ['z'], spent: given + 1, isApart })).toBe(2 * given);
    expect(await sendsAt({ steps: sorted, outputs: ['z'], spent: 1, self: 1, isApart })).toBe(0);
    expect(await sendsAt({ steps: [], outputs: ['x'], spent: 1, isApart })).toBe(0);
    expect(await sendsAt({ steps: [{ op: 'abs', out: 'y', value: 'x' }], outputs: ['y'], spent: 1, isApart })).toBe(50);
  });
});
