import fc from 'fast-check';
import { type AnyExpression, type OwnTensor, anyExpression, everyOperator, interpretInstructions, planOfSteps, smallTensors, withLocalWork } from '#testing';
import { dyadic, toNumber } from '../dyadic.js';
import { type Plan, type PlanStep, type SuiteName, evaluateSteps, lower, planCost, roundsOf, trafficOf } from '../index.js';
import { isRequirement } from '../plan.js';
import { operatorOf } from '../tensor/operators/index.js';
import { checkPlan } from '../values.js';
import { type CutNode, minimumCut } from './cut.js';
import { MOST_OWN_MS, isExact, ownMilliseconds } from './duration.js';
import { ownVectors } from './evaluate.js';
import { evaluated, inGeneral, quickly } from './integers.js';

const suites: (readonly [SuiteName, number])[] = [['additive-z64', 2], ['additive-z64', 3], ['additive-z64', 5], ['replicated-z64', 3], ['shamir-p61', 3], ['shamir-p61', 5]];

const onShares = (plan: Plan): Plan => ({ ...plan, inputs: plan.inputs.map((input) => ({ ...input, onShares: true })) });
const shared = (plan: Plan): string[] => lower(plan).inputs.map(({ name }) => name);
/** All inputs of one party. */
const ofOne = (plan: Plan, party = 0): Plan => ({ ...withLocalWork(plan), inputs: withLocalWork(plan).inputs.map((input) => ({ ...input, party })) });
const words = (elements: readonly bigint[]): BigUint64Array => BigUint64Array.from(elements, (each) => BigInt.asUintN(64, each));

describe.each(suites)('%s, %i parties: what owners compute', (suite, parties) => {
  test('is bit for bit what it is on shares, where that is exact', () => {
    fc.assert(fc.property(anyExpression(suite, parties), ({ plan, elements }: AnyExpression) => {
      expect(interpretInstructions(plan, elements).outputs).toEqual(interpretInstructions(onShares(plan), elements).outputs);
      expect(interpretInstructions(ofOne(plan), elements).outputs).toEqual(interpretInstructions(onShares(plan), elements).outputs);
    }), { numRuns: 40 });
  });

  const opening = (step: PlanStep): boolean => isRequirement(step);
  test.each(Object.entries(everyOperator).filter(([, steps]) => !steps.some(opening)))('of `%s` takes no message but the shared result, and is what exact arithmetic says', (_, steps) => {
    const plan = ofOne(planOfSteps(suite, smallTensors, steps, ['y'], parties));
    const { registers: __, inputs, offline, online } = lower(plan);
    expect([roundsOf(offline), roundsOf(online)]).toEqual([0, 0]);
    expect(planCost(plan)).toMatchObject({ triples: 0, andWords: 0, daBits: 0, matrixTriples: [], rounds: 2 });
    expect(inputs.every(({ party }) => party === 0)).toBe(true);
    const entries = Object.entries(smallTensors);
    const { outputs } = interpretInstructions(plan, new Map(entries.map(([name, { elements }]) => [name, elements])));
    const exact = evaluateSteps(plan, new Map(entries.map(([name, { elements, fractionBits = 0 }]) => [name, elements.map((each) => dyadic(each, -fractionBits))])));
    const { fractionBits } = plan.outputs[0]!;
    outputs.get('y')!.forEach((got, i) => {
      const off = toNumber(exact.get('y')![i]!) * 2 ** fractionBits - Number(got);
      if (operatorOf(steps.at(-1) as never).error) expect(Math.abs(off)).toBeLessThanOrEqual(0.51);
      else expect([off >= 0, off < 1]).toEqual([true, true]);
    });
  });
});

test('the quick way is the general one', () => {
  fc.assert(fc.property(anyExpression('additive-z64', 3), ({ plan, elements }) => {
    const types = checkPlan(plan);
    const values = new Map<string, BigInt64Array>([...elements].map(([name, each]) => [name, BigInt64Array.from(each)]));
    const operands = { value: (name: string) => values.get(name)!, typeOf: (name: string) => types.get(name)! };
    for (const step of plan.steps) {
      if (isRequirement(step)) continue;
      const quick = evaluated(step, operands);
      expect([step.op, quick]).toEqual([step.op, inGeneral(step, operands)]);
      values.set(step.out, quick);
    }
  }), { numRuns: 300 });
});

test.each(Object.entries(everyOperator))('`%s` is given the time of the way that it is taken', (_, steps) => {
  const types = checkPlan(planOfSteps('additive-z64', smallTensors, steps, [steps.flatMap((step) => ('out' in step ? [step.out] : [])).at(-1) ?? Object.keys(smallTensors)[0]!]));
  const values = new Map<string, BigInt64Array>(Object.entries(smallTensors).map(([name, { elements }]) => [name, BigInt64Array.from(elements)]));
  const operands = { value: (name: string) => values.get(name)!, typeOf: (name: string) => types.get(name)! };
  for (const step of steps) {
    if (isRequirement(step)) continue;
    if (step.op !== 'constant') expect([step.op, isExact(step)]).toEqual([step.op, quickly(step, operands) === undefined]);
    values.set(step.out, evaluated(step, operands));
  }
});

test('work that would keep an owner busy for long stays on shares, all of it', () => {
  const planFor = (length: number): Plan => {
    const tensors = { x: { shape: [length], range: { min: 1n, max: 9n }, elements: new Array<bigint>(length).fill(3n) } };
    return ofOne(planOfSteps('replicated-z64', tensors, [{ op: 'reciprocal', out: 'y', value: 'x', fractionBits: 8 }, { op: 'multiply', out: 'z', left: 'x', right: 'x' }], ['y', 'z']));
  };
  expect(shared(planFor(1_000))).toEqual(['y', 'z']);
  const longest = Math.floor(MOST_OWN_MS / 16e-3);
  expect(ownMilliseconds(lower(planFor(longest - 4_000)), 0)).toBeGreaterThan(MOST_OWN_MS - 200);
  expect(shared(planFor(longest - 4_000))).toEqual(['y', 'z']);
  expect(shared(planFor(longest + 4_000))).toEqual(['x']);
});

test.each([0, 1, 65_535, 65_537, 140_001])('steps on %i elements are taken in parts, and are what they are one by one', (length) => {
  const x = Array.from({ length }, (_, i) => BigInt((i * 7919) % 1009) - 500n);
  const tensors = { x: { shape: [length], range: { min: -500n, max: 508n }, elements: x }, one: { shape: [1], range: { min: 7n, max: 7n }, elements: [7n] } };
  const plan = ofOne(planOfSteps('additive-z64', tensors, [{ op: 'divide', out: 'z', left: 'x', right: 'one', fractionBits: 0 }], ['z']));
  const { vectors } = ownVectors(lower(plan), 0, new Map(Object.entries(tensors).map(([name, { elements }]) => [name, words(elements)])));
  expect(vectors.get('z')!.every((word, i) => BigInt.asIntN(64, word) === BigInt(Math.floor(Number(x[i]) / 7 + 0.5)))).toBe(true);
  expect(vectors.get('z')).toHaveLength(length);
});

describe('what is shared', () => {
  const tensors = (length: number): Record<string, OwnTensor> => Object.fromEntries(['x', 'y', 'w'].map((name) =>
    [name, { shape: [length], fractionBits: 8, range: { min: -1000n, max: 1000n }, elements: Array.from({ length }, (_, i) => BigInt(i)) }]));
  /** x and w of one owner, y of another. */
  const plan = (steps: readonly PlanStep[], outputs: readonly string[], suite: SuiteName = 'replicated-z64'): Plan => {
    const made = withLocalWork(planOfSteps(suite, tensors(6), steps, outputs, 3));
    return { ...made, inputs: made.inputs.map((input) => ({ ...input, party: input.name === 'y' ? 1 : 0 })) };
  };
  const square: PlanStep = { op: 'product', out: 'xx', left: 'x', right: 'x', fractionBits: 8 };

  test('is a result, not what it is made of; what nothing rests on is not shared', () => {
    expect(shared(plan([square, { op: 'multiply', out: 'z', left: 'xx', right: 'y' }], ['z']))).toEqual(['y', 'xx']);
    expect(shared(plan([square, { op: 'sum', out: 's', value: 'xx', axis: 0 }, { op: 'linear', out: 'z', terms: [{ value: 's', factor: '1' }, { value: 'y', factor: '2' }] }], ['z']))).toEqual(['y', 's']);
  });

  test('are inputs themselves too, where they meet others, and then nothing that follows from them for nothing', () => {
    const steps: PlanStep[] = [square, { op: 'multiply', out: 'z', left: 'x', right: 'y' }, { op: 'sum', out: 's', value: 'x', axis: 0 }, { op: 'less', out: 'v', left: 'xx', right: 'y' }];
    expect(shared(plan(steps, ['z', 's', 'v']))).toEqual(['x', 'y', 'xx']);
  });

  test('is the input where steps that send nothing make more of it, or many', () => {
    const windows: PlanStep = { op: 'windows', out: 'cut', value: 'x', axes: [{ taps: 3, stride: 1, dilation: 1, before: 1, windows: 6 }] };
    expect(shared(plan([windows], ['cut']))).toEqual(['x']);
    const slices = [0, 1, 2].map((from): PlanStep => ({ op: 'slice', out: `s${from}`, value: 'x', axis: 0, from, to: from + 4 }));
    expect(shared(plan(slices, ['s0', 's1', 's2']))).toEqual(['x']);
    expect(shared(plan(slices.slice(0, 1), ['s0']))).toEqual(['s0']);
  });

  test('without local work is what it was', () => {
    const steps: PlanStep[] = [{ op: 'reshape', out: 'r', value: 'x', shape: [6] }, { op: 'multiply', out: 'z', left: 'r', right: 'y' }];
    expect(shared(plan(steps, ['z']))).toEqual(['x', 'y']);
    expect(lower(plan(steps, ['z'])).online).toEqual(lower(onShares({ ...plan(steps, ['z']), inputs: plan(steps, ['z']).inputs.filter(({ name }) => name !== 'w') })).online);
  });

  test('sends less than on shares, in every suite', () => {
    const steps: PlanStep[] = [square, { op: 'less', out: 'l', left: 'x', right: 'w' }, { op: 'sum', out: 's', value: 'l', axis: 0 }, { op: 'multiply', out: 'z', left: 'xx', right: 'y' }];
    for (const suite of ['additive-z64', 'replicated-z64', 'shamir-p61'] as const) {
      const [local, all] = [plan(steps, ['z', 's'], suite), onShares(plan(steps, ['z', 's'], suite))].map((each) => trafficOf(each).bytes.flat().reduce((sum, phases) => sum + phases.inputs + phases.online, 0));
      expect(local).toBeLessThan(all! / 4);
    }
  });
});

describe('rows of several owners', () => {
  const table = (rows: number, range = { min: -1000n, max: 1000n }): OwnTensor => ({ shape: [rows, 2], fractionBits: 8, range, elements: Array.from({ length: 2 * rows }, () => 0n) });
  const rowsOf: PlanStep[] = [{ op: 'concat', out: 'x', values: ['a', 'b', 'c'], axis: 0 }];
  const plan = (steps: readonly PlanStep[], outputs: readonly string[], tensors: Record<string, OwnTensor> = { a: table(3), b: table(2), c: table(4) }): Plan =>
    withLocalWork(planOfSteps('replicated-z64', tensors, [...rowsOf, ...steps], outputs, 3));
  const square: PlanStep = { op: 'product', out: 'xx', left: 'x', right: 'x', fractionBits: 8 };

  test('are squared, compared and sorted by owner', () => {
    const made = plan([square, { op: 'slice', out: 'first', value: 'xx', axis: 1, from: 0, to: 1 }, { op: 'reshape', out: 'column', value: 'first', shape: [9] },
      { op: 'constant', out: 'two', shape: [1], values: ['512'], fractionBits: 8 }, { op: 'less', out: 'z', left: 'two', right: 'column' }], ['z']);
    expect(planCost(made)).toMatchObject({ triples: 0, andWords: 0, rounds: 2 });
    expect(lower(made).inputs.map(({ party, length }) => [party, length])).toEqual([[0, 3], [1, 2], [2, 4]]);
  });

  test('are added up by owner', () => {
    const made = plan([square, { op: 'sum', out: 'z', value: 'xx', axis: 0 }], ['z']);
    expect(planCost(made).triples).toBe(0);
    expect(lower(made).inputs.map(({ party, length }) => [party, length])).toEqual([[0, 2], [1, 2], [2, 2]]);
  });

  test('make products of columns by owner, which are truncated when they are added up', () => {
    const made = plan([{ op: 'transpose', out: 't', value: 'x', axes: [1, 0] }, { op: 'matmul', out: 'z', left: 't', right: 'x', fractionBits: 8 }], ['z']);
    expect(planCost(made).matrixTriples).toEqual([]);
    expect(planCost(made)).toEqual(expect.objectContaining({ rounds: planCost(plan([{ op: 'slice', out: 's', value: 'x', axis: 0, from: 2, to: 4 }, { op: 'rescale', out: 'z', value: 's', fractionBits: 0 }], ['z'])).rounds }));
    expect(lower(made).inputs.map(({ party, length }) => [party, length])).toEqual([[0, 4], [1, 4], [2, 4]]);
  });

  test('are put together again, without a message, where others come in', () => {
    const other: PlanStep[] = [{ op: 'matmul', out: 'y', left: 'xx', right: 'w', fractionBits: 16 }];
    const made = plan([square, ...other], ['y'], { a: table(3), b: table(2), c: table(4), w: table(2) });
    expect(planCost(made)).toMatchObject({ triples: 0, matrixTriples: [{ rows: 9, inner: 2, columns: 2 }], rounds: 3 });
  });

  test('stay on shares where rows of different owners meet, or an owner alone is not to be believed', () => {
    const crossed = plan([{ op: 'concat', out: 'y', values: ['d', 'e', 'f'], axis: 0 }, { op: 'multiply', out: 'z', left: 'x', right: 'y' }], ['z'], Object.fromEntries(['a', 'b', 'c', 'f', 'd', 'e'].map((name) => [name, table(3)])));
    const cross = { ...crossed, inputs: crossed.inputs.map((input) => ({ ...input, party: ({ a: 0, b: 1, c: 2, d: 1, e: 2, f: 0 } as Record<string, number>)[input.name]! })) };
    expect(planCost(cross).triples).toBe(18);
    const one = plan([square], ['xx']);
    expect(planCost({ ...one, inputs: one.inputs.map((input) => (input.name === 'b' ? { ...input, onShares: true as const } : input)) }).triples).toBeGreaterThanOrEqual(18);
  });

  test('of an owner whose declared range is far from what the program states are no reason to refuse', () => {
    const made = plan([{ op: 'within', out: 'few', value: 'x', min: '500', max: '900' }, { op: 'abs', out: 'z', value: 'few' }], ['z'], { a: table(3, { min: 0n, max: 9n }), b: table(2, { min: 500n, max: 900n }), c: table(4) });
    expect(lower(made).inputs.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });
});

describe('what is left on shares', () => {
  const one = (extra: Partial<Plan['inputs'][number]>, steps: readonly PlanStep[]): Plan => {
    const made = withLocalWork(planOfSteps('additive-z64', { x: { shape: [3], range: { min: 0n, max: 9n }, elements: [1n, 2n, 3n] } }, steps, ['z']));
    return { ...made, inputs: made.inputs.map((input) => ({ ...input, ...extra }) as Plan['inputs'][number]) };
  };
  const square: PlanStep = { op: 'multiply', out: 'z', left: 'x', right: 'x' };
  const check: PlanStep = { op: 'require_within', value: 'z', min: '0', max: '9', party: 0 };

  test('are marked inputs, and noise', () => {
    expect(planCost(one({}, [square])).triples).toBe(0);
    expect(planCost(one({ onShares: true }, [square])).triples).toBe(3);
    expect(planCost(one({ source: { of: 'noise', output: 'z' } } as never, [square])).triples).toBe(3);
  });

  test('is what is checked: an input that is not marked is refused', () => {
    expect(() => lower(one({}, [square, check]))).toThrow(expect.objectContaining({ code: 'CS0673', message: expect.stringContaining('`x`') as string }));
    expect(planCost(one({ onShares: true }, [square, check]))).toMatchObject({ triples: 3, andWords: expect.any(Number) as number, rounds: expect.any(Number) as number });
  });

  test('is a minimum group, of which the owner adds up its own part alone', () => {
    const plan = one({}, [{ op: 'sum', out: 'z', value: 'x', axis: 0 }, { op: 'require_at_least', value: 'z', bound: 5 }]);
    expect(shared(plan)).toEqual(['z']);
    expect(roundsOf(lower(plan).online)).toBeGreaterThan(0);
    expect(() => interpretInstructions(plan, new Map([['x', [1n, 1n, 1n]]]))).toThrow('minimum_group');
  });
});

test('a value that leaves what the plan states is brought to the nearer end, and nobody is told: who states ranges would learn of rows', () => {
  const x: OwnTensor = { shape: [2], fractionBits: 4, range: { min: 0n, max: 160n }, elements: [80n, 32n] };
  const plan = withLocalWork(planOfSteps('additive-z64', { x }, [{ op: 'within', out: 'few', value: 'x', min: '0', max: '64' }, { op: 'abs', out: 'z', value: 'few' }], ['z']));
  const run = (elements: readonly bigint[]): unknown => [...ownVectors(lower(plan), 0, new Map([['x', words(elements)]])).vectors.get('z')!];
  expect(run([64n, 0n])).toEqual([64n, 0n]);
  expect(run([80n, 32n])).toEqual([64n, 32n]);
  expect(run([0n, 160n])).toEqual([0n, 64n]);
});

test('a function is never asked for what it has no value for, whatever a program states of its argument', () => {
  const x: OwnTensor = { shape: [2], fractionBits: 8, range: { min: -(1n << 20n), max: 1n << 20n }, elements: [0n, 0n] };
  const functions: PlanStep[] = [
    { op: 'within', out: 'few', value: 'x', min: '64', max: '1024' }, { op: 'log', out: 'l', value: 'few', fractionBits: 16 }, { op: 'sqrt', out: 's', value: 'few', fractionBits: 16 },
    { op: 'reciprocal', out: 'r', value: 'few', fractionBits: 16 },
  ];
  const plan = withLocalWork(planOfSteps('additive-z64', { x }, functions, ['l', 's', 'r']));
  const run = (elements: readonly bigint[]): unknown => [...ownVectors(lower(plan), 0, new Map([['x', words(elements)]])).vectors.values()].map((each) => each.length);
  for (const elements of [[0n, -5n], [63n, 1025n], [-(1n << 20n), 1n << 20n]]) expect(run(elements)).toEqual(run([64n, 1024n]));
});

test('vectors are wiped when they are shared, and inputs left alone', () => {
  const x: OwnTensor = { shape: [2], range: { min: 0n, max: 160n }, elements: [5n, 7n] };
  const plan = withLocalWork(planOfSteps('additive-z64', { x }, [{ op: 'multiply', out: 'z', left: 'x', right: 'x' }], ['z', 'x']));
  const inputs = new Map([['x', words([5n, 7n])]]);
  const own = ownVectors(lower(plan), 0, inputs);
  expect([...own.vectors]).toEqual([['x', words([5n, 7n])], ['z', words([25n, 49n])]]);
  own.wipe();
  expect([...own.vectors.values()].map((each) => [...each])).toEqual([[5n, 7n], [0n, 0n]]);
});

test('the cut is the cheapest of all', () => {
  const graphs = fc.array(fc.record({ words: fc.nat(9), from: fc.array(fc.nat(), { maxLength: 2 }), wanted: fc.boolean() }), { minLength: 1, maxLength: 9 }).map((drawn) =>
    drawn.map(({ words: size, from, wanted }, i): CutNode => ({ words: size, wanted, madeOf: i === 0 ? [] : [...new Set(from.map((each) => each % i))] })));
  const isEnough = (nodes: readonly CutNode[], cut: ReadonlySet<number>): boolean => {
    const had = nodes.reduce((all, { madeOf }, i) => (cut.has(i) || (madeOf.length > 0 && madeOf.every((each) => all.has(each))) ? all.add(i) : all), new Set<number>());
    return nodes.every(({ wanted }, i) => !wanted || had.has(i));
  };
  const wordsOf = (nodes: readonly CutNode[], cut: ReadonlySet<number>): number => [...cut].reduce((sum, i) => sum + nodes[i]!.words, 0);
  fc.assert(fc.property(graphs, (nodes) => {
    const cut = minimumCut(nodes);
    expect(isEnough(nodes, cut)).toBe(true);
    const all = Array.from({ length: 2 ** nodes.length }, (_, mask) => new Set(nodes.flatMap((__, i) => ((mask >> i) & 1 ? [i] : []))));
    expect(wordsOf(nodes, cut)).toBe(Math.min(...all.filter((each) => isEnough(nodes, each)).map((each) => wordsOf(nodes, each))));
  }), { numRuns: 200 });
});
