import fc from 'fast-check';
import { type PlanStep, type SuiteName, toNumber } from '#program';
import { type OwnTensor, allHeld, planOfSteps, runParties, runSteps, statedError } from '#testing';

/** Every value is of 16 fraction bits, as are results of functions of reals. */
const BITS = 16;
const unit = 1n << BigInt(BITS);
type Range = NonNullable<OwnTensor['range']>;
const ranges = {
  x: { min: -(1n << 28n), max: 1n << 28n },
  z: { min: 1n, max: 1n << 28n },
  e: { min: -20n * unit, max: 10n * unit },
} satisfies Record<string, Range>;

/** Ends of the range and small numbers as often as others. */
const element = ({ min, max }: Range): fc.Arbitrary<bigint> => {
  const special = [min, max, min + 1n, max - 1n, 0n, 1n, -1n, unit, -unit].filter((x) => x >= min && x <= max);
  return fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(...special));
};
const tensorOf = (shape: readonly number[], range: Range, fractionBits = BITS): fc.Arbitrary<OwnTensor> => {
  const length = shape.reduce((a, b) => a * b, 1);
  return fc.array(element(range), { minLength: length, maxLength: length }).map((elements) => ({ shape, elements, fractionBits, range }));
};

/** Rows of `width` numbers, none of them now and then; of a table of as many columns some rows are looked up, or none. */
const tensors = fc.tuple(fc.oneof({ arbitrary: fc.integer({ min: 1, max: 3 }), weight: 3 }, { arbitrary: fc.constant(0), weight: 1 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }), fc.nat(3))
  .chain(([rows, width, places, columns]) => fc.record({
    x: tensorOf([rows, width], ranges.x), v: tensorOf([rows, width], ranges.x), z: tensorOf([rows, width], ranges.z), e: tensorOf([rows, width], ranges.e),
    table: tensorOf([places, columns], ranges.x), index: tensorOf([rows], { min: 0n, max: BigInt(places - 1) }, 0),
  }));

const steps = [
  { op: 'less', out: 'less', left: 'x', right: 'v' }, { op: 'equal', out: 'equal', left: 'x', right: 'v' }, { op: 'equal', out: 'same', left: 'x', right: 'x' },
  { op: 'select', out: 'select', condition: 'less', yes: 'x', no: 'v' }, { op: 'abs', out: 'abs', value: 'x' }, { op: 'sort', out: 'sort', value: 'x' }, { op: 'median', out: 'median', value: 'x' },
  { op: 'min', out: 'min', value: 'x', axis: 1 }, { op: 'max', out: 'max', value: 'x', axis: 1 }, { op: 'argmax', out: 'argmax', value: 'x', axis: 1 }, { op: 'lookup', out: 'lookup', table: 'table', index: 'index' },
  { op: 'reciprocal', out: 'reciprocal', value: 'z', fractionBits: BITS }, { op: 'sqrt', out: 'sqrt', value: 'z', fractionBits: BITS }, { op: 'log', out: 'log', value: 'z', fractionBits: BITS },
  { op: 'exp', out: 'exp', value: 'e', fractionBits: BITS }, { op: 'divide', out: 'divide', left: 'x', right: 'z', fractionBits: BITS }, { op: 'softmax', out: 'softmax', value: 'e', fractionBits: BITS },
] as const satisfies readonly PlanStep[];
const outputs = steps.map(({ out }) => out);

async function expectAsInClear(suite: SuiteName, parties: number, own: Readonly<Record<string, OwnTensor>>): Promise<void> {
  const plan = planOfSteps(suite, own, steps, outputs, parties);
  const vectors = Object.fromEntries(plan.inputs.map(({ name, party }) => [name, { party, values: own[name]!.elements }]));
  const held = allHeld(await runParties(plan, vectors, { offline: 'ideal' }));
  const [opened] = await Promise.all(held.map((each) => each.open([0])));
  const { clear, types } = runSteps(plan, own);
  for (const step of steps) {
    const scale = 2 ** types.get(step.out)!.fractionBits;
    const expected = clear.get(step.out)!.map((value) => toNumber(value) * scale);
    const found = Array.from(opened!.get(step.out)!, (word) => Number(BigInt.asIntN(64, word)));
    const operands = ('value' in step ? [step.value] : 'left' in step ? [step.left, step.right] : []).map((name) => own[name]!.elements.map((element) => Number(element) * 2 ** -BITS));
    const stated = statedError(step, types);
    expect([step.op, found.length]).toEqual([step.op, expected.length]);
    if (!stated) expect([step.op, found]).toEqual([step.op, expected.map(Math.floor)]);
    else found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(stated(...operands.map((each) => each[i]!))));
  }
}

describe.each<[SuiteName, number]>([['additive-z64', 2], ['additive-z64', 3], ['replicated-z64', 3], ['shamir-p61', 3], ['shamir-p61', 5]])('sessions of %s with %i parties', (suite, parties) => {
  test('open what steps are in the clear, of random, extreme and no numbers', async () => {
    await fc.assert(fc.asyncProperty(tensors, (own) => expectAsInClear(suite, parties, own)), { numRuns: 5 });
  });
});
