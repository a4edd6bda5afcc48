import fc from 'fast-check';
import { interpretJob, rowsJob, type RowsJobOptions } from '#testing';
import { evaluateInClear, planJob, type SuiteName } from '../index.js';
import { chiSquareTail, studentTail } from './tails.js';

const SUITES: readonly SuiteName[] = ['additive-z64', 'replicated-z64', 'shamir-p61'];
const declared = {
  x: { type: 'number', min: 0, max: 1e5 }, age: { type: 'integer', min: 0, max: 120 }, g: { type: 'category', values: ['a', 'b', 'c'] }, h: { type: 'category', values: ['u', 'v', 'w', 'z'] },
} as const;
type Opened = Record<string, number | string | null>;
const run = (job: Omit<RowsJobOptions, 'declared'>): { secure: Opened; clear: Opened } => {
  const { request, tableOf } = rowsJob({ declared, ...job });
  return { secure: interpretJob(planJob(request), tableOf) as Opened, clear: evaluateInClear(planJob(request), tableOf) as Opened };
};
/** Six significant digits. */
const near = (actual: Opened[string] | undefined, exact: number): void => expect(Math.abs((actual as number) - exact) / Math.abs(exact)).toBeLessThan(5e-7);

const group = (values: readonly number[]): { n: number; mean: number; q: number } => {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { n: values.length, mean, q: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length / (values.length - 1) };
};
function welch(x: readonly number[], y: readonly number[]): { t: number; df: number } {
  const [a, b] = [group(x), group(y)];
  return { t: (a.mean - b.mean) / Math.sqrt(a.q + b.q), df: (a.q + b.q) ** 2 / (a.q ** 2 / (a.n - 1) + b.q ** 2 / (b.n - 1)) };
}
function pearson(rows: readonly string[], columns: readonly string[]): { chiSquare: number; df: number } {
  const [r, c] = [[...new Set(rows)], [...new Set(columns)]];
  const count = (keep: (i: number) => boolean): number => rows.filter((_, i) => keep(i)).length;
  const chiSquare = r.flatMap((a) => c.map((b) => {
    const expected = (count((i) => rows[i] === a) * count((i) => columns[i] === b)) / rows.length;
    return (count((i) => rows[i] === a && columns[i] === b) - expected) ** 2 / expected;
  })).reduce((sum, each) => sum + each, 0);
  return { chiSquare, df: (r.length - 1) * (c.length - 1) };
}

describe.each(SUITES)('%s', (suite) => {
  const numRuns = suite === 'additive-z64' ? 5 : 20;
  const anyGroup = fc.record({ centre: fc.integer({ min: 20_000, max: 80_000 }), width: fc.constantFrom(1e4, 1e3, 5e2), places: fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 }) })
    .filter(({ places }) => new Set(places).size > 1).map(({ centre, width, places }) => places.map((place) => centre + (place / 1000) * width));
  it('opens t and its degrees of freedom alone', () => {
    let told = 0;
    fc.assert(fc.property(anyGroup, anyGroup, (a, b) => {
      const rows = { x: [...a, ...b, 5, 7], g: [...a.map(() => 'a'), ...b.map(() => 'b'), 'c', 'c'] };
      const { secure, clear } = run({ suite, program: 'T-Test', parameters: { column: 'x', by: 'g', first: 'a', second: 'b' }, rows });
      const { t, df } = welch(a, b);
      if (secure.t === null) return;
      told++;
      near(secure.df, df);
      near(clear.df, df);
      expect(Math.abs((secure.t as number) - t)).toBeLessThan(5e-7 * Math.max(Math.abs(t), 0.1));
      expect(secure.p).toBeCloseTo(studentTail(t, df), 6);
      expect(Object.keys(secure)).toEqual(['t', 'df', 'p']);
    }), { numRuns, seed: 3 });
    expect(told).toBeGreaterThan(numRuns / 2);
  });

  const anyCell = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('u', 'v', 'w'));
  it('opens chi-square and its degrees of freedom alone', () => {
    fc.assert(fc.property(fc.array(anyCell, { minLength: 1, maxLength: 60 }), (cells) => {
      const rows = { g: cells.map(([g]) => g), h: cells.map(([, h]) => h) };
      const { secure, clear } = run({ suite, program: 'Chi-Square', parameters: { row: 'g', column: 'h' }, rows });
      const { chiSquare, df } = pearson(rows.g, rows.h);
      expect(secure.df).toBe(df);
      if (df === 0) return expect(secure).toEqual({ chiSquare: null, df, p: null, why: expect.any(String) });
      if (chiSquare < 1e-9) return expect(secure.chiSquare).toBe(0);
      near(secure.chiSquare, chiSquare);
      near(clear.chiSquare, chiSquare);
    }), { numRuns, seed: 4 });
  });
});

const suite = 'replicated-z64';
const t = (rows: RowsJobOptions['rows'], more: Partial<RowsJobOptions> = {}): Opened => run({ suite, program: 'T-Test', rows, ...more, parameters: { column: 'age', by: 'g', first: 'a', second: 'b', ...more.parameters } }).secure;

describe('a t-test', () => {
  const age = [20, 30, 40, 50, 60, 71];
  const g = ['a', 'b', 'a', 'b', 'a', 'b'];
  it('has a sign, and is 0 where means are equal', () => {
    near(t({ age, g }).t, welch([20, 40, 60], [30, 50, 71]).t);
    near(t({ age, g }, { parameters: { first: 'b', second: 'a' } }).t, -welch([20, 40, 60], [30, 50, 71]).t);
    const equal = t({ age: [1, 2, 3, 1, 2, 3], g: ['a', 'a', 'a', 'b', 'b', 'b'] });
    expect(Math.abs(equal.t as number)).toBeLessThan(1e-9);
    expect(equal.p).toBeCloseTo(1, 9);
  });
  it('needs two rows in each group, and a spread in one', () => {
    const none = { t: null, df: null, p: null, why: expect.any(String) };
    expect(t({ age: [1, 2, 3], g: ['a', 'a', 'b'] })).toEqual(none);
    expect(t({ age: [], g: [] })).toEqual(none);
    expect(t({ age: [5, 5, 9, 9], g: ['a', 'a', 'b', 'b'] })).toEqual(none);
    near(t({ age: [5, 5, 9, 10, 14], g: ['a', 'a', 'b', 'b', 'b'] }).t, welch([5, 5], [9, 10, 14]).t);
  });
  it('tells groups of very different sizes and spreads', () => {
    const [few, many] = [[1, 119], Array.from({ length: 150 }, (_, i) => 60 + (i % 2))];
    const result = t({ age: [...few, ...many], g: [...few.map(() => 'a'), ...many.map(() => 'b')] });
    near(result.t, welch(few, many).t);
    near(result.df, welch(few, many).df);
  });
  it('takes the rows that meet the conditions, and keeps a minimum group in both groups', () => {
    near(t({ age, g }, { parameters: { where: 'age < 70 and age > 0' }, nodes: 2, suite: 'additive-z64' }).df, welch([20, 40, 60], [30, 50]).df);
    expect(() => t({ age, g }, { minimumGroup: 4 })).toThrow('minimum_group');
    expect(t({ age, g }, { minimumGroup: 3 }).t).not.toBeNull();
  });
  it.each([[{ first: 'd' }, 'CS0604'], [{ first: 'b' }, 'CS0604'], [{ column: 'g' }, 'CS0613'], [{ by: 'age' }, 'CS0613']])('refuses %j', (parameters, code) => {
    expect(() => t({ age, g }, { parameters })).toThrow(expect.objectContaining({ code }));
  });
});

describe('chi-square', () => {
  it('leaves out what nobody has, is 0 for independent columns, and sees the conditions', () => {
    const chi = (rows: RowsJobOptions['rows'], more: Partial<RowsJobOptions> = {}): Opened => run({ suite, program: 'Chi-Square', rows, ...more, parameters: { row: 'g', column: 'h', ...more.parameters } }).secure;
    expect(chi({ g: ['a', 'a', 'b', 'b'], h: ['u', 'v', 'u', 'v'] })).toEqual({ chiSquare: 0, df: 1, p: 1 });
    expect(chi({ g: [], h: [] })).toMatchObject({ chiSquare: null, df: 0 });
    const rows = { g: ['a', 'a', 'b', 'b', 'c', 'a'], h: ['u', 'v', 'v', 'z', 'u', 'u'], age: [1, 2, 3, 4, 5, 6] };
    near(chi(rows, { parameters: { where: 'age > 1' } }).chiSquare, pearson(rows.g.slice(1), rows.h.slice(1)).chiSquare);
    near(chi({ g: Array.from({ length: 192 }, (_, i) => (i === 5 ? 'b' : 'a')), h: Array.from({ length: 192 }, (_, i) => (i < 100 ? 'u' : 'v')) }).chiSquare, pearson(Array.from({ length: 192 }, (_, i) => (i === 5 ? 'b' : 'a')), Array.from({ length: 192 }, (_, i) => (i < 100 ? 'u' : 'v'))).chiSquare);
    expect(() => chi(rows, { minimumGroup: 7 })).toThrow('minimum_group');
    expect(() => chi(rows, { parameters: { column: 'g' } })).toThrow(expect.objectContaining({ code: 'CS0604' }));
    expect(() => chi(rows, { maxRows: 2 ** 28 })).toThrow(expect.objectContaining({ code: 'CS0620' }));
  });
});

it('tails are those of SciPy', () => {
  const student: [number, number, number][] = [[2.5, 7.3, 0.03965023466560043], [0.1, 1, 0.936548965138893], [30, 1000, 1.5374687444043095e-141], [-1e-4, 5e4, 0.999920211942994], [0, 3, 1]];
  for (const [x, df, p] of student) expect(Math.abs(studentTail(x, df) / p - 1)).toBeLessThan(1e-9);
  const chi: [number, number, number][] = [[12.3, 4, 0.015254394655769615], [0.5, 1, 0.47950012218695337], [500, 3, 4.771672031912771e-108], [80, 100, 0.9296649333406051], [0, 2, 1]];
  for (const [x, df, p] of chi) expect(Math.abs(chiSquareTail(x, df) / p - 1)).toBeLessThan(1e-9);
});
