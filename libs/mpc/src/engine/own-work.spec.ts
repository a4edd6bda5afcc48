import fc from 'fast-check';
import { type Plan, type PlanStep, type SuiteName, dyadic, evaluateSteps, planCost } from '#program';
import { type OwnTensor, type PrivateVector, allHeld, anyExpression, interpretInstructions, memoryLinks, planOfSteps, recordedLink, runParties, withLocalWork } from '#testing';

const SETTINGS: readonly (readonly [SuiteName, number])[] = [
  ['additive-z64', 2], ['additive-z64', 3], ['additive-z64', 5], ['replicated-z64', 3], ['shamir-p61', 3], ['shamir-p61', 4], ['shamir-p61', 5],
];

const vectorsOf = (plan: Plan, elements: ReadonlyMap<string, readonly bigint[]>): Record<string, PrivateVector> =>
  Object.fromEntries(plan.inputs.map(({ name, party }) => [name, { party, values: elements.get(name)! }]));
const signed = (values: Iterable<bigint>): bigint[] => Array.from(values, (word) => BigInt.asIntN(64, word));

describe.each(SETTINGS)('%s, %i parties', (suite, parties) => {
  test('what owners compute and what is computed on shares come to the same', async () => {
    await fc.assert(fc.asyncProperty(anyExpression(suite, parties), async ({ plan, elements }) => {
      const [opened, ...others] = await Promise.all(allHeld(await runParties(plan, vectorsOf(plan, elements), { offline: 'ideal' })).map((each) => each.open([0])));
      const onShares = { ...plan, inputs: plan.inputs.map((input) => ({ ...input, onShares: true as const })) };
      expect(new Map([...opened!].map(([name, words]) => [name, signed(words)]))).toEqual(interpretInstructions(onShares, elements).outputs);
      expect(others.every((each) => each === undefined)).toBe(true);
    }), { numRuns: 15 });
  });

  /** Of party 0: squares, and how many of them are above those of party 1. */
  const tensor: OwnTensor = { shape: [4], range: { min: 0n, max: 1n << 28n }, elements: [123_456_789n, 234_567_891n, 34_567_891n, 45_678_912n] };
  const steps: PlanStep[] = [
    { op: 'product', out: 'squares', left: 'a', right: 'a', fractionBits: 0 }, { op: 'sort', out: 'sorted', value: 'squares' }, { op: 'less', out: 'more', left: 'b', right: 'sorted' },
    { op: 'sum', out: 'count', value: 'more', axis: 0 },
  ];
  const plan = withLocalWork(planOfSteps(suite, { a: tensor, b: { ...tensor, range: { min: 0n, max: 1n << 56n } } }, steps, ['count'], parties));
  const inputs = { a: { party: 0, values: tensor.elements }, b: { party: 1, values: [1n, 10n ** 16n, 10n ** 16n, 10n ** 16n] } };

  test('a chain of one owner is opened as exact arithmetic has it, and no word of it leaves the owner', async () => {
    const recorded = memoryLinks(parties).map((row) => row.map((link) => link && recordedLink(link)));
    const [opened] = await Promise.all(allHeld(await runParties(plan, inputs, { offline: 'real', links: recorded })).map((each) => each.open([0])));
    const exact = evaluateSteps(plan, new Map(Object.entries(inputs).map(([name, { values }]) => [name, values.map((each) => dyadic(each))])));
    expect(signed(opened!.get('count')!)).toEqual(exact.get('count')!.map(({ m }) => m));
    const sent = Buffer.concat(recorded[0]!.flatMap((link) => (link ? link.written.map((frame) => Buffer.from(frame)) : [])));
    for (const value of [...tensor.elements, ...tensor.elements.map((each) => each * each)]) {
      expect(sent.includes(Buffer.from(BigUint64Array.of(value).buffer))).toBe(false);
    }
  });

  test('costs only what meets the other party', () => {
    const { triples, rounds } = planCost({ ...plan, inputs: plan.inputs.map((input) => ({ ...input, onShares: true })) });
    expect(planCost(plan).triples).toBeLessThan(triples);
    expect(planCost(plan).rounds).toBeLessThan(rounds / 2);
  });

  test('whether a value lies beyond what the plan states shows in no message of its owner', async () => {
    const narrow = withLocalWork(planOfSteps(suite, { a: tensor, b: tensor }, [{ op: 'within', out: 'few', value: 'a', min: '0', max: '9' }, { op: 'abs', out: 'y', value: 'few' }], ['y'], parties));
    const run = async (values: readonly bigint[]): Promise<{ readonly y: bigint[]; readonly sent: number[] }> => {
      const held = allHeld(await runParties(narrow, { a: { party: 0, values }, b: { party: 1, values: tensor.elements } }, { offline: 'ideal' }));
      const sent = held.map(({ stats }) => stats.bytesSent);
      const [opened] = await Promise.all(held.map((each) => each.open([0])));
      return { y: signed(opened!.get('y')!), sent };
    };
    const [inside, outside] = [await run([1n, 2n, 3n, 9n]), await run([1n, 10n, 123_456_789n, 9n])];
    expect(inside.y).toEqual([1n, 2n, 3n, 9n]);
    expect(outside.y).toEqual([1n, 9n, 9n, 9n]);
    expect(outside.sent).toEqual(inside.sent);
  });
});
