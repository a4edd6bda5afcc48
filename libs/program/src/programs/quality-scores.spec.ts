import fc from 'fast-check';
import { anyPlace, anyRange, interpretInstructions, interpretPlan, valueAt } from '#testing';
import { checkPlan, decodeResult, evaluateInClear, evaluateLocal, lower, type Plan, planJob, type PlanRequest, type SuiteName, type Table } from '../index.js';
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

it('holds limbs to what they are: a rest is a rest, and a weight is the same for both', () => {
  // Weights of a range that is far too wide take two limbs.
  const wide = { ...weights, income: { type: 'number', min: -10, max: 10 } } as const;
  const plan = planned('Linear Score', 'replicated-z64', 'shares', { datasets: [{ name: 'Model', node: 'Lab', tags: [], maxRows: 1, columns: wide }, { name: 'Loans', node: 'Bank', tags: [], maxRows: 16, columns }] });
  const elements = new Map(plan.inputs.map((input) => [input.name, 'dataset' in input ? Array.from(evaluateLocal(input, tableOf('', input.dataset)), (word) => BigInt.asIntN(64, word)) : []]));
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
