import fc from 'fast-check';
import { KernelMemory } from '#kernels';
import { type Plan, type PlanStep, dyadic, evaluateSteps, toNumber } from '#program';
import { inputBytes, lower, roundsOf } from '#program/plans';
import { planOf, replicatedPlayers } from '#testing';
import { shareAll } from '../../engine/inputs.js';
import { Machine, place, scratchBytes } from '../../machine/index.js';
import { reconstructReplicated } from './index.js';

interface Input {
  readonly party: number;
  readonly values: readonly bigint[];
  readonly fractionBits?: number;
  readonly shape?: readonly number[];
}

/** Runs steps on the machine of three replicated parties: the words of every output, given by its length, and the same in the clear. */
async function run(inputs: Readonly<Record<string, Input>>, steps: readonly PlanStep[], outputs: Readonly<Record<string, number>>, fractionBits = 0): Promise<{ words: Map<string, bigint[]>; clear: () => Map<string, number[]> }> {
  const base = planOf(3, inputs, steps, outputs);
  const plan: Plan = {
    ...base,
    suite: 'replicated-z64',
    outputs: base.outputs.map((output) => ({ ...output, fractionBits })),
    inputs: base.inputs.map((input) => {
      const { values, fractionBits: scale = 0, shape } = inputs[input.name]!;
      const range = { min: String(values.reduce((a, b) => (a < b ? a : b))), max: String(values.reduce((a, b) => (a > b ? a : b))) };
      return { ...input, fractionBits: scale, range, ...(shape && { shape }) };
    }),
  };
  const clear = (): Map<string, number[]> => new Map([...evaluateSteps(plan, new Map(Object.entries(inputs).map(([name, { values, fractionBits: scale = 0 }]) =>
    [name, values.map((value) => dyadic(value, -scale))])))].map(([name, vector]) => [name, vector.map(toNumber)]));
  const lowered = lower(plan);
  const players = await replicatedPlayers();
  const shares = await Promise.all(players.map(async ({ suite, party, mesh }) => {
    const placement = place(lowered, suite);
    const memory = new KernelMemory(placement.bytes + scratchBytes(lowered) + inputBytes(lowered, 2));
    const machine = new Machine(lowered, placement, memory, suite);
    const own = Object.entries(inputs).filter(([, input]) => input.party === party).map(([name, { values }]) => [name, BigUint64Array.from(values, (each) => BigInt.asUintN(64, each))] as const);
    const before = mesh.rounds;
    await shareAll(machine, plan, lowered, party, new Map(own));
    await machine.run(lowered.online, () => undefined);
    expect(mesh.rounds - before).toBe(1 + roundsOf(lowered.online));
    return lowered.outputs.map((output) => machine.read(output));
  }));
  const words = Object.entries(outputs).map(([name, length], i) => {
    const opened = reconstructReplicated(shares.map((share) => share[i]!), length);
    return [name, Array.from(opened, (word) => BigInt.asIntN(64, word))] as const;
  });
  return { words: new Map(words), clear };
}

const interesting = [0n, 1n, -1n, 2n, 7n, -7n, 255n, -256n, 65_535n, 2n ** 40n, -(2n ** 40n) + 1n, 2n ** 60n, -(2n ** 60n)];
const value = fc.oneof(fc.bigInt(-(2n ** 61n) + 1n, 2n ** 61n - 1n), fc.bigInt(-3n, 3n));

const comparisons: PlanStep[] = [
  { op: 'less', out: 'l', left: 'x', right: 'y' },
  { op: 'equal', out: 'e', left: 'x', right: 'y' },
  { op: 'maximum', out: 'm', left: 'x', right: 'y' },
];

test('comparisons of extreme values', async () => {
  const { words, clear } = await run({ x: { party: 0, values: interesting }, y: { party: 1, values: interesting.toReversed() } }, [
    ...comparisons,
    { op: 'relu', out: 'r', value: 'x' },
    { op: 'abs', out: 'a', value: 'x' },
    { op: 'max', out: 'top', value: 'x', axis: 0 },
    { op: 'argmax', out: 'where', value: 'x', axis: 0 },
  ], { l: 13, e: 13, m: 13, r: 13, a: 13, top: 1, where: 1 });
  for (const [name, expected] of clear()) expect([name, words.get(name)!.map(Number)]).toEqual([name, expected]);
});

test('comparisons of random values, any number at once', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 300 }), async (pairs) => {
    const [x, y] = [pairs.map(([left]) => left), pairs.map(([, right]) => right)];
    const { words } = await run({ x: { party: 2, values: x }, y: { party: 1, values: y } }, comparisons, { l: x.length, e: x.length, m: x.length });
    expect(words.get('l')).toEqual(x.map((each, i) => (each < y[i]! ? 1n : 0n)));
    expect(words.get('e')).toEqual(x.map((each, i) => (each === y[i] ? 1n : 0n)));
    expect(words.get('m')).toEqual(x.map((each, i) => (each < y[i]! ? y[i]! : each)));
  }), { numRuns: 15 });
});

test.each([1, 2, 13, 20, 31, 59])('truncation by %i bits, exact and towards minus infinity', async (bits) => {
  const values = [...interesting, (1n << BigInt(bits)) - 1n, 1n << BigInt(bits), -(1n << BigInt(bits)), -(1n << BigInt(bits)) - 1n].filter((x) => x < 2n ** 61n && x > -(2n ** 61n));
  const { words } = await run({ x: { party: 1, values, fractionBits: 60 } }, [{ op: 'rescale', out: 'y', value: 'x', fractionBits: 60 - bits }], { y: values.length }, 60 - bits);
  expect(words.get('y')).toEqual(values.map((x) => x >> BigInt(bits)));
});

test('products of matrices at a fixed-point scale', async () => {
  const left = Array.from({ length: 6 }, (_, i) => BigInt(i * 12_345 - 30_000));
  const right = Array.from({ length: 12 }, (_, i) => BigInt(i * -7_777 + 40_001));
  const { words, clear } = await run(
    { x: { party: 0, values: left, fractionBits: 16, shape: [2, 3] }, y: { party: 1, values: right, fractionBits: 16, shape: [3, 4] } },
    [{ op: 'matmul', out: 'z', left: 'x', right: 'y', fractionBits: 16 }], { z: 8 }, 16);
  words.get('z')!.forEach((z, i) => expect(Math.abs(Number(z) / 2 ** 16 - clear().get('z')![i]!)).toBeLessThanOrEqual(2 ** -16));
});

test('a required minimum ends every party alike', async () => {
  const steps = (bound: number): PlanStep[] => [{ op: 'require_at_least', value: 'n', bound }, { op: 'add', out: 's', terms: ['n'] }];
  const inputs = { n: { party: 0, values: [12n, 10n, 14n] } };
  expect((await run(inputs, steps(10), { s: 3 })).words.get('s')).toEqual([12n, 10n, 14n]);
  await expect(run(inputs, steps(11), { s: 3 })).rejects.toMatchObject({ code: 'CS0707' });
});
