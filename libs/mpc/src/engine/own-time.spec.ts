import { type PlanStep, lower } from '#program';
import { type OwnTensor, planOfSteps, withLocalWork } from '#testing';
import { computeOwn } from './inputs.js';

const x: OwnTensor = { shape: [4096], range: { min: 0n, max: 1n << 20n }, elements: Array.from({ length: 4096 }, (_, i) => BigInt(i)) };
const sorted: PlanStep[] = [{ op: 'sort', out: 'y', value: 'x' }, { op: 'sort', out: 'z', value: 'y' }];

/** When a party sends first, by a clock on which its own work takes so long. */
async function sendsAt(steps: readonly PlanStep[], outputs: readonly string[], spent: number, self = 0): Promise<number> {
  const lowered = lower(withLocalWork(planOfSteps('additive-z64', { x }, steps, outputs)));
  const times = [0, spent].values();
  let waited = 0;
  const own = await computeOwn(lowered, self, new Map(self === 0 ? [['x', BigUint64Array.from(x.elements)]] : []), { now: () => times.next().value!, wait: async (ms) => void (waited = ms) });
  own.wipe();
  return spent + waited;
}

test('a party sends at a time that follows from the plan, not from how long its rows take', async () => {
  const times = await Promise.all([1, 49, 51, 120].map((spent) => sendsAt(sorted, ['z'], spent)));
  expect(new Set(times).size).toBe(1);
  // Ten times as long as an order that is there already takes.
  expect(times[0]).toBeGreaterThan(120);
});

test('what takes longer than it is given shows in whole multiples of that; without own work nothing waits', async () => {
  const given = await sendsAt(sorted, ['z'], 1);
  expect(await sendsAt(sorted, ['z'], given + 1)).toBe(2 * given);
  expect(await sendsAt(sorted, ['z'], 1, 1)).toBe(1);
  expect(await sendsAt([], ['x'], 1)).toBe(1);
  expect(await sendsAt([{ op: 'abs', out: 'y', value: 'x' }], ['y'], 1)).toBe(50);
});
