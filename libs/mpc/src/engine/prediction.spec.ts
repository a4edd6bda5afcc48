import fc from 'fast-check';
import { type Assumptions, type Plan, type PlanStep, type SourceRequest, type SuiteName, MAX_PARTIES, costOf, lower, nearlyError, trafficOf } from '#program/plans';
import { toNumber } from '#program';
import { anyExpression, everyOperator, planOf, planOfSteps, type runParties, runSteps, smallTensors, statedError, withLocalWork } from '#testing';
import { expectPredicted, type Opened } from './testing/predicted.js';

const SETTINGS: readonly (readonly [SuiteName, number])[] = [
  ...[2, 3, 4, 5].map((parties) => ['additive-z64', parties] as const), ['replicated-z64', 3], ...[3, 4, 5].map((parties) => ['shamir-p61', parties] as const),
];

const tensorInputs = (parties: number): Parameters<typeof runParties>[1] =>
  Object.fromEntries(Object.entries(smallTensors).map(([name, { elements }], i) => [name, { party: i % parties, values: elements }]));

describe.each(SETTINGS)('%s with %i parties: bytes, rounds and correlations are those predicted, values those of the oracle', (suite, parties) => {
  test.each(Object.entries(everyOperator))('of `%s`', async (_, steps) => {
    await expectPredicted(planOfSteps(suite, smallTensors, steps, ['y'], parties), tensorInputs(parties), { offline: 'ideal' });
  });
});

/** Holds `y` against the steps in the clear: exact ones cut off towards −∞, others within what is stated of them, and a near truncation within its bound. */
function expectInClear(plan: Plan): (opened: Opened) => void {
  const { clear, types } = runSteps(plan, smallTensors);
  const step = plan.steps.findLast((each) => 'out' in each)!;
  const operands = ('value' in step ? [step.value] : 'left' in step ? [step.left, step.right] : []).map((name) => smallTensors[name]?.elements.map((element) => Number(element) * 2 ** -smallTensors[name]!.fractionBits!));
  const stated = step.op === 'matmul' && step.near ? () => nearlyError(plan.parties.length) : statedError(step, types);
  const wanted = clear.get('y')!.map((each) => toNumber(each) * 2 ** types.get('y')!.fractionBits);
  return (opened) => {
    const found = opened.get('y')!.map(Number);
    expect(found).toHaveLength(wanted.length);
    if (!stated) expect(found).toEqual(wanted.map(Math.floor));
    else found.forEach((each, i) => expect(Math.abs(each - wanted[i]!)).toBeLessThanOrEqual(stated(...operands.map((of) => of?.[i] ?? NaN))));
  };
}

describe.each(SETTINGS)('%s with %i parties: what owners compute is not sent', (suite, parties) => {
  test('of every operator', async () => {
    for (const steps of Object.values(everyOperator)) {
      if (steps.some(({ op }) => op === 'require_within')) continue;
      const plan = withLocalWork(planOfSteps(suite, smallTensors, steps, ['y'], parties));
      const own = { ...plan, inputs: plan.inputs.map((input) => ({ ...input, party: 1 })) };
      const { rounds } = await expectPredicted(own, Object.fromEntries(Object.entries(smallTensors).map(([name, { elements }]) => [name, { party: 1, values: elements }])), { offline: 'ideal' }, expectInClear(own));
      if (!steps.some(({ op }) => op === 'require_at_least')) expect([rounds.masks, rounds.online]).toEqual([0, 0]);
    }
  });

  test('of any expressions over inputs of one and of several', async () => {
    await fc.assert(fc.asyncProperty(anyExpression(suite, parties), async ({ plan, elements }) => {
      await expectPredicted(plan, Object.fromEntries(plan.inputs.map(({ name, party }) => [name, { party, values: elements.get(name)! }])), { offline: 'ideal' });
    }), { numRuns: 10 });
  });
});

/** What costs depend on where parties are more: an operator for each kind of instruction. */
const LARGER: readonly (readonly [SuiteName, number])[] = [6, 8, MAX_PARTIES].flatMap((parties) => [['additive-z64', parties], ['shamir-p61', parties]] as const);
const KINDS = ['multiply', 'matmul', 'relu', 'require_at_least'] as const;

describe.each(LARGER)('%s with %i parties: bytes, rounds and correlations are those predicted, values those of the oracle', (suite, parties) => {
  test.each(KINDS)('of `%s`', async (operator) => {
    await expectPredicted(planOfSteps(suite, smallTensors, everyOperator[operator], ['y'], parties), tensorInputs(parties), { offline: 'ideal' });
  });
});

/** What is truncated nearly: a product of matrices, and a sigmoid. */
const nearly: Readonly<Record<string, readonly PlanStep[]>> = {
  matmul: [{ op: 'transpose', out: 't', value: 'z', axes: [1, 0] }, { op: 'matmul', out: 'y', left: 'x', right: 't', fractionBits: 16, near: true }],
  sigmoid: [{ op: 'sigmoid', out: 'y', value: 'x', fractionBits: 16, near: true }],
};

describe.each(SETTINGS)('%s with %i parties: bytes, rounds and correlations of near truncations are those predicted', (suite, parties) => {
  test.each(Object.entries(nearly))('of `%s`', async (_, steps) => {
    const planFor = (of: readonly PlanStep[]): Plan => planOfSteps(suite, smallTensors, of, ['y'], parties);
    const { rounds } = await expectPredicted(planFor(steps), tensorInputs(parties), { offline: 'ideal' }, expectInClear(planFor(steps)));
    const exact = steps.map((step) => ('near' in step ? (({ near: __, ...rest }) => rest)(step) : step));
    expect(rounds.online).toBeLessThan(trafficOf(planFor(exact)).rounds.online);
  });
});

describe('with correlations that are made', () => {
  /** A product of each kind, and a comparison. */
  const steps: PlanStep[] = [...everyOperator.combine.map((step) => ({ ...step, out: 'm' })), ...everyOperator.relu.map((step) => ({ ...step, out: 'r' })), ...everyOperator.multiply] as PlanStep[];

  test.each<[SourceRequest, number]>([['softspoken', 2], ['softspoken', 3], ['softspoken', 5], ['softspoken', 6], ['ferret-b10', 2], ['ferret-b10', 3], ['ferret-b11', 2], ['auto', 4]])('by %s, %i parties', async (correlations, parties) => {
    await expectPredicted(planOfSteps('additive-z64', smallTensors, steps, ['m', 'r', 'y'], parties), tensorInputs(parties), { offline: 'real', correlations });
  });

  test.each<[SourceRequest, number]>([['softspoken', 2], ['softspoken', 3], ['ferret-b10', 2]])('by %s for near truncations, %i parties', async (correlations, parties) => {
    for (const each of Object.values(nearly)) {
      const plan = planOfSteps('additive-z64', smallTensors, each, ['y'], parties);
      await expectPredicted(plan, tensorInputs(parties), { offline: 'real', correlations }, expectInClear(plan));
    }
  });

  test.each<[Exclude<Assumptions, 'any'>, number, RegExp]>([['no-lpn', 2, /^softspoken\+lattice-triples$/], ['no-lpn', 3, /^softspoken\+lattice-triples$/], ['module-lwe-only', 2, /^softspoken$/], ['module-lwe-only', 4, /^softspoken$/]])('within `%s`, %i parties', async (assumptions, parties, source) => {
    const values = Array.from({ length: 9000 }, (_, i) => BigInt(i % 97));
    const tensors = { ...smallTensors, wide: { shape: [9000], range: { min: 0n, max: 96n }, elements: values } };
    const own = { ...tensorInputs(parties), wide: { party: Object.keys(smallTensors).length % parties, values } };
    const plan = planOfSteps('additive-z64', tensors, [...steps, { op: 'multiply', out: 'many', left: 'wide', right: 'wide' }, { op: 'relu', out: 'positive', value: 'wide' }], ['m', 'r', 'y', 'many', 'positive'], parties);
    const { correlations } = await expectPredicted({ ...plan, assumptions }, own, { offline: 'real' });
    expect(correlations.name).toMatch(source);
    // Another one would have been taken without the profile.
    expect(trafficOf(plan).correlations).toMatchObject({ name: expect.not.stringMatching(source) as unknown });
  });

  test('in several batches on both lanes, and in several iterations of Ferret', async () => {
    const values = Array.from({ length: 13_000 }, (_, i) => BigInt(i % 97));
    const inputs = { a: { party: 0, values }, b: { party: 1, values: values.slice(0, 1300) } };
    const product = (length: number): Plan => planOf(2, inputs, [{ op: 'multiply', out: 'c', left: length === 1300 ? 'b' : 'a', right: length === 1300 ? 'b' : 'a' }], { c: length });
    await expectPredicted(product(1300), inputs, { offline: 'real', correlations: 'softspoken' });
    await expectPredicted(product(13_000), inputs, { offline: 'real', correlations: 'ferret-b10' });
  });

  test('by lattices, where they send less', async () => {
    const values = Array.from({ length: 17_000 }, (_, i) => BigInt(i % 97));
    const inputs = { a: { party: 0, values }, b: { party: 1, values } };
    const products = planOf(2, inputs, [{ op: 'multiply', out: 'c', left: 'a', right: 'b' }], { c: 17_000 });
    expect((await expectPredicted(products, inputs, { offline: 'real' })).correlations.name).toMatch(/\+lattice-triples$/);
    const matrix = (rows: number, columns: number) => ({ shape: [rows, columns], range: { min: 0n, max: 9n }, elements: Array.from({ length: rows * columns }, (_, i) => BigInt(i % 10)) });
    const tensors = { a: matrix(40, 60), b: matrix(60, 50), z: matrix(1, 1) };
    const matmul = planOfSteps('additive-z64', tensors, [{ op: 'matmul', out: 'y', left: 'a', right: 'b', fractionBits: 0 }], ['y'], 3);
    const own = Object.fromEntries(Object.entries(tensors).map(([name, { elements }], i) => [name, { party: i, values: elements }]));
    expect((await expectPredicted(matmul, own, { offline: 'real' })).correlations.name).toMatch(/\+lattice-matrices$/);
  });
});

describe('by Shamir sharing', () => {
  test.each([3, 4, 5, 6, 8])('in batches of random bits, %i parties', async (parties) => {
    const values = Array.from({ length: 6000 }, (_, i) => BigInt(i) - 3000n);
    const tensors = { a: { shape: [6000], range: { min: -3000n, max: 3000n }, elements: values } };
    const plan = planOfSteps('shamir-p61', tensors, [{ op: 'relu', out: 'y', value: 'a' }], ['y'], parties);
    expect(costOf(lower(plan)).daBits).toBeGreaterThan(256 * 1024);
    await expectPredicted(plan, { a: { party: 0, values } }, { offline: 'ideal' });
  });
});

describe('of rounds that are larger than a message', () => {
  const length = 2 ** 21 + 5;
  const tensors = { a: { shape: [length], range: { min: 0n, max: 99n }, elements: Array.from({ length }, (_, i) => BigInt(i % 100)) } };
  const inputs = { a: { party: 0, values: tensors.a.elements } };
  const square: PlanStep = { op: 'multiply', out: 's', left: 'a', right: 'a' };

  const squares = (values: readonly bigint[]): bigint[] => values.map((x) => x * x);
  const sumOfSquares = (values: readonly bigint[]): bigint[] => [squares(values).reduce((a, b) => a + b)];

  test.each<[SuiteName, number, readonly PlanStep[], (values: readonly bigint[]) => bigint[]]>([
    ['shamir-p61', 3, [{ ...square, out: 'y' }], squares], ['shamir-p61', 4, [square, { op: 'sum', out: 'y', value: 's', axis: 0 }], sumOfSquares],
    ['replicated-z64', 3, [{ ...square, out: 'y' }], squares], ['additive-z64', 2, [{ op: 'linear', out: 'y', terms: [{ value: 'a', factor: '2' }] }], (values) => values.map((x) => 2n * x)],
  ])('%s, %i parties', async (suite, parties, steps, expected) => {
    const { rounds } = await expectPredicted(planOfSteps(suite, tensors, steps, ['y'], parties), inputs, { offline: 'ideal' }, (opened) => {
      // Not by `toEqual`, which is slow on millions of numbers.
      const [found, wanted] = [opened.get('y')!, expected(tensors.a.elements)];
      expect(found).toHaveLength(wanted.length);
      expect(found.findIndex((each, i) => each !== wanted[i])).toBe(-1);
    });
    // Exchanges of Shamir sharing are agreed on one by one.
    expect([rounds.inputs, rounds.online]).toEqual({ 'shamir-p61': [2, 2], 'replicated-z64': [1, 1], 'additive-z64': [1, 0] }[suite]);
  });
});

test.each([...SETTINGS, ...LARGER])('%s with %i parties: results for several receivers, for one, and for none of the parties', (suite, parties) => {
  const plan = planOfSteps(suite, smallTensors, everyOperator.add, ['y'], parties);
  const opening = (receivers: readonly string[]): number => trafficOf({ ...plan, receivers }).bytes.flat().reduce((sum, each) => sum + each.opening, 0);
  // Replicated shares are opened by the one party that has what the receiver lacks.
  const one = (suite === 'replicated-z64' ? 1 : parties - 1) * (20 + 8 * 6);
  expect([opening(['Bank 0']), opening(['Bank 0', 'Bank 1']), opening(['Bank 1', 'Regulator'])]).toEqual([one, 2 * one, one]);
  expect(opening(['Regulator'])).toBe(0);
  expect(trafficOf({ ...plan, receivers: ['Regulator'] }).rounds.opening).toBe(0);
});
