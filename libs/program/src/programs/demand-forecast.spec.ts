import { declared, withColumn } from '#testing';
import { type PlanRequest, type SuiteName, type Table, evaluateInClear, planJob } from '../index.js';
import { requestOver, runIdeally } from './testing/ideal-run.js';

interface Forecast {
  readonly coefficients: Record<string, number> | null;
  readonly intercept: number;
  readonly errors: { readonly rows: number; readonly rmse: number; readonly r2: number };
  readonly series: Readonly<Record<string, { readonly rows: number; readonly demand: number; readonly forecast: number }>>;
}

let state = 5;
const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;

/** Four weeks a period, of shops whose demand follows prices and deals. */
function region(rows: number): Table {
  const table: Table = {
    rows, columns: {
      week: Float64Array.from({ length: rows }, (_, row) => 1 + Math.floor((12 * row) / rows)), price: Float64Array.from({ length: rows }, () => 1 + 2 * random()),
      deal: Float64Array.from({ length: rows }, () => (random() < 0.3 ? 1 : 0)), before: Float64Array.from({ length: rows }, () => 40 + 20 * random()),
    },
  };
  const of = (name: string): Float64Array => table.columns[name] as Float64Array;
  return withColumn(table, 'units', (row) => 60 - 15 * of('price')[row]! + 10 * of('deal')[row]! + 0.5 * of('before')[row]! + 2 * (random() - 0.5));
}

const tables = [region(48), region(60), region(36)];
const NODES = ['North', 'South', 'West'];
const joined = (all: readonly Table[]): Table => ({
  rows: all.reduce((sum, { rows }) => sum + rows, 0),
  columns: Object.fromEntries(Object.keys(all[0]!.columns).map((name) => [name, Float64Array.from(all.flatMap(({ columns }) => Array.from(columns[name] as Float64Array)))])),
});
const whole = joined(tables);
/** As nodes declare more than what they have. */
const descriptors = NODES.map((node) => {
  const { columns, ...rest } = declared(whole, node, 'Sales', 64);
  return { ...rest, columns: { ...columns, units: { type: 'number', min: 0, max: 100_000 } as const } };
});
const parameters = { demand: 'units', features: 'price, deal, before', period: 'week', test: 'week >= 10' };
const request = (change: PlanRequest['parameters'] = {}, suite: SuiteName = 'replicated-z64', of: readonly Table[] = tables): PlanRequest =>
  requestOver('Demand Forecast', of, descriptors, { ...parameters, ...change }, { suite });
const expectModel = ({ coefficients }: Forecast, within: number): void => {
  [-15, 10, 0.5].forEach((slope, j) => expect(Math.abs(Object.values(coefficients!)[j]! - slope)).toBeLessThan(within * Math.max(1, Math.abs(slope))));
};

test.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('with %s the weeks to come are forecast beside what came', (suite) => {
  const result = runIdeally<Forecast>(planJob(request({}, suite)), tables);
  expectModel(result, 0.03);
  expect(Object.keys(result.series)).toEqual(['10', '11', '12']);
  const units = whole.columns.units as Float64Array;
  for (const [period, { rows, demand, forecast }] of Object.entries(result.series)) {
    const places = Array.from({ length: whole.rows }, (_, row) => row).filter((row) => (whole.columns.week as Float64Array)[row] === Number(period));
    expect(rows).toBe(places.length);
    expect(demand).toBeCloseTo(places.reduce((sum, row) => sum + units[row]!, 0) / rows, 3);
    expect(Math.abs(forecast - demand)).toBeLessThan(1);
  }
  expect(result.errors.rmse).toBeLessThan(0.8);
  expect(result.errors.r2).toBeGreaterThan(0.98);
});

describe('one region whose numbers are wrong', () => {
  const wrong = withColumn(tables[2]!, 'units', (row) => (row % 2 === 0 ? 99_000 : 0));
  const all = [tables[0]!, tables[1]!, wrong];

  test('ruins the model of all rows', () => {
    expect(() => expectModel(runIdeally<Forecast>(planJob(request({}, 'replicated-z64', all)), all), 0.5)).toThrow();
  });

  test('does not decide where coefficients are trimmed', () => {
    expectModel(runIdeally<Forecast>(planJob(request({ trim: 1 }, 'replicated-z64', all)), all), 0.05);
  });

  test('does less where values are clipped', () => {
    const changes: PlanRequest['parameters'][] = [{ clip: 'units <= 90' }, {}];
    const [clipped, unclipped] = changes.map((change) => runIdeally<Forecast>(planJob(request(change, 'replicated-z64', all)), all));
    expect(Math.abs(clipped!.coefficients!.price! + 15)).toBeLessThan(12);
    expect(Math.abs(unclipped!.coefficients!.price! + 15)).toBeGreaterThan(100);
  });
});

test('the clear-text evaluator says the same', () => {
  const plan = planJob(request({ trim: 1 }));
  const result = evaluateInClear(plan, (node) => tables[NODES.indexOf(node)]!) as unknown as Forecast;
  const shared = runIdeally<Forecast>(plan, tables);
  Object.entries(result.coefficients!).forEach(([name, slope]) => expect(Math.abs(shared.coefficients![name]! / slope - 1)).toBeLessThan(1e-4));
});

test.each<[PlanRequest['parameters'], string]>([
  [{ trim: 2 }, 'CS0604'], [{ clip: 'units > 3' }, 'CS0604'], [{ clip: 'weight <= 3' }, 'CS0604'], [{ features: 'units' }, 'CS0604'], [{ period: 'price' }, 'CS0613'], [{ period: 'units' }, 'CS0613'],
  [{ clip: ['units <= 3', 'units >= 4'] }, 'CS0604'],
])('refuses %j', (change, code) => {
  expect(() => planJob(request(change))).toThrow(expect.objectContaining({ code }));
});

test('a policy’s minimum group holds for every period that has rows', () => {
  expect(() => runIdeally(planJob({ ...request(), minimumGroup: 13 }), tables)).toThrow('minimum_group');
  expect(() => runIdeally(planJob({ ...request(), minimumGroup: 3 }), tables)).not.toThrow();
});
