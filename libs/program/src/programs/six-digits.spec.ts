import fc from 'fast-check';
import { interpretJob, rowsJob, type RowsJobOptions } from '#testing';
import { planJob, type ResultValue, type SuiteName } from '../index.js';

/** Where in its range a statistic has six significant digits: docs/reference/programs.md says so, and this holds it against values of many magnitudes. */
const RANGE = 1024;
const declared = { x: { type: 'number', min: 0, max: RANGE }, y: { type: 'number', min: 0, max: RANGE } } as const;
const sixDigits = (found: number, exact: number): void => expect(Math.abs(found - exact)).toBeLessThanOrEqual(5e-7 * Math.abs(exact));

const ask = (suite: SuiteName, program: string, rows: RowsJobOptions['rows'], parameters: RowsJobOptions['parameters']): Record<string, ResultValue> => {
  const { request, tableOf } = rowsJob({ declared, program, rows, parameters, suite, nodes: suite === 'additive-z64' ? 2 : 3, maxRows: 8 });
  return interpretJob(planJob(request), tableOf) as Record<string, ResultValue>;
};
/** A number of any magnitude from a 4,096th of the range on. */
const magnitude = fc.record({ power: fc.integer({ min: -12, max: -1 }), mantissa: fc.integer({ min: 0, max: 1e9 }) }).map(({ power, mantissa }) => RANGE * 2 ** power * (1 + mantissa / 1e9));

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('%s', (suite) => {
  const numRuns = suite === 'additive-z64' ? 3 : 8;
  it('a median, and a quantile, from a 4,096th of its range on has six digits, also where its neighbours are of other magnitudes', () => {
    fc.assert(fc.property(fc.array(magnitude, { minLength: 3, maxLength: 9 }), (values) => {
      const x = values.length % 2 === 1 ? values : values.slice(1);
      const sorted = [...x].sort((a, b) => a - b);
      sixDigits(ask(suite, 'Median', { x }, { column: 'x' }).median as number, sorted[x.length >> 1]!);
      const { quantiles } = ask(suite, 'Quantiles', { x }, { column: 'x', at: '0, 1' }) as unknown as { quantiles: Record<string, number> };
      sixDigits(quantiles['0']!, sorted[0]!);
      sixDigits(quantiles['1']!, sorted.at(-1)!);
    }), { numRuns, seed: 6 });
  });

  it('below that a median is as near as 2^−33 of its range, and no nearer', () => {
    const x = [1, 2, 3].map((i) => RANGE * 2 ** -20 * (i / 3));
    const { median } = ask(suite, 'Median', { x }, { column: 'x' });
    expect(Math.abs((median as number) - x[1]!)).toBeLessThanOrEqual(RANGE * 2 ** -33);
    expect(Math.abs((median as number) / x[1]! - 1)).toBeGreaterThan(5e-7);
  });

  it('a covariance has six digits beside the deviations of its columns, and a correlation six places', () => {
    const pairs = fc.array(fc.tuple(magnitude, fc.integer({ min: -1000, max: 1000 })), { minLength: 6, maxLength: 16 });
    fc.assert(fc.property(pairs, fc.constantFrom(0, 1e-4, 1e-2, 1), (rows, share) => {
      // From hardly correlated to the same column: share of x, the rest of its own.
      const [x, y] = [rows.map(([each]) => each), rows.map(([each, own]) => RANGE / 2 + share * (each / 4) + own / 8)];
      const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
      const exact = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, each, i) => sum + (each - mean(a)) * (b[i]! - mean(b)), 0) / (a.length - 1);
      const scale = Math.sqrt(exact(x, x) * exact(y, y));
      fc.pre(exact(x, x) > (RANGE / 2 ** 9) ** 2 && exact(y, y) > (RANGE / 2 ** 9) ** 2);
      const { covariance } = ask(suite, 'Covariance', { x, y }, { columns: 'x, y' }) as unknown as { covariance: Record<string, Record<string, number>> };
      expect(Math.abs(covariance.x!.y! - exact(x, y))).toBeLessThanOrEqual(5e-7 * scale);
      sixDigits(covariance.x!.x!, exact(x, x));
      // What is not small beside the deviations has six digits of its own.
      if (Math.abs(exact(x, y)) > scale / 2) expect(Math.abs(covariance.x!.y! / exact(x, y) - 1)).toBeLessThanOrEqual(1e-6);
      const { correlation } = ask(suite, 'Correlation', { x, y }, { columns: 'x, y' }) as unknown as { correlation: Record<string, Record<string, number>> };
      expect(Math.abs(correlation.x!.y! - exact(x, y) / scale)).toBeLessThanOrEqual(5e-7);
    }), { numRuns, seed: 7 });
  });
});
