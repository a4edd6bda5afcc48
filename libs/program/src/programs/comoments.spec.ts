import fc from 'fast-check';
import { type Columns, interpretJob, type RowsJob, type RowsJobOptions, rowsJob } from '#testing';
import { evaluateInClear, type PlanRequest, planJob, type ResultValue, type SuiteName } from '../index.js';

const SUITES: readonly SuiteName[] = ['additive-z64', 'replicated-z64', 'shamir-p61'];
const declared = { x: { type: 'number', min: -2e6, max: 2e6 }, y: { type: 'integer', min: 0, max: 120 }, g: { type: 'category', values: ['a', 'b'] } } as const;
/** Six significant digits. */
const near = (actual: ResultValue, exact: number): void => expect(Math.abs((actual as number) / exact - 1)).toBeLessThan(5e-7);

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + (x - values[0]!), 0) / values.length + values[0]!;
const comoment = (x: readonly number[], y: readonly number[]): number => {
  const [a, b] = [meanOf(x), meanOf(y)];
  return x.reduce((sum, each, i) => sum + (each - a) * (y[i]! - b), 0);
};

const unit = fc.integer({ min: 0, max: 1e9 }).map((x) => x / 1e9);
/** Rows of which x crowds in a part of its range, wherever that is. */
const anyRows = fc.record({ centre: unit, width: fc.constantFrom(1, 0.1, 0.01, 0.005), rows: fc.array(fc.tuple(unit, fc.nat(120), fc.constantFrom('a', 'b')), { minLength: 3, maxLength: 40 }) })
  .map(({ centre, width, rows }) => ({ x: rows.map(([place]) => ((centre * 2 - 1) * (1 - width) + (place - 0.5) * 2 * width) * 1.99e6), y: rows.map(([, y]) => y), g: rows.map(([, , g]) => g) }));

const jobOf = (rows: Columns, job: Omit<RowsJobOptions, 'declared' | 'rows'>): RowsJob => rowsJob({ declared, rows, ...job });
const ideal = (...job: Parameters<typeof jobOf>): Record<string, ResultValue> => {
  const { request, tableOf } = jobOf(...job);
  return interpretJob(planJob(request), tableOf) as Record<string, ResultValue>;
};

describe.each(SUITES)('%s', (suite) => {
  const numRuns = suite === 'additive-z64' ? 6 : 25;
  it('opens a variance of six digits wherever in its range a column crowds', () => {
    let told = 0;
    fc.assert(fc.property(anyRows, ({ x, y, g }) => {
      const { variance } = ideal({ x, y, g }, { suite, program: 'Variance', parameters: { column: 'x' } });
      if (variance === null) return expect(comoment(x, x)).toBeLessThan(4e12 * 2 ** -17);
      told++;
      near(variance!, comoment(x, x) / (x.length - 1));
      near(ideal({ x, y, g }, { suite, program: 'Variance', parameters: { column: 'x', of: 'population' } }).variance!, comoment(x, x) / x.length);
    }), { numRuns, seed: 1 });
    expect(told).toBeGreaterThan(numRuns / 2);
  });

  it('opens covariances and correlations, as the clear gives them', () => {
    fc.assert(fc.property(anyRows, (rows) => {
      const { x, y } = rows;
      const covariance = jobOf(rows, { suite, program: 'Covariance', parameters: { columns: 'x,y' } });
      const secure = interpretJob(planJob(covariance.request), covariance.tableOf) as { covariance: Record<string, Record<string, number | null>> };
      const clear = evaluateInClear(planJob(covariance.request), covariance.tableOf) as typeof secure;
      const scale = Math.sqrt(comoment(x, x) * comoment(y, y)) / (x.length - 1);
      for (const matrix of [secure.covariance, clear.covariance]) {
        expect(matrix.x!.y).toBe(matrix.y!.x);
        expect(Math.abs(matrix.x!.y! - comoment(x, y) / (x.length - 1))).toBeLessThan(5e-7 * Math.max(scale, 1));
        if (matrix.y!.y !== null) near(matrix.y!.y!, comoment(y, y) / (x.length - 1));
      }
      const { correlation } = ideal(rows, { suite, program: 'Correlation', parameters: { columns: ['x', 'y'] } }) as { correlation: Record<string, Record<string, number | null>> };
      if (correlation.x!.y === null) return;
      expect(correlation.x!.x).toBe(1);
      expect(Math.abs(correlation.x!.y! - comoment(x, y) / Math.sqrt(comoment(x, x) * comoment(y, y)))).toBeLessThan(5e-7);
    }), { numRuns, seed: 2 });
  });
});

const suite = 'replicated-z64';
const many = { x: [1, 2, 4, 100000.5, 77], y: [3, 3, 3, 3, 3], g: ['a', 'b', 'a', 'b', 'a'] };
const variance = (rows: Columns, parameters: PlanRequest['parameters']): ResultValue => ideal(rows, { suite, program: 'Variance', parameters });

describe('what has no variance', () => {
  it('is told by name, without a number', () => {
    expect(variance({ x: [], y: [], g: [] }, { column: 'x' })).toEqual({ variance: null, why: 'too few rows' });
    expect(variance({ x: [5], y: [5], g: ['a'] }, { column: 'y' })).toEqual({ variance: null, why: 'too few rows' });
    expect(variance({ x: [5], y: [5], g: ['a'] }, { column: 'y', of: 'population' })).toEqual({ variance: 0 });
    expect(variance(many, { column: 'y' })).toEqual({ variance: 0 });
    expect(variance({ ...many, x: [1, 1, 1, 1, 1] }, { column: 'x' })).toEqual({ variance: null, why: expect.stringContaining('spread too little') });
    expect(variance(many, { column: 'x', where: 'x > 1e6' })).toEqual({ variance: null, why: 'too few rows' });
  });
  it('has no correlation either', () => {
    expect(ideal(many, { suite, program: 'Correlation', parameters: { columns: 'x,y' } })).toEqual({ correlation: { x: { x: 1, y: null }, y: { x: null, y: null } }, why: expect.stringContaining('spread too little') });
    expect(ideal({ x: [1], y: [1], g: ['a'] }, { suite, program: 'Correlation', parameters: { columns: 'x,y' } }).correlation).toEqual({ x: { x: null, y: null }, y: { x: null, y: null } });
    expect(ideal(many, { suite, program: 'Covariance', parameters: { columns: 'x,y' } }).covariance).toMatchObject({ x: { y: 0 }, y: { y: null } });
  });
});

it('computes over the rows that meet the conditions alone', () => {
  near(ideal({ x: [100_000, 5, 300_000, 250_000], y: [1, 2, 3, 4], g: ['a', 'b', 'a', 'a'] }, { suite, program: 'Variance', parameters: { column: 'x', where: 'g = a and y < 4' } }).variance!, 2e10);
});

it('is right at the ends of the range, and for as many rows as there may be', () => {
  near(ideal({ x: [-2e6, 2e6, -2e6, 2e6], y: [0, 0, 0, 0], g: ['a', 'a', 'a', 'a'] }, { suite, program: 'Variance', parameters: { column: 'x', of: 'population' } }).variance!, 4e12);
  const rows = { x: Array.from({ length: 192 }, (_, i) => (i % 2 ? 2e6 : -2e6)), y: Array.from({ length: 192 }, () => 120), g: Array.from({ length: 192 }, () => 'a') };
  near(ideal(rows, { suite: 'shamir-p61', program: 'Variance', parameters: { column: 'x', of: 'population' } }).variance!, 4e12);
});

it.each(['Variance', 'Covariance', 'Correlation'])('%s keeps a minimum group, and refuses what has no room', (program) => {
  const parameters: PlanRequest['parameters'] = program === 'Variance' ? { column: 'x' } : { columns: 'x,y' };
  expect(() => ideal(many, { suite, program, parameters, minimumGroup: 6 })).toThrow('minimum_group');
  expect(ideal(many, { suite, program, parameters, minimumGroup: 5 })).toBeDefined();
  const code = (change: Partial<RowsJobOptions>): string => {
    try {
      planJob(rowsJob({ declared, rows: many, program, parameters, ...change }).request);
    } catch (error) {
      return (error as { code: string }).code;
    }
    return 'none';
  };
  expect(code({ minimumGroup: 200 })).toBe('CS0627');
  expect(code({ maxRows: 2 ** 24 })).toBe('CS0620');
  expect(code({ maxRows: 2 ** 22, nodes: 2 })).toBe('none');
  expect(code({ parameters: program === 'Variance' ? { column: 'g' } : { columns: 'x,g' } })).toBe('CS0613');
  if (program !== 'Variance') for (const columns of ['x', 'x,x']) expect(code({ parameters: { columns } })).toBe('CS0604');
});
