import fc from 'fast-check';
import { interpretJob, rowsJob, type RowsJobOptions } from '#testing';
import { evaluateInClear, planJob, type SuiteName } from '../index.js';

const SUITES: readonly SuiteName[] = ['additive-z64', 'replicated-z64', 'shamir-p61'];
const declared = {
  age: { type: 'integer', min: -5, max: 120 }, income: { type: 'number', min: -1e5, max: 2e6 }, cents: { type: 'integer', min: 0, max: 1e7 }, fixed: { type: 'number', min: 3, max: 3 }, g: { type: 'category', values: ['a', 'b'] },
} as const;
type Quantiles = { quantiles: Record<string, number | null>; why?: string };
const run = (job: Omit<RowsJobOptions, 'declared' | 'program'> & { program?: string }): { secure: Quantiles; clear: Quantiles } => {
  const { request, tableOf } = rowsJob({ declared, program: 'Quantiles', ...job });
  const plan = planJob(request);
  return { secure: interpretJob(plan, tableOf) as unknown as Quantiles, clear: evaluateInClear(plan, tableOf) as unknown as Quantiles };
};
/** Type 7 of Hyndman and Fan: what NumPy and R do. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const h = (values.length - 1) * part;
  const low = Math.floor(h);
  return sorted[low]! + (h - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!);
}

const AT = ['0', '0.1', '0.25', '0.5', '0.777', '1'];
describe.each(SUITES)('%s', (suite) => {
  const heavy = suite === 'additive-z64';
  it('finds quantiles of few integers by ranks', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -5, max: 120 }), { minLength: 1, maxLength: 50 }), (age) => {
      const { secure, clear } = run({ suite, rows: { age }, parameters: { column: 'age', at: AT } });
      for (const at of AT) {
        expect(Math.abs(secure.quantiles[at]! - quantile(age, Number(at)))).toBeLessThan(1e-5);
        expect(Math.abs(clear.quantiles[at]! - quantile(age, Number(at)))).toBeLessThan(1e-5);
      }
    }), { numRuns: heavy ? 2 : 10, seed: 5 });
  });

  it('finds quantiles of numbers, and of many integers, by digits', () => {
    const any = fc.array(fc.oneof(fc.integer({ min: 0, max: 1e7 }), fc.constantFrom(0, 1, 2, 1e7)), { minLength: 1, maxLength: 12 });
    fc.assert(fc.property(any, (cents) => {
      const rows = { cents, income: cents.map((x) => -1e5 + x * 0.21) };
      // Of the way between two values that are far apart, 24 bits are taken.
      const gap = Math.max(...cents) * 2 ** -24;
      for (const [column, least] of [['cents', 1e-9 + gap], ['income', 2e6 * 2e-9 + gap]] as const) {
        const { secure, clear } = run({ suite, maxRows: 8, rows, parameters: { column, at: heavy ? '0.5' : AT } });
        for (const [at, value] of Object.entries(secure.quantiles)) {
          const exact = quantile(rows[column], Number(at));
          expect(Math.abs(value! - exact)).toBeLessThanOrEqual(least);
          expect(Math.abs(clear.quantiles[at]! - exact)).toBeLessThanOrEqual(least);
        }
      }
    }), { numRuns: heavy ? 1 : 3, seed: 6 });
  });
});

const suite = 'replicated-z64';
const median = (column: string, rows: RowsJobOptions['rows'], more: Partial<RowsJobOptions> = {}): unknown =>
  run({ suite, rows, ...more, program: 'Median', parameters: { column, ...more.parameters } }).secure;

describe('a median', () => {
  const rows = { age: [9, 1, 4, 60, 5], income: [10, 1e6, 3, 7, 8.5], cents: [3, 1e7, 5, 0, 5], g: ['a', 'b', 'a', 'a', 'b'], fixed: [3, 3, 3, 3, 3] };
  it('is the middle value, or half way between two', () => {
    expect(median('age', rows)).toEqual({ median: 5 });
    expect(median('cents', rows)).toEqual({ median: 5 });
    expect(median('age', rows, { parameters: { where: 'age < 60' } })).toEqual({ median: 4.5 });
    expect(median('fixed', rows)).toEqual({ median: 3 });
    expect((median('income', rows) as { median: number }).median).toBeCloseTo(8.5, 3);
    expect(median('cents', rows, { nodes: 2, suite: 'additive-z64', maxRows: 4, parameters: { where: 'g = b' } })).toEqual({ median: 5_000_002.5 });
  });
  it('of no rows is none', () => {
    for (const column of ['age', 'cents']) expect(median(column, rows, { parameters: { where: 'age > 100' } })).toEqual({ median: null, why: 'too few rows' });
    expect(run({ suite, rows: { age: [] }, parameters: { column: 'age' } }).secure).toEqual({ quantiles: { 0.25: null, 0.5: null, 0.75: null }, why: 'too few rows' });
  });
  it('keeps a minimum group, and parts between 0 and 1', () => {
    for (const column of ['age', 'cents']) {
      expect(() => median(column, rows, { minimumGroup: 6 })).toThrow('minimum_group');
      expect(median(column, rows, { minimumGroup: 5 })).toEqual({ median: 5 });
    }
    for (const at of ['1.5', '-0.1', 'x', Array.from({ length: 17 }, () => '0.5')]) expect(() => run({ suite, rows, parameters: { column: 'age', at } })).toThrow(expect.objectContaining({ code: 'CS0604' }));
    expect(() => median('g', rows)).toThrow(expect.objectContaining({ code: 'CS0613' }));
    expect(() => median('age', rows, { maxRows: 2 ** 24 })).toThrow(expect.objectContaining({ code: 'CS0620' }));
  });
});
