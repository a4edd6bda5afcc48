import { type Plan, type PlanStep, type SuiteName, nearlyError, trafficOf } from '#program/plans';
import { allHeld, planOf, runParties } from '#testing';

const bits = 20;
const elements = [0, 0.3, -0.3, 1.75, -2.5, 6, -7.9, 8.1, -30, 500].map((x) => BigInt(Math.round(x * 2 ** bits)));
const vectors = { x: { party: 0, values: elements }, one: { party: 1, values: [1n << 4n] } };
const steps: readonly PlanStep[] = [
  { op: 'matmul', out: 'halved', left: 'x', right: 'one', fractionBits: 8, near: true },
  { op: 'reshape', out: 'flat', value: 'x', shape: [elements.length] },
  { op: 'sigmoid', out: 'y', value: 'flat', fractionBits: 16, near: true },
];

function planFor(parties: number, suite: SuiteName): Plan {
  const plan = planOf(parties, vectors, steps, { halved: elements.length, y: elements.length }, suite);
  return {
    ...plan,
    inputs: plan.inputs.map((input) => (input.name === 'x'
      ? { ...input, shape: [elements.length, 1], fractionBits: bits, range: { min: String(-(1n << 40n)), max: String(1n << 40n) } }
      : { ...input, shape: [1, 1], fractionBits: 4, range: { min: '0', max: '32' } })),
    outputs: plan.outputs.map((output) => ({ ...output, fractionBits: output.name === 'y' ? 16 : 8 })),
  };
}

test.each<[SuiteName, number]>([['additive-z64', 2], ['additive-z64', 3], ['additive-z64', 5], ['additive-z64', 8], ['replicated-z64', 3], ['shamir-p61', 3], ['shamir-p61', 5], ['shamir-p61', 8]])(
  '%s of %i parties truncates nearly, and sends what the plan says', async (suite, parties) => {
    const plan = planFor(parties, suite);
    const held = allHeld(await runParties(plan, vectors, { offline: 'real' }));
    const sent = held.map(({ stats }) => stats.bytesSent);
    const [opened] = await Promise.all(held.map((each) => each.open([0])));
    const numbers = (name: string, scale: number): number[] => Array.from(opened!.get(name)!, (word) => Number(BigInt.asIntN(64, word)) / 2 ** scale);
    elements.forEach((element, i) => {
      const x = Number(element) / 2 ** bits;
      expect(Math.abs(numbers('halved', 8)[i]! - x)).toBeLessThan(nearlyError(parties) / 256);
      expect(Math.abs(numbers('y', 16)[i]! - 1 / (1 + Math.exp(-x)))).toBeLessThan(parties > 5 ? 0.0009 + 14 / 65536 : 0.0006 + 8 / 65536);
    });
    const { bytes } = trafficOf(plan);
    expect(sent).toEqual(bytes.map((row) => row.reduce((sum, phases) => sum + Object.entries(phases).reduce((total, [phase, each]) => total + (phase === 'opening' ? 0 : each), 0), 0)));
  });
