import fc from 'fast-check';
import { type PlanStep, type Plan, type SuiteName, MAX_PARTIES, suiteValueBits, dyadic, evaluateSteps, exactly, toNumber } from '#program';
import { type OwnTensor, allHeld, interpretInstructions, planOf, planOfSteps, runParties, runSteps } from '#testing';

/** A suite, of how many parties, and whether they run it or the ideal functionality stands in their place. */
type Setting = readonly [suite: SuiteName, parties: number, by: 'parties' | 'the ideal functionality'];

/** A plan of one tensor operation per step over inputs with ranges, and its outputs at every receiver. */
async function opened([suite, parties, by]: Setting, inputs: Readonly<Record<string, { party: number; values: readonly bigint[]; fractionBits?: number; shape?: readonly number[] }>>, steps: readonly PlanStep[], outputs: Readonly<Record<string, { length: number; fractionBits: number }>>): Promise<{ plan: Plan; values: Map<string, bigint[]>; clear: Map<string, number[]> }> {
  const base = planOf(parties, inputs, steps, {}, suite);
  const plan: Plan = {
    ...base,
    inputs: base.inputs.map((input) => {
      const { values, fractionBits = 0, shape } = inputs[input.name]!;
      const range = { min: String(values.reduce((a, b) => (a < b ? a : b))), max: String(values.reduce((a, b) => (a > b ? a : b))) };
      return { ...input, fractionBits, range, ...(shape && { shape }) };
    }),
    outputs: Object.entries(outputs).map(([value, { length, fractionBits }]) => ({ name: value, value, length, fractionBits })),
  };
  const open = async (): Promise<Map<string, bigint[]>> => {
    const [first] = await Promise.all(allHeld(await runParties(plan, inputs, { offline: 'ideal' })).map((each) => each.open([0])));
    return new Map([...first!].map(([name, words]) => [name, Array.from(words, (word) => BigInt.asIntN(64, word))]));
  };
  const values = by === 'parties' ? await open() : new Map([...interpretInstructions(plan, new Map(Object.entries(inputs).map(([name, input]) => [name, input.values]))).outputs].map(([name, of]) => [name, [...of]]));
  const clear = evaluateSteps(plan, new Map(Object.entries(inputs).map(([name, { values, fractionBits = 0 }]) => [name, values.map((value) => dyadic(value, -fractionBits))])));
  return {
    plan,
    values,
    clear: new Map([...clear].map(([name, vector]) => [name, vector.map(toNumber)])),
  };
}

const all = [0n, 1n, -1n, 2n, 7n, -7n, 255n, -256n, 65_535n, 2n ** 40n, -(2n ** 40n) + 1n, 2n ** 60n, -(2n ** 60n)];

const suites: readonly (readonly [SuiteName, number])[] = [
  ['additive-z64', 2], ['additive-z64', 3], ['additive-z64', 4], ['additive-z64', 5], ['additive-z64', 6], ['additive-z64', 8], ['additive-z64', MAX_PARTIES], ['replicated-z64', 3],
  ['shamir-p61', 3], ['shamir-p61', 4], ['shamir-p61', 5], ['shamir-p61', 6], ['shamir-p61', 8], ['shamir-p61', MAX_PARTIES],
];
const settings: readonly Setting[] = [...suites.map(([suite, parties]): Setting => [suite, parties, 'parties']), ...suites.map(([suite, parties]): Setting => [suite, parties, 'the ideal functionality'])];

describe.each(settings)('%s of %i parties, by %s', (name, count, by) => {
  const parties: Setting = [name, count, by];
  const limit = 1n << BigInt(suiteValueBits(name) - 1);

  const interesting = all.filter((x) => x < limit / 2n && x > -limit / 2n);

  test('compare, and know the sign of every value', async () => {
    const { values, clear } = await opened(parties, { x: { party: 0, values: interesting }, y: { party: 1, values: [...interesting].reverse() } }, [
      { op: 'less', out: 'l', left: 'x', right: 'y' },
      { op: 'equal', out: 'e', left: 'x', right: 'y' },
      { op: 'relu', out: 'r', value: 'x' },
      { op: 'abs', out: 'a', value: 'x' },
      { op: 'maximum', out: 'm', left: 'x', right: 'y' },
      { op: 'max', out: 'top', value: 'x', axis: 0 },
      { op: 'argmax', out: 'where', value: 'x', axis: 0 },
    ], Object.fromEntries([['l', 0], ['e', 0], ['r', 0], ['a', 0], ['m', 0], ['top', 1], ['where', 1]].map(([output, length]) => [output, { length: (length as number) || interesting.length, fractionBits: 0 }])));
    for (const [name, expected] of clear) expect([name, values.get(name)!.map(Number)]).toEqual([name, expected]);
  });

  test.each([1, 2, 13, 20, 31, 57])('truncate by %i bits exactly, towards minus infinity', async (bits) => {
    const values = [...interesting, (1n << BigInt(bits)) - 1n, 1n << BigInt(bits), -(1n << BigInt(bits)), -(1n << BigInt(bits)) - 1n].filter((x) => x < limit && x > -limit);
    const { values: made } = await opened(parties, { x: { party: 1, values, fractionBits: 60 } }, [{ op: 'rescale', out: 'y', value: 'x', fractionBits: 60 - bits }], { y: { length: values.length, fractionBits: 60 - bits } });
    expect(made.get('y')).toEqual(values.map((x) => x >> BigInt(bits)));
  });

  test('multiply matrices at a fixed-point scale', async () => {
    const left = Array.from({ length: 6 }, (_, i) => BigInt(i * 12_345 - 30_000));
    const right = Array.from({ length: 12 }, (_, i) => BigInt(i * -7_777 + 40_001));
    const { values, clear } = await opened(parties, { x: { party: 0, values: left, fractionBits: 16, shape: [2, 3] }, y: { party: 1, values: right, fractionBits: 16, shape: [3, 4] } }, [
      { op: 'matmul', out: 'z', left: 'x', right: 'y', fractionBits: 16 },
    ], { z: { length: 8, fractionBits: 16 } });
    values.get('z')!.forEach((z, i) => expect(Math.abs(Number(z) / 2 ** 16 - clear.get('z')![i]!)).toBeLessThanOrEqual(2 ** -16));
  });
});

// From 4,096 lanes on masks are made by ripple adders.
test.each([['additive-z64', 2], ['additive-z64', 3], ['replicated-z64', 3], ['shamir-p61', 3]] as const)('%s with %i parties compares and truncates thousands of values at once', async (name, parties) => {
  const length = 4099;
  const values = Array.from({ length }, (_, i) => (BigInt(i) * 0x9e3779b97f4a7c15n % (1n << 50n)) - (1n << 49n));
  const { values: made } = await opened([name, parties, 'parties'], { x: { party: 0, values, fractionBits: 40 }, y: { party: 1, values: values.toReversed(), fractionBits: 40 } }, [
    { op: 'less', out: 'l', left: 'x', right: 'y' },
    { op: 'rescale', out: 't', value: 'x', fractionBits: 21 },
  ], { l: { length, fractionBits: 0 }, t: { length, fractionBits: 21 } });
  expect(made.get('l')).toEqual(values.map((x, i) => (x < values[length - 1 - i]! ? 1n : 0n)));
  expect(made.get('t')).toEqual(values.map((x) => x >> 19n));
});

describe('any tensors, with extreme values and without elements', () => {
  /** Sizes of axes, of which some have no elements. */
  const anySize = fc.oneof({ arbitrary: fc.integer({ min: 1, max: 4 }), weight: 5 }, { arbitrary: fc.constant(0), weight: 1 });
  const tensorOf = (shape: readonly number[], bits: number, fractionBits = 0): fc.Arbitrary<OwnTensor> => {
    const end = (1n << BigInt(bits)) - 1n;
    const length = shape.reduce((a, b) => a * b, 1);
    return fc.array(fc.oneof(fc.bigInt({ min: -end, max: end }), fc.constantFrom(-end, end, 0n, 1n, -1n)), { minLength: length, maxLength: length })
      .map((elements) => ({ shape, elements, fractionBits, range: { min: -end, max: end } }));
  };
  const steps: PlanStep[] = [
    { op: 'less', out: 'less', left: 'x', right: 'z' }, { op: 'equal', out: 'equal', left: 'x', right: 'z' }, { op: 'select', out: 'select', condition: 'less', yes: 'x', no: 'z' },
    { op: 'relu', out: 'relu', value: 'x' }, { op: 'abs', out: 'abs', value: 'x' }, { op: 'maximum', out: 'maximum', left: 'x', right: 'z' }, { op: 'minimum', out: 'minimum', left: 'x', right: 'z' },
    { op: 'linear', out: 'linear', terms: [{ value: 'x', factor: '-2' }, { value: 'z', factor: '1' }], constant: '5' }, { op: 'sort', out: 'sort', value: 'x' }, { op: 'sum', out: 'sum', value: 'x', axis: 1 },
    { op: 'slice', out: 'few', value: 'x', axis: 1, from: 0, to: 0 }, { op: 'sum', out: 'none', value: 'few', axis: 1 }, { op: 'concat', out: 'concat', values: ['few', 'x', 'z'], axis: 1 },
    { op: 'transpose', out: 't', value: 'a', axes: [1, 0] }, { op: 'product', out: 'product', left: 'a', right: 'a', fractionBits: 3 }, { op: 'matmul', out: 'matmul', left: 't', right: 'a', fractionBits: 2 },
    { op: 'rescale', out: 'rescale', value: 'a', fractionBits: 1 }, { op: 'broadcast', out: 'broadcast', value: 'one', shape: [2, 3] }, { op: 'multiply', out: 'multiply', left: 'a', right: 'one' },
    { op: 'sigmoid', out: 'sigmoid', value: 'a', fractionBits: 8 }, { op: 'softmax', out: 'softmax', value: 'a', fractionBits: 8 }, { op: 'within', out: 'enough', value: 'one', min: '-1048575', max: '1048575' },
  ];
  const outputs = steps.flatMap((step) => ('out' in step ? [step.out] : []));

  test.each(suites.filter(([, parties]) => parties < 5))('%s with %i parties', async (suite, parties) => {
    const bits = suiteValueBits(suite) - 3;
    const inputs = fc.tuple(anySize, anySize, anySize).chain(([rows, columns, width]) => fc.record({
      x: tensorOf([rows, columns], bits), z: tensorOf([rows, columns], bits), a: tensorOf([rows, width], 20, 4), one: tensorOf([1], 20),
    }));
    await fc.assert(fc.asyncProperty(inputs, async (tensors) => {
      const plan = planOfSteps(suite, tensors, steps, outputs, parties);
      const vectors = Object.fromEntries(plan.inputs.map(({ name, party }) => [name, { party, values: tensors[name as keyof typeof tensors].elements }]));
      const [opened] = await Promise.all(allHeld(await runParties(plan, vectors, { offline: 'ideal' })).map((each) => each.open([0])));
      // The ideal functionality, which is held against exact arithmetic where operators are.
      const { outputs: expected } = runSteps(plan, tensors);
      for (const [name, values] of expected) expect([name, Array.from(opened!.get(name)!, (word) => BigInt.asIntN(64, word))]).toEqual([name, values]);
    }), { numRuns: 12 });
  });

  test.each(suites.filter(([, parties]) => parties === 3 || parties === 2))('%s with %i parties opens nothing where there is nothing', async (suite, parties) => {
    const empty: OwnTensor = { shape: [0, 3], elements: [] };
    const plan = planOfSteps(suite, { x: empty, z: empty }, [{ op: 'less', out: 'y', left: 'x', right: 'z' }, { op: 'require_at_least', value: 'y', bound: 1 }], ['x', 'y'], parties);
    const held = allHeld(await runParties(plan, { x: { party: 0, values: [] }, z: { party: 1, values: [] } }, { offline: 'real' }));
    const opened = await Promise.all(held.map((each) => each.open([0, 1])));
    for (const values of opened.slice(0, 2)) expect([...values!.values()].map(({ length }) => length)).toEqual([0, 0]);
  });
});

test('a clear value is what it says', () => expect(toNumber(exactly(0.5))).toBe(0.5));
