import fc from 'fast-check';
import { anyPlace, anyRange, interpretInstructions, interpretPlan, valueAt } from '#testing';
import { checkPlan, decodeResult, evaluateInClear, evaluateLocal, lower, type Plan, planJob, type PlanRequest, type SuiteName, suiteValueBits, type Table } from '../index.js';
import { broken, isNear } from './testing/broken.js';

const weights = { income: { type: 'number', min: -1e-4, max: 1e-4 }, age: { type: 'number', min: -1, max: 1 }, intercept: { type: 'number', min: -10, max: 10 } } as const;
const columns = { income: { type: 'number', min: 0, max: 2e6 }, age: { type: 'integer', min: 0, max: 120 } } as const;
const tables: Readonly<Record<string, Table>> = {
  Model: { rows: 1, columns: { income: Float64Array.of(-0.00003127), age: Float64Array.of(0.0725), intercept: Float64Array.of(-1.5) } },
  Loans: { rows: 4, columns: { income: Float64Array.of(35_000.37, 72_000.5, 2e6, 0), age: Float64Array.of(18, 0, 120, 41) } },
};
const tableOf = (_: string, dataset: string): Table => tables[dataset]!;
const planned = (program: string, suite: SuiteName, check: 'owner' | 'shares', change: Partial<PlanRequest> = {}): Plan => planJob({
  program, parameters: { check }, parties: ['Lab', 'Bank', 'Help'], receivers: ['Bank'], minimumGroup: 0, suite,
  datasets: [{ name: 'Model', node: 'Lab', tags: [], maxRows: 1, columns: weights }, { name: 'Loans', node: 'Bank', tags: [], maxRows: 16, columns }],
  inputs: [{ node: 'Lab', dataset: 'Model', role: 'model' }, { node: 'Bank', dataset: 'Loans', role: 'rows' }], rows: [{ node: 'Bank', dataset: 'Loans', rows: 4 }], ...change,
});

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('on %s', (suite) => {
  it('Linear Score of what is checked is what it is without, to a bit less', () => {
    const plan = planned('Linear Score', suite, 'shares');
    const exact = evaluateInClear(planned('Linear Score', suite, 'owner'), tableOf);
    isNear(decodeResult(plan, interpretPlan(plan, tableOf)), exact);
    isNear(evaluateInClear(plan, tableOf), exact);
  });
  it('Logistic Score of what is checked is what it is without, bit for bit', () => {
    const [checked, own] = (['shares', 'owner'] as const).map((check) => planned('Logistic Score', suite, check));
    expect(decodeResult(checked!, interpretPlan(checked!, tableOf))).toEqual(decodeResult(own!, interpretPlan(own!, tableOf)));
    expect(evaluateInClear(checked!, tableOf)).toEqual(evaluateInClear(own!, tableOf));
  });
});

describe.each(['Linear Score', 'Logistic Score'])('%s', (program) => {
  const plan = planned(program, 'replicated-z64', 'shares');
  it.each([['Bank', { income: 2_000_001 }], ['Bank', { income: -0.1 }], ['Bank', { age: 121 }], ['Lab', { income: 1.01e-4 }], ['Lab', { age: -1.001 }], ['Lab', { intercept: 10.01 }]] as const)('names %s, whose values are %j', (node, cells) => {
    expect(() => interpretPlan(plan, broken(tableOf, node, cells))).toThrow(`declaration of ${node === 'Lab' ? 0 : 1}`);
    expect(() => evaluateInClear(plan, broken(tableOf, node, cells))).toThrow(expect.objectContaining({ code: 'CS0660', message: expect.stringContaining(`\`${node}\``) }));
  });
  it('checks everything that is shared, and no owner computes of it', () => {
    expect(lower(plan).own.steps).toEqual([]);
    expect(plan.inputs.every(({ onShares }) => onShares)).toBe(true);
    const inputs = plan.inputs.map(({ onShares: _, ...input }) => input);
    expect(() => checkPlan({ ...plan, inputs })).toThrow(expect.objectContaining({ code: 'CS0673' }));
  });
});

/** Weights of a range that is far too wide take two limbs. */
function ofTwoLimbs(suite: SuiteName): Plan {
  const wide = { ...weights, income: { type: 'number', min: -10, max: 10 } } as const;
  return planned('Linear Score', suite, 'shares', { datasets: [{ name: 'Model', node: 'Lab', tags: [], maxRows: 1, columns: wide }, { name: 'Loans', node: 'Bank', tags: [], maxRows: 16, columns }] });
}

const elementsOf = (plan: Plan): Map<string, bigint[]> => new Map(plan.inputs.map((input) =>
  [input.name, 'dataset' in input ? Array.from(evaluateLocal(input, tableOf('', input.dataset), suiteValueBits(plan.suite)), (word) => BigInt.asIntN(64, word)) : []]));

it('holds limbs to what they are: a rest is a rest, and a weight is the same for both', () => {
  const plan = ofTwoLimbs('replicated-z64');
  const elements = elementsOf(plan);
  const limbs = plan.inputs.filter(({ name, source }) => name.startsWith('x.') && source.of === 'column' && source.column === 'income');
  expect(limbs).toHaveLength(2);
  const [, rest] = limbs.map(({ name }) => name) as [string, string];
  const weight = rest.replace('x.', 'w.');
  const run = (name: string, change: (element: bigint) => bigint) => (): unknown => interpretInstructions(plan, new Map(elements).set(name, elements.get(name)!.map(change)));
  expect(run(rest, (element) => element)).not.toThrow();
  expect(run(rest, (element) => element + (1n << 45n))).toThrow('declaration of 1');
  expect(run(limbs[0]!.name, () => -1n)).toThrow('declaration of 1');
  // The same number, whose rest is more than its first limb leaves.
  const moved = (name: string, by: bigint): bigint[] => elements.get(name)!.map((element) => element + by);
  const apart = 1n << BigInt(limbs[1]!.fractionBits - limbs[0]!.fractionBits);
  expect(() => interpretInstructions(plan, new Map(elements).set(limbs[0]!.name, moved(limbs[0]!.name, 1n)).set(rest, moved(rest, -apart)))).toThrow('declaration of 1');
  expect(run(weight, (element) => element + 5n)).toThrow('declaration of 0');
});

it.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('on %s, sees what is added to any limb where a multiplication would wrap it away', (suite) => {
  const plan = ofTwoLimbs(suite);
  const elements = elementsOf(plan);
  const bitsOf = new Map(plan.inputs.map(({ name, fractionBits }) => [name, fractionBits]));
  const seconds = plan.inputs.flatMap(({ name }) => (name.endsWith('.1') ? [name] : []));
  expect(seconds).toEqual(expect.arrayContaining([expect.stringMatching(/^x\./), expect.stringMatching(/^w\./)]));
  for (const second of seconds) {
    const first = second.replace(/1$/, '0');
    const apart = BigInt(Math.abs(bitsOf.get(second)! - bitsOf.get(first)!));
    for (const name of [first, second]) {
      for (const k of [1n, 3n, -1n, 5n, 1n << (apart - 1n), (1n << apart) - 1n]) {
        // Of a multiple of 2^(64 − d) nothing is left of what is multiplied by 2^d modulo 2^64; of k/2^d, k, modulo p.
        const added = suite === 'shamir-p61' ? (k * ((1n << 61n) - 1n) >> apart) + 1n : k << (64n - apart);
        const changed = elements.get(name)!.with(0, BigInt.asIntN(64, elements.get(name)![0]! + added));
        expect(() => interpretInstructions(plan, new Map(elements).set(name, changed))).toThrow(`declaration of ${name.startsWith('x') ? 1 : 0}`);
      }
    }
  }
});

it('sees by plain data that a column is far beyond its range', () => {
  const plan = ofTwoLimbs('replicated-z64');
  for (const power of [40, 41, 42, 43, 44]) {
    const of = broken(tableOf, 'Bank', { income: 35_000.25 + 2 ** power });
    const [first] = plan.inputs.filter(({ name, source }) => name.startsWith('x.') && source.of === 'column' && source.column === 'income');
    if (first!.fractionBits + power < 62) expect(() => interpretPlan(plan, of)).toThrow('declaration of 1');
  }
});

it('lets whatever is declared pass, at range ends too, and nothing else', () => {
  const anyFeature = fc.record({ x: anyRange, w: anyRange, weight: anyPlace, places: fc.array(anyPlace, { minLength: 2, maxLength: 2 }) });
  fc.assert(fc.property(fc.array(anyFeature, { minLength: 1, maxLength: 3 }), anyRange, anyPlace, fc.constantFrom<SuiteName>('additive-z64', 'replicated-z64', 'shamir-p61'), (features, intercept, place, suite) => {
    const named = <T>(of: (feature: typeof features[number]) => T): Record<string, T> => Object.fromEntries(features.map((feature, j) => [`f${j}`, of(feature)]));
    const any: Record<string, Table> = {
      Model: { rows: 1, columns: { ...named(({ w, weight }) => Float64Array.of(valueAt(w, weight))), intercept: Float64Array.of(valueAt(intercept, place)) } },
      Loans: { rows: 2, columns: named(({ x, places }) => Float64Array.from(places, (each) => valueAt(x, each))) },
    };
    const of = (_: string, dataset: string): Table => any[dataset]!;
    const datasets = [{ name: 'Model', node: 'Lab', tags: [], maxRows: 1, columns: { ...named(({ w }) => w), intercept } }, { name: 'Loans', node: 'Bank', tags: [], maxRows: 2, columns: named(({ x }) => x) }];
    const change = { datasets, rows: [{ node: 'Bank', dataset: 'Loans', rows: 2 }] };
    const plan = planned('Linear Score', suite, 'shares', change);
    const [secure, exact] = [decodeResult(plan, interpretPlan(plan, of)), evaluateInClear(planned('Linear Score', suite, 'owner', change), of)] as { scores: number[] }[];
    const bound = Number(plan.outputs[0]!.errorBound ?? 0);
    exact!.scores.forEach((score, i) => expect(Math.abs(secure!.scores[i]! - score)).toBeLessThanOrEqual(bound + Math.abs(score) * 2 ** -50));
  }), { numRuns: 60, seed: 4 });
});
