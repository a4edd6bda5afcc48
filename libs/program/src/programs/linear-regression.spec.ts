import { dealt, declared, withColumn } from '#testing';
import { type PlanRequest, type SuiteName, type Table, planJob } from '../index.js';
import { requestOver, runIdeally } from './testing/ideal-run.js';
import { expectSameNumberOfRows } from './testing/row-counts.js';

interface LinearResult {
  readonly coefficients: Record<string, number> | null;
  readonly intercept: number;
  readonly why?: string;
  readonly 'hardly vary'?: readonly string[];
  readonly test?: { readonly rows: number; readonly rmse: number; readonly r2: number };
}

/** Sales of shops: log units fall by 2.5 times the log of the price, and rise on deals. */
function sales(rows: number): Table {
  let state = 7;
  const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
  const price = Float64Array.from({ length: rows }, () => 1 + 3 * random());
  const deal = Float64Array.from({ length: rows }, () => (random() < 0.25 ? 1 : 0));
  const area = Array.from({ length: rows }, () => ['land', 'sea', 'town'][Math.floor(3 * random())]!);
  const table: Table = { rows, columns: { price, deal, area, closed: new Float64Array(rows).fill(2) } };
  return withColumn(withColumn(table, 'units', (row) =>
    Math.exp(6 - 2.5 * Math.log(price[row]!) + 0.8 * deal[row]! + (area[row] === 'town' ? 0.5 : 0) + 0.4 * (random() + random() + random() - 1.5))), 'twice', (row) => 2 * price[row]!);
}

/** Ordinary least squares in doubles by the normal equations. */
function leastSquares(x: readonly (readonly number[])[], y: readonly number[], ridge = 0): { slopes: number[]; intercept: number } {
  const [n, k] = [y.length, x[0]!.length];
  const mean = (of: (row: number) => number): number => y.reduce((sum, _, row) => sum + of(row), 0) / n;
  const means = Array.from({ length: k }, (_, j) => mean((row) => x[row]![j]!));
  const level = mean((row) => y[row]!);
  const system = Array.from({ length: k }, (_, i) => [
    ...Array.from({ length: k }, (__, j) => mean((row) => (x[row]![i]! - means[i]!) * (x[row]![j]! - means[j]!)) * (i === j ? 1 + ridge : 1)), mean((row) => (x[row]![i]! - means[i]!) * (y[row]! - level)),
  ]);
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < k; i++) {
      if (i === j) continue;
      const factor = system[i]![j]! / system[j]![j]!;
      system[i] = system[i]!.map((value, m) => value - factor * system[j]![m]!);
    }
  }
  const slopes = system.map((row, i) => row[k]! / row[i]!);
  return { slopes, intercept: slopes.reduce((sum, slope, j) => sum - slope * means[j]!, level) };
}

const whole = sales(240);
const tables = dealt(whole, 3, (row) => Math.floor(row / 80));
const descriptors = ['A', 'B', 'C'].map((node) => declared(whole, node, 'Sales', 128));
const parameters = { target: 'units', features: 'price, deal, area', logarithms: 'price, units' };
const request = (change: PlanRequest['parameters'], suite: SuiteName = 'replicated-z64'): PlanRequest => requestOver('Linear Regression', tables, descriptors, { ...parameters, ...change }, { suite });
const run = (of: PlanRequest): LinearResult => runIdeally<LinearResult>(planJob(of), tables);

const columns = (row: number): number[] => {
  const { price, deal, area } = whole.columns as { price: Float64Array; deal: Float64Array; area: string[] };
  return [Math.log(price[row]!), deal[row]!, area[row] === 'sea' ? 1 : 0, area[row] === 'town' ? 1 : 0];
};
const target = (row: number): number => Math.log((whole.columns.units as Float64Array)[row]!);
const rowsWhere = (keep: (row: number) => boolean): number[] => Array.from({ length: whole.rows }, (_, row) => row).filter(keep);

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('with %s', (suite) => {
  test.each<PlanRequest['parameters']>([{}, { ridge: '0.1' }, { where: 'price >= 1.5' }, { holdout: 0 }, { test: 'area = sea', features: 'price, deal' }])('slopes and errors are those of plain least squares: %j', (change) => {
    const result = run(request(change, suite));
    const counts = (row: number): boolean => change.where === undefined || (whole.columns.price as Float64Array)[row]! >= 1.5;
    const isHeld = (row: number): boolean => (change.holdout === 0 ? false : change.test === undefined ? row % 5 === 4 : (whole.columns.area as string[])[row] === 'sea');
    const [train, held] = [rowsWhere((row) => counts(row) && !isHeld(row)), rowsWhere((row) => counts(row) && isHeld(row))];
    const of = (row: number): number[] => columns(row).slice(0, change.features === undefined ? 4 : 2);
    const { slopes, intercept } = leastSquares(train.map(of), train.map(target), Number(change.ridge ?? 0));
    expect(Object.keys(result.coefficients!)).toEqual(['log price', 'deal', 'area=sea', 'area=town'].slice(0, slopes.length));
    Object.values(result.coefficients!).forEach((slope, j) => expect(Math.abs(slope - slopes[j]!)).toBeLessThan(2e-5));
    expect(Math.abs(result.intercept - intercept)).toBeLessThan(5e-5);
    if (held.length === 0) return expect(result.test).toBeUndefined();
    const errors = held.map((row) => target(row) - intercept - of(row).reduce((sum, x, j) => sum + slopes[j]! * x, 0));
    const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / held.length);
    expect(result.test!.rows).toBe(held.length);
    expect(Math.abs(result.test!.rmse / rmse - 1)).toBeLessThan(1e-4);
    const level = held.reduce((sum, row) => sum + target(row), 0) / held.length;
    expect(result.test!.r2).toBeCloseTo(1 - (rmse ** 2 * held.length) / held.reduce((sum, row) => sum + (target(row) - level) ** 2, 0), 4);
  });
});

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('columns of three owners whose rows stand in one order, with %s', (suite) => {
  const only = (...names: string[]): Table => ({ rows: whole.rows, columns: Object.fromEntries(names.map((name) => [name, whole.columns[name]!])) });
  const split = [only('units', 'deal'), only('price'), only('area')];
  const owners = split.map((table, i) => declared(table, 'ABC'[i]!, 'Sales', 256));
  const byColumns = (change: PlanRequest['parameters'] = {}): PlanRequest => ({
    ...requestOver('Linear Regression by Columns', split, owners, { ...parameters, ...change }, { suite }),
    inputs: owners.map(({ node, name }, i) => ({ node, dataset: name, role: i === 0 ? 'target' : 'columns' })),
  });
  const coefficientsOf = (change: PlanRequest['parameters']): LinearResult => runIdeally<LinearResult>(planJob(byColumns(change)), split);

  test('tell the target as plain least squares does', () => {
    const result = coefficientsOf({});
    const [train, held] = [rowsWhere((row) => row % 5 !== 4), rowsWhere((row) => row % 5 === 4)];
    // By owner: deal, price, area.
    const of = (row: number): number[] => [1, 0, 2, 3].map((j) => columns(row)[j]!);
    const { slopes, intercept } = leastSquares(train.map(of), train.map(target));
    expect(Object.keys(result.coefficients!)).toEqual(['deal', 'log price', 'area=sea', 'area=town']);
    Object.values(result.coefficients!).forEach((slope, j) => expect(Math.abs(slope - slopes[j]!)).toBeLessThan(2e-5));
    expect(Math.abs(result.intercept - intercept)).toBeLessThan(5e-5);
    expect(result.test!.rows).toBe(held.length);
    const errors = held.map((row) => target(row) - intercept - of(row).reduce((sum, x, j) => sum + slopes[j]! * x, 0));
    expect(result.test!.rmse).toBeCloseTo(Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / held.length), 4);
  });

  test('refuse an owner who has more rows, or fewer, which would be padded with zeros; and plan with bounds that differ', () => expectSameNumberOfRows(byColumns()));

  test('refuse a column that nobody has, one that two have, a target among the features, and no features', () => {
    expect(() => planJob(byColumns({ features: 'price, height', logarithms: 'price' }))).toThrow(expect.objectContaining({ code: 'CS0612' }));
    expect(() => planJob(byColumns({ features: 'price, units' }))).toThrow(expect.objectContaining({ code: 'CS0604' }));
    const twice = byColumns();
    const one = byColumns({ features: 'area', logarithms: 'units' });
    expect(() => planJob({ ...one, datasets: one.datasets.map((each) => (each.node === 'C' ? { ...each, columns: { area: { type: 'category', values: ['town'] } } } : each)) })).toThrow('names no columns');
    expect(() => planJob({ ...twice, datasets: twice.datasets.map((each) => ({ ...each, columns: { ...owners[0]!.columns, ...each.columns } })) })).toThrow(expect.objectContaining({ code: 'CS0604' }));
    expect(() => planJob({ ...byColumns(), minimumGroup: 257 })).toThrow(expect.objectContaining({ code: 'CS0627' }));
  });
});

test('a column that does not vary has a slope of 0 and is named', () => {
  const result = run(request({ features: 'price, closed, deal' }));
  expect(result['hardly vary']).toEqual(['closed']);
  expect(result.coefficients!.closed).toBe(0);
  expect(result.coefficients!['log price']).toBeLessThan(-2);
});

test('where a column follows from another nothing but that is told, unless there is a ridge', () => {
  const dependent = request({ features: 'price, twice', logarithms: [] as never });
  const { logarithms: _, ...rest } = dependent.parameters;
  const both = { ...dependent, parameters: { ...rest, logarithms: 'units' } };
  expect(run(both)).toEqual({ coefficients: null, why: expect.stringContaining('follow from others') });
  const { coefficients } = run({ ...both, parameters: { ...both.parameters, ridge: '0.01' } });
  expect(coefficients!.price! / coefficients!.twice!).toBeCloseTo(2, 2);
});

test.each<[PlanRequest['parameters'], string]>([
  [{ features: 'units, price' }, 'CS0604'], [{ logarithms: 'deal' }, 'CS0621'], [{ logarithms: 'closed' }, 'CS0604'], [{ ridge: '-1' }, 'CS0604'], [{ target: 'area', features: 'price', logarithms: 'price' }, 'CS0613'], [{ holdout: 1 }, 'CS0604'],
])('refuses %j', (change, code) => {
  expect(() => planJob(request(change))).toThrow(expect.objectContaining({ code }));
});
