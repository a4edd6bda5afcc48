import fc from 'fast-check';
import { anyPlace, anyRange, interpretPlan, valueAt } from '#testing';
import {
  decodeResult, evaluateInClear, planJob, type ColumnDeclaration, type DatasetDescriptor, type GroupMeanResult, type HistogramResult,
  type Plan, type ScoresResult, type StandardDeviationResult, type SumResult, type Table,
} from './index.js';

const NODES = ['Bank A', 'Bank B', 'Bank C', 'Bank D', 'Bank E'];
const VALUES = ['good', 'bad', '__proto__'];
const anyParty = fc.array(fc.record({ place: anyPlace, value: fc.nat(2) }), { minLength: 1, maxLength: 8 });

/** 2 to 5 owners with tables within one declaration (their own part of it) that fill their row bounds up to a power of two. */
const anyAggregateJob = fc.record({ range: anyRange, parties: fc.array(anyParty, { minLength: 2, maxLength: 5 }) }).map(({ range, parties }) => {
  const tables = new Map<string, Table>();
  const datasets = parties.map((rows, p): DatasetDescriptor => {
    tables.set(NODES[p], { rows: rows.length, columns: { x: Float64Array.from(rows, (row) => valueAt(range, row.place)), g: rows.map((row) => VALUES[row.value]) } });
    return { name: 'Loans', node: NODES[p], tags: [], maxRows: 2 ** Math.ceil(Math.log2(rows.length)), columns: { x: range, g: { type: 'category', values: p % 2 ? [...VALUES].reverse() : VALUES } } };
  });
  const nodes = NODES.slice(0, parties.length);
  const request = {
    inputs: nodes.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), parties: nodes, receivers: [nodes[0]], datasets, minimumGroup: 1,
  };
  return { range, request, tableOf: (node: string) => tables.get(node)! };
});

const within = (actual: number, exact: number, error: number): void => expect(Math.abs(actual - exact)).toBeLessThanOrEqual(error + Math.abs(exact) * 2 ** -50);
const boundOf = (plan: Plan, output: string): number => Number(plan.outputs.find((o) => o.name === output)!.errorBound ?? 0);

describe('a plan run in 64 bits gives what the clear gives', () => {
  it('for counts, sums, means and deviations, at range ends too', () => {
    fc.assert(fc.property(anyAggregateJob, ({ request, range, tableOf }) => {
      const plan = planJob({ ...request, program: 'Standard Deviation', parameters: { column: 'x' } });
      const secure = decodeResult(plan, interpretPlan(plan, tableOf)) as StandardDeviationResult;
      const clear = evaluateInClear(plan, tableOf) as StandardDeviationResult;
      expect(secure.count).toBe(clear.count);
      const [sumError, squareError] = [boundOf(plan, 'sum') / clear.count, boundOf(plan, 'sum_of_squares') / clear.count];
      within(secure.mean!, clear.mean!, sumError);
      const radius = range.max - range.min;
      within(secure.std! ** 2, clear.std! ** 2, squareError + 2 * radius * sumError + radius ** 2 * 2 ** -48);
      const sums = planJob({ ...request, program: 'Sum', parameters: { column: 'x' } });
      const sum = decodeResult(sums, interpretPlan(sums, tableOf)) as SumResult;
      within(sum.sum, (evaluateInClear(sums, tableOf) as SumResult).sum, boundOf(sums, 'sum'));
      if (range.type === 'integer' && boundOf(sums, 'sum') === 0) expect(sum).toEqual(evaluateInClear(sums, tableOf));
    }), { numRuns: 100, seed: 2 });
  });

  it('for histograms and group means, whatever the order in which nodes declare the values', () => {
    fc.assert(fc.property(anyAggregateJob, ({ request, tableOf }) => {
      const histogram = planJob({ ...request, program: 'Histogram', parameters: { column: 'g' } });
      const counts = (decodeResult(histogram, interpretPlan(histogram, tableOf)) as HistogramResult).counts;
      const texts = request.parties.flatMap((node) => [...tableOf(node).columns.g] as string[]);
      for (const value of VALUES) expect(counts[value]).toBe(texts.filter((text) => text === value).length);
      expect(Object.keys(counts).sort()).toEqual([...VALUES].sort());

      const plan = planJob({ ...request, program: 'Group Mean', parameters: { column: 'x', by: 'g' } });
      const secure = (decodeResult(plan, interpretPlan(plan, tableOf)) as GroupMeanResult).groups;
      const clear = (evaluateInClear(plan, tableOf) as GroupMeanResult).groups;
      for (const value of VALUES) {
        expect(secure[value].count).toBe(counts[value]);
        if (counts[value] === 0) expect(secure[value].mean).toBeNull();
        else within(secure[value].mean!, clear[value].mean!, boundOf(plan, 'sum_by') / counts[value]);
      }
    }), { numRuns: 100, seed: 3 });
  });

  it('for linear scores with any ranges, at range ends too', () => {
    const anyFeature = fc.record({ x: anyRange, w: anyRange, weight: anyPlace, places: fc.array(anyPlace, { minLength: 4, maxLength: 4 }) });
    fc.assert(fc.property(fc.array(anyFeature, { minLength: 1, maxLength: 4 }), anyRange, anyPlace, fc.integer({ min: 2, max: 5 }), (features, intercept, place, n) => {
      const columns = (of: (f: (typeof features)[number]) => ColumnDeclaration) => Object.fromEntries(features.map((f, j) => [`f${j}`, of(f)]));
      const tables = new Map<string, Table>([
        ['Weights', { rows: 1, columns: { ...Object.fromEntries(features.map((f, j) => [`f${j}`, Float64Array.of(valueAt(f.w, f.weight))])), intercept: Float64Array.of(valueAt(intercept, place)) } }],
        ['Loans', { rows: 4, columns: Object.fromEntries(features.map((f, j) => [`f${j}`, Float64Array.from(f.places, (p) => valueAt(f.x, p))])) }],
      ]);
      const parties = NODES.slice(0, n);
      const plan = planJob({
        program: 'Linear Score', parameters: {}, parties, receivers: [parties[1]], minimumGroup: 1,
        inputs: [{ node: parties[0], dataset: 'Weights', role: 'model' }, { node: parties[n - 1], dataset: 'Loans', role: 'rows' }],
        datasets: [
          { name: 'Weights', node: parties[0], tags: [], maxRows: 1, columns: { ...columns((f) => f.w), intercept } },
          { name: 'Loans', node: parties[n - 1], tags: [], maxRows: 16, columns: columns((f) => f.x) },
        ],
        rows: [{ node: parties[n - 1], dataset: 'Loans', rows: 4 }],
      });
      const tableOf = (_: string, dataset: string): Table => tables.get(dataset)!;
      const secure = (decodeResult(plan, interpretPlan(plan, tableOf)) as ScoresResult).scores;
      const clear = (evaluateInClear(plan, tableOf) as ScoresResult).scores;
      clear.forEach((score, i) => within(secure[i], score, boundOf(plan, 'scores')));
      const weights = tables.get('Weights')!.columns as Record<string, Float64Array>;
      const rows = tables.get('Loans')!.columns as Record<string, Float64Array>;
      const magnitude = features.reduce((sum, _, j) => sum + Math.abs(weights[`f${j}`][0]) * Math.max(...rows[`f${j}`].map(Math.abs)), Math.abs(weights.intercept[0]));
      clear.forEach((score, i) => expect(Math.abs(score - features.reduce((sum, _, j) => sum + weights[`f${j}`][0] * rows[`f${j}`][i], weights.intercept[0]))).toBeLessThanOrEqual(magnitude * 2 ** -48));
    }), { numRuns: 100, seed: 4 });
  });
});

describe('precision', () => {
  const loans = (node: string, maxRows: number): DatasetDescriptor => ({ name: 'Loans', node, tags: [], maxRows, columns: { income: { type: 'number', min: 0, max: 2_000_000 } } });
  const request = { parties: ['Bank A', 'Bank B'], receivers: ['Bank A'], minimumGroup: 1, datasets: [loans('Bank A', 4096), loans('Bank B', 4096)], inputs: ['Bank A', 'Bank B'].map((node) => ({ node, dataset: 'Loans', role: 'rows' })) };

  it('of mean and deviation is nine digits where values crowd in a small part of their range', () => {
    const income = Float64Array.from({ length: 3000 }, (_, i) => 40_000.37 + ((i * 7919) % 3000) * 0.91);
    const table = { rows: income.length, columns: { income } };
    const plan = planJob({ ...request, program: 'Standard Deviation', parameters: { column: 'income' } });
    const { mean, std } = decodeResult(plan, interpretPlan(plan, () => table)) as StandardDeviationResult;
    const centre = 41_000;
    const plainMean = centre + income.reduce((sum, x) => sum + (x - centre), 0) / income.length;
    const plainStd = Math.sqrt(income.reduce((sum, x) => sum + (x - plainMean) ** 2, 0) / income.length);
    expect(Math.abs(mean! / plainMean - 1)).toBeLessThan(1e-12);
    expect(Math.abs(std! / plainStd - 1)).toBeLessThan(1e-9);
  });

  it('of a linear score is six digits where the declared weights are a million times too wide', () => {
    const model: DatasetDescriptor = { name: 'Model', node: 'Bank A', tags: [], maxRows: 1, columns: { income: { type: 'number', min: -10, max: 10 }, intercept: { type: 'number', min: -10, max: 10 } } };
    const plan = planJob({ ...request, program: 'Linear Score', parameters: {}, datasets: [model, loans('Bank B', 4)], inputs: [{ node: 'Bank A', dataset: 'Model', role: 'model' }, { node: 'Bank B', dataset: 'Loans', role: 'rows' }] });
    const tables: Record<string, Table> = { Model: { rows: 1, columns: { income: Float64Array.of(-0.00003127), intercept: Float64Array.of(3.25) } }, Loans: { rows: 4, columns: { income: Float64Array.of(35000, 72000.5, 101000, 0) } } };
    const { scores } = decodeResult(plan, interpretPlan(plan, (_, dataset) => tables[dataset])) as ScoresResult;
    scores.forEach((score, i) => expect(Math.abs(score - (3.25 - 0.00003127 * (tables.Loans.columns.income as Float64Array)[i]))).toBeLessThan(2e-6));
  });
});

describe('minimum group', () => {
  const table: Table = { rows: 2, columns: { g: ['good', 'good'] } };
  const datasets = ['Bank A', 'Bank B'].map((node): DatasetDescriptor => ({ name: 'Loans', node, tags: [], maxRows: 2, columns: { g: { type: 'category', values: ['good', 'bad'] } } }));
  const request = { parties: ['Bank A', 'Bank B'], receivers: ['Bank A'], datasets, inputs: ['Bank A', 'Bank B'].map((node) => ({ node, dataset: 'Loans', role: 'rows' })) };

  it('is required of the count before anything is opened', () => {
    const four = planJob({ ...request, program: 'Count', parameters: {}, minimumGroup: 4 });
    expect(four.steps.at(-1)).toEqual({ op: 'require_at_least', value: 'count', bound: 4 });
    expect(evaluateInClear(four, () => table)).toEqual({ count: 4 });
    expect(() => evaluateInClear(four, () => ({ ...table, rows: 1, columns: { g: ['good'] } }))).toThrow(expect.objectContaining({ code: 'CS0627' }));
  });
  it('refuses a group without any row as well', () => {
    const plan = planJob({ ...request, program: 'Histogram', parameters: { column: 'g' }, minimumGroup: 2 });
    expect(() => evaluateInClear(plan, () => table)).toThrow(expect.objectContaining({ code: 'CS0627' }));
    expect(planJob({ ...request, program: 'Histogram', parameters: { column: 'g' }, minimumGroup: 1 }).steps.some((s) => s.op === 'require_at_least')).toBe(false);
  });
});
