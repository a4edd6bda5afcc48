import fc from 'fast-check';
import { anyPlace, anyRange, interpretPlan, numbersIn, seededRandomness, valueAt } from '#testing';
import { fraction, fractionOfDecimal, fractionOfQuotient, numberOf } from './fraction.js';
import { gaussianVariance } from './noise/concentrated.js';
import {
  decodeResult, drawNoise, evaluateInClear, expectedErrors, neededColumns, planDigest, planJob, type ColumnDeclaration, type DatasetDescriptor, type GroupMeanResult,
  type MeanResult, type Plan, type PlanRequest, type StandardDeviationResult, type Table,
} from './index.js';

const columns: Record<string, ColumnDeclaration> = {
  income: { type: 'number', min: 0, max: 2e6 },
  delinq: { type: 'integer', min: 0, max: 41 },
  fixed: { type: 'number', min: 7.5, max: 7.5 },
  Class: { type: 'category', values: ['good', 'bad'] },
};
const loans = (node: string, maxRows = 4096): DatasetDescriptor => ({ name: 'Loans', node, tags: [], maxRows, columns });
const request: PlanRequest = {
  program: 'Mean', parameters: { column: 'income' }, inputs: ['Bank A', 'Bank B'].map((node) => ({ node, dataset: 'Loans', role: 'rows' })),
  parties: ['Bank A', 'Bank B', 'Bank C'], receivers: ['Bank A'], datasets: [loans('Bank A'), loans('Bank B')], minimumGroup: 1,
};
const laplace = (epsilon: string) => ({ mechanism: 'discrete-laplace', epsilon }) as const;
const gaussian = (epsilon: string, delta: string) => ({ mechanism: 'discrete-gaussian', epsilon, delta }) as const;
const PROGRAMS: [program: string, parameters: Record<string, string>, outputs: string[]][] = [
  ['Count', {}, ['count']],
  ['Sum', { column: 'income' }, ['count', 'sum']],
  ['Mean', { column: 'delinq' }, ['count', 'sum']],
  ['Standard Deviation', { column: 'income' }, ['count', 'sum', 'sum_of_squares']],
  ['Histogram', { column: 'Class' }, ['count_by']],
  ['Binned Histogram', { column: 'income', edges: '0,50000,2000000' }, ['count_bins']],
  ['Group Mean', { column: 'income', by: 'Class' }, ['count_by', 'sum_by']],
];
const planOf = (program: string, parameters: Record<string, string>, privacy: PlanRequest['privacy'], change: Partial<PlanRequest> = {}): Plan =>
  planJob({ ...request, program, parameters, ...(privacy && { privacy }), ...change });

describe.each(PROGRAMS)('a private %s', (program, parameters, outputs) => {
  const plan = planOf(program, parameters, laplace('0.3'));

  it('opens nothing without noise of every party', () => {
    expect(plan.outputs.map(({ name }) => name)).toEqual(outputs);
    for (const { name, value, length } of plan.outputs) {
      const step = plan.steps.find((each) => each.op === 'add' && each.out === value);
      const terms = step?.op === 'add' ? plan.inputs.filter(({ name: input }) => step.terms.includes(input)) : [];
      const noise = terms.filter(({ source }) => source.of === 'noise' && source.output === name);
      expect(noise.map(({ party }) => party)).toEqual([0, 1, 2]);
      expect(noise.every((each) => each.length === length)).toBe(true);
    }
    expect(plan.inputs.filter(({ source }) => source.of === 'noise')).toHaveLength(3 * outputs.length);
  });

  it('spends epsilon exactly: one party’s noises lose sensitivity / scale each', () => {
    const spent = plan.privacy!.noise.map(({ sensitivity, scale }) => ({ n: BigInt(sensitivity), d: 1n, scale: fractionOfQuotient(scale) }));
    const total = spent.reduce((sum, { n, scale: { n: a, d: b } }) => fraction(sum.n * a + n * b * sum.d, sum.d * a), fraction(0n));
    expect(total).toEqual(fractionOfDecimal('0.3'));
  });

  it('divides the concentrated budget of the Gaussian alike', () => {
    const { noise, ...stated } = planOf(program, parameters, gaussian('0.3', '0.0000001')).privacy!;
    expect(stated).toEqual(gaussian('0.3', '0.0000001'));
    const unit = gaussianVariance(fraction(3n, 10n), fraction(1n, 10_000_000n), outputs.length);
    for (const { sensitivity, scale } of noise) expect(fractionOfQuotient(scale)).toEqual(fraction(unit.n * BigInt(sensitivity) ** 2n, unit.d));
  });

  it('has a digest that binds mechanism, epsilon and delta', () => {
    const privacies = [undefined, laplace('0.3'), laplace('0.30'), laplace('0.31'), gaussian('0.3', '0.0000001'), gaussian('0.3', '0.0000002')];
    expect(new Set(privacies.map((privacy) => planDigest(planOf(program, parameters, privacy)))).size).toBe(privacies.length);
  });
});

describe('planJob refuses', () => {
  const count = (privacy: PlanRequest['privacy'], change: Partial<PlanRequest> = {}) => (): Plan => planOf('Count', {}, privacy, change);
  it.each([
    ['scores', () => planJob({ ...request, program: 'Linear Score', parameters: {}, privacy: laplace('1'), inputs: [{ node: 'Bank A', dataset: 'Loans', role: 'model' }, { node: 'Bank B', dataset: 'Loans', role: 'rows' }] }), 'CS0630', /one record/],
    ['noise as large as all data', count(laplace('0.0005')), 'CS0631', /9798 records, and all inputs together have at most 8192/],
    ['noise as large as all data, of the Gaussian', count(gaussian('0.002', '0.0000001')), 'CS0631', /records/],
    ['noise that is too large for so few rows', count(laplace('0.5'), { datasets: [loans('Bank A', 4), loans('Bank B', 4)] }), 'CS0631', /at most 8/],
    ['an epsilon of 0', count(laplace('0.0')), 'CS0632', /epsilon/],
    ['a negative epsilon', count(laplace('-1')), 'CS0632', /epsilon/],
    ['an epsilon that protects nothing', count(laplace('1000.1')), 'CS0632', /up to 1000/],
    ['a delta at which one record could be shown', count(gaussian('1', '0.0000013')), 'CS0632', /below 0.0000012/],
    ['a delta of 1', count(gaussian('1', '1')), 'CS0632', /delta/],
    ['a delta of 0', count(gaussian('1', '0')), 'CS0632', /delta/],
  ] as const)('%s', (_, refused, code, said) => {
    expect(refused).toThrow(expect.objectContaining({ code, message: expect.stringMatching(said) }));
  });
});

const VALUES = ['good', 'bad', '__proto__'];
const anyRow = fc.record({ place: anyPlace, value: fc.nat(2) });
type Row = { place: number; value: number };

function tableOf(rows: readonly Row[], range: ColumnDeclaration): Table {
  return { rows: rows.length, columns: { x: Float64Array.from(rows, ({ place }) => valueAt(range, place)), g: rows.map(({ value }) => VALUES[value]) } };
}

it('one row more or less moves one element of an opened value, by no more than the plan states', () => {
  let closest = 0;
  fc.assert(fc.property(anyRange, fc.array(anyRow, { minLength: 1, maxLength: 12 }), fc.nat(), fc.array(anyRow, { minLength: 1, maxLength: 5 }), (range, rows, at, others) => {
    const datasets = ['Bank A', 'Bank B'].map((node): DatasetDescriptor => ({ name: 'Loans', node, tags: [], maxRows: 1024, columns: { x: range, g: { type: 'category', values: VALUES } } }));
    const removed = at % rows.length;
    const [with_, without] = [rows, rows.filter((_, i) => i !== removed)].map((each) => (node: string): Table => tableOf(node === 'Bank A' ? each : others, range));
    for (const [program, parameters] of [['Standard Deviation', { column: 'x' }], ['Group Mean', { column: 'x', by: 'g' }], ['Histogram', { column: 'g' }]] as const) {
      const plan = planOf(program, parameters, laplace('1'), { datasets });
      const [a, b] = [with_, without].map((tables) => interpretPlan(plan, tables));
      for (const { output, sensitivity } of plan.privacy!.noise) {
        const moved = [...a.get(output)!].map((word, i) => BigInt.asIntN(64, word - b.get(output)![i])).filter((difference) => difference !== 0n);
        expect(moved.length).toBeLessThanOrEqual(1);
        for (const difference of moved) {
          const size = difference < 0n ? -difference : difference;
          expect(size <= BigInt(sensitivity)).toBe(true);
          if (output === 'sum' && BigInt(sensitivity) > 1000n) closest = Math.max(closest, Number(size) / Number(sensitivity));
        }
      }
    }
  }), { numRuns: 150, seed: 7 });
  // A row at the end of its range does move it so far: the bound is no larger than it has to be.
  expect(closest).toBeGreaterThan(0.999);
});

describe('fixed point with noise', () => {
  it('leaves room for the noise of all parties beside the largest totals', () => {
    for (const [program, parameters] of PROGRAMS) {
      for (const privacy of [laplace('0.02'), laplace('3'), gaussian('0.05', '0.0000001')]) {
        const plan = planOf(program, parameters, privacy);
        for (const { output, sensitivity, scale } of plan.privacy!.noise) {
          const spread = numberOf(fractionOfQuotient(scale));
          const noise = 3 * (privacy.mechanism === 'discrete-laplace' ? 64 * spread : 16 * Math.sqrt(spread));
          expect(Number(sensitivity) * 8192 + noise).toBeLessThan(2 ** 62);
          expect(plan.outputs.find(({ name }) => name === output)).toBeDefined();
        }
      }
    }
  });
  it('has a sensitivity for a column of one value too', () => {
    expect(planOf('Sum', { column: 'fixed' }, laplace('1')).privacy!.noise).toEqual([{ output: 'count', sensitivity: '1', scale: '2/1' }, { output: 'sum', sensitivity: '1', scale: '2/1' }]);
  });
  it('keeps integers in units of 1', () => {
    // 41 is 21 from the centre 20.
    expect(planOf('Standard Deviation', { column: 'delinq' }, laplace('0.5')).privacy!.noise).toEqual([
      { output: 'count', sensitivity: '1', scale: '6/1' }, { output: 'sum', sensitivity: '21', scale: '126/1' }, { output: 'sum_of_squares', sensitivity: '441', scale: '2646/1' },
    ]);
  });
  it('reads no column for noise', () => {
    expect([...neededColumns(planOf('Mean', { column: 'income' }, laplace('1')), 2)]).toEqual([]);
  });
});

describe('a private result', () => {
  const rows = (count: number, income = 41_000): Table => ({ rows: count, columns: { income: Float64Array.from({ length: count }, (_, i) => income + (i % 2)), Class: Array.from({ length: count }, (_, i) => (i < 3 ? 'bad' : 'good')) } });
  const told = <T>(plan: Plan, table: Table, noise: Partial<Record<string, readonly bigint[]>>): T => {
    const none = (name: string): readonly bigint[] => noise[name] ?? [];
    const words = new Map(plan.inputs.map(({ name, length }) => [name, BigUint64Array.from({ length }, (_, i) => BigInt.asUintN(64, none(name)[i] ?? 0n))]));
    return decodeResult(plan, interpretPlan(plan, () => table, words)) as T;
  };

  it('says mechanism, epsilon and error, and is otherwise the one in the clear when no noise is drawn', () => {
    const plan = planOf('Mean', { column: 'income' }, laplace('1'));
    const result = told<MeanResult & { privacy: unknown }>(plan, rows(2000), {});
    expect(result).toEqual(evaluateInClear(plan, () => rows(2000)));
    expect(result).toMatchObject({ count: 4000, privacy: { mechanism: 'discrete-laplace', epsilon: '1', error95: { count: expectedErrors(plan, 4000)[1].error95, mean: expect.any(Number) } } });
  });
  it('can be told how good it will be before it is asked for', () => {
    const names = PROGRAMS.map(([program, parameters]) => expectedErrors(planOf(program, parameters, laplace('0.5')), 8192).map(({ name, error95 }) => `${name} ${typeof error95}`));
    expect(names).toEqual([
      ['count number'], ['sum number', 'count number'], ['mean number', 'count number'], ['std number', 'mean number', 'count number'], ['each count number'], ['each count number'], ['each mean number', 'each count number'],
    ]);
    expect(expectedErrors(planOf('Count', {}, undefined), 8192)).toEqual([]);
    expect(expectedErrors(planOf('Mean', { column: 'income' }, laplace('0.5')), 10)[0]).toEqual({ name: 'mean', error95: null });
    const [[far], [near]] = [0.5, 5].map((epsilon) => expectedErrors(planOf('Mean', { column: 'income' }, laplace(String(epsilon))), 8192));
    expect(Math.round(far.error95! / near.error95! / 2)).toBe(5);
  });
  it('is not clamped: a count below 0 is one, so that counts are right on average', () => {
    const plan = planOf('Count', {}, laplace('0.5'));
    expect(told(plan, rows(1), { 'count.noise.1': [-9n] })).toMatchObject({ count: -7 });
    const histogram = planOf('Histogram', { column: 'Class' }, laplace('0.5'));
    expect(told(histogram, rows(4), { 'count_by.noise.2': [0n, -8n] })).toMatchObject({ counts: { good: 2, bad: -2 } });
  });
  it('tells no mean where noise alone could make up so many rows, and none of a group without rows', () => {
    const plan = planOf('Group Mean', { column: 'income', by: 'Class' }, laplace('1'));
    const { groups } = told<GroupMeanResult>(plan, rows(400), { 'count_by.noise.0': [0n, 4n] });
    expect(groups).toEqual({ good: { count: 794, mean: expect.any(Number) }, bad: { count: 10, mean: null } });
    expect(told<GroupMeanResult>(plan, rows(400), { 'count_by.noise.0': [0n, -6n] }).groups.bad).toEqual({ count: 0, mean: null });
    expect(told<GroupMeanResult>(plan, rows(400), { 'count_by.noise.0': [0n, -106n] }).groups.bad).toEqual({ count: -100, mean: null });
  });
  it('tells no deviation where noise outweighs the spread', () => {
    const plan = planOf('Standard Deviation', { column: 'income' }, laplace('1'));
    expect(told<StandardDeviationResult>(plan, rows(400), { 'sum_of_squares.noise.0': [-(1n << 57n)] })).toMatchObject({ std: null, mean: expect.any(Number), privacy: { error95: { std: null } } });
  });

  it.each(PROGRAMS)('of %s is within its error of the exact one, in 95 of 100 cases or more', (program, parameters) => {
    const coins = seededRandomness(`errors of ${program}`);
    const table: Table = { rows: 2000, columns: { income: Float64Array.from({ length: 2000 }, (_, i) => ((i * 7919) % 2000) * 990), delinq: Float64Array.from({ length: 2000 }, (_, i) => i % 42), Class: Array.from({ length: 2000 }, (_, i) => (i % 3 === 0 ? 'bad' : 'good')) } };
    for (const privacy of [laplace('0.8'), gaussian('0.8', '0.0000001')]) {
      const plan = planOf(program, parameters, privacy);
      const exact = numbersIn(evaluateInClear(plan, () => table));
      const covered = new Map<string, number>();
      for (let run = 0; run < 150; run++) {
        const noise = new Map([0, 1, 2].flatMap((party) => [...drawNoise(plan, party, coins)]));
        const result = decodeResult(plan, interpretPlan(plan, () => table, noise));
        const errors = numbersIn(result.privacy!.error95);
        for (const [name, error] of errors) covered.set(name, (covered.get(name) ?? 0) + (Math.abs(numbersIn(result).get(name)! - exact.get(name)!) <= error ? 1 : 0));
      }
      // Four standard deviations below 95 %, with coins of a seed.
      for (const times of covered.values()) expect(times).toBeGreaterThan(150 * 0.95 - 4 * 2.7);
      expect([...covered.keys()]).toEqual([...exact.keys()]);
    }
  });
});

it('noise is drawn for the own inputs of a private plan, another every time', () => {
  const plan = planOf('Group Mean', { column: 'income', by: 'Class' }, gaussian('0.5', '0.0000001'));
  const coins = seededRandomness('draw');
  const [first, second] = [drawNoise(plan, 2, coins), drawNoise(plan, 2, coins)];
  expect([...first.keys()]).toEqual(['count_by.noise.2', 'sum_by.noise.2']);
  expect([...first.values()].map(({ length }) => length)).toEqual([2, 2]);
  expect([...first.get('sum_by.noise.2')!].some((word, i) => word === second.get('sum_by.noise.2')![i])).toBe(false);
  expect(drawNoise(planOf('Count', {}, undefined), 0, coins).size).toBe(0);
});
