import { dealt, declared, withColumn } from '#testing';
import { type PlanRequest, type SuiteName, type Table, aucInPlain, evaluateInClear, planJob, trainInPlain } from '../index.js';
import { requestOver, runIdeally } from './testing/ideal-run.js';

interface LogisticResult {
  readonly coefficients: Record<string, { readonly coefficient: number; readonly standardised: number }>;
  readonly intercept: number;
  readonly 'standardised intercept': number;
  readonly 'hardly vary'?: readonly string[];
  readonly test?: { readonly rows: number; readonly accuracy: number; readonly auc: number };
  readonly roc?: readonly (readonly number[])[];
}

/** Standardised coefficients, and the intercept last. */
const weightsOf = (result: LogisticResult): number[] => [...Object.values(result.coefficients).map(({ standardised }) => standardised), result['standardised intercept']];

const NODES = ['A', 'B', 'C'];

/** Rows with three columns and a label that depends on them. */
function synthetic(rows: number, seed = 1): Table {
  let state = seed;
  const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
  const table: Table = {
    rows,
    columns: {
      age: Float64Array.from({ length: rows }, () => Math.round(20 + 60 * random())), income: Float64Array.from({ length: rows }, () => 10_000 + 90_000 * random() ** 3),
      area: Array.from({ length: rows }, () => (random() < 0.3 ? 'town' : 'land')),
    },
  };
  const { age, income, area } = table.columns as { age: Float64Array; income: Float64Array; area: string[] };
  return withColumn(table, 'bad', (row) => (random() < 1 / (1 + Math.exp(-(0.08 * (age[row]! - 50) - income[row]! / 40_000 + (area[row] === 'town' ? 1 : 0)))) ? 1 : 0));
}
const matrix = ({ rows, columns }: Table): number[][] =>
  Array.from({ length: rows }, (_, row) => [(columns.age as Float64Array)[row]!, (columns.income as Float64Array)[row]!, (columns.area as string[])[row] === 'town' ? 1 : 0]);

const parameters = { label: 'bad', features: 'age, income, area', steps: 8, rate: '1' };

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('three owners with %s', (suite) => {
  const whole = synthetic(150);
  const tables = dealt(whole, 3, (row) => Math.floor(row / 50));
  const descriptors = NODES.map((node) => declared(whole, node, 'Loans', 64));
  const isTest = (row: number): boolean => row % 5 === 4;

  test.each<PlanRequest['parameters']>([{}, { weights: 'balanced' }, { batches: 1, roc: 10 }, { where: 'age >= 30' }])('train one model on all rows, as in plain: %j', (change) => {
    const plan = planJob(requestOver('Logistic Regression', tables, descriptors, { ...parameters, ...change }, { suite }));
    const result = runIdeally<LogisticResult>(plan, tables);
    const places = Array.from({ length: 150 }, (_, row) => row).filter((row) => change.where === undefined || (whole.columns.age as Float64Array)[row]! >= 30);
    const [rows, labels] = [matrix(whole), Array.from(whole.columns.bad as Float64Array)];
    const [train, held] = [places.filter((row) => !isTest(row)), places.filter(isTest)];
    const { weights, mean, deviation } = trainInPlain(train.map((row) => rows[row]!), train.map((row) => labels[row]!), { steps: 8, rate: 1, penalty: 0.001, balanced: change.weights === 'balanced' });
    expect(Object.keys(result.coefficients)).toEqual(['age', 'income', 'area=town']);
    weightsOf(result).forEach((value, j) => expect(Math.abs(value - weights[j]!)).toBeLessThan(0.002));
    const scores = held.map((row) => rows[row]!.reduce((sum, x, j) => sum + ((x - mean[j]!) / deviation[j]!) * weights[j]!, weights[3]!));
    const truths = held.map((row) => labels[row]!);
    expect(result.test!.rows).toBe(held.length);
    expect(Math.abs(result.test!.auc - aucInPlain(scores, truths))).toBeLessThan(0.01);
    expect(result.coefficients.age!.coefficient * deviation[0]!).toBeCloseTo(weights[0]!, 2);
    expect(result['hardly vary']).toBeUndefined();
  });
});

const whole = synthetic(120);
const isTest = (row: number): boolean => row % 5 === 4;
const inPlain = (steps: number, places = Array.from({ length: whole.rows }, (_, row) => row).filter((row) => !isTest(row))): ReturnType<typeof trainInPlain> => {
  const [rows, labels] = [matrix(whole), Array.from(whole.columns.bad as Float64Array)];
  return trainInPlain(places.map((row) => rows[row]!), places.map((row) => labels[row]!), { steps, rate: 1, penalty: 0.001 });
};

describe('columns of three owners whose rows stand in one order', () => {
  const only = (...names: string[]): Table => ({ rows: whole.rows, columns: Object.fromEntries(names.map((name) => [name, whole.columns[name]!])) });
  const tables = [only('bad', 'age'), only('income'), only('area')];
  const descriptors = tables.map((table, i) => declared(table, NODES[i]!, 'Loans', 128));
  const request = (change: PlanRequest['parameters'] = {}): PlanRequest => ({
    ...requestOver('Logistic Regression by Columns', tables, descriptors, { ...parameters, ...change }, { suite: 'replicated-z64' }),
    inputs: NODES.map((node, i) => ({ node, dataset: 'Loans', role: i === 0 ? 'labels' : 'columns' })),
  });

  test('train one model on all columns, as in plain', () => {
    const result = runIdeally<LogisticResult>(planJob(request()), tables);
    const { weights } = inPlain(8);
    weightsOf(result).forEach((value, j) => expect(Math.abs(value - weights[j]!)).toBeLessThan(0.002));
    expect(result.test!.rows).toBe(24);
    expect(result.coefficients['area=town']!.coefficient).toBeGreaterThan(0);
  });

  test('refuse a minimum group beyond the rows that there are, however many owners have parts of them', () => {
    expect(() => planJob({ ...request(), minimumGroup: 96 })).not.toThrow();
    expect(() => planJob({ ...request(), minimumGroup: 129 })).toThrow(expect.objectContaining({ code: 'CS0627' }));
  });

  test('refuse a column that nobody has, or two have', () => {
    expect(() => planJob(request({ features: 'age, height' }))).toThrow(expect.objectContaining({ code: 'CS0612' }));
    const twice = request();
    expect(() => planJob({ ...twice, datasets: twice.datasets.map((each) => ({ ...each, columns: { ...descriptors[0]!.columns, ...each.columns } })) })).toThrow(expect.objectContaining({ code: 'CS0604' }));
  });
});

test('rows are looked at in batches that take turns', () => {
  const tables = dealt(whole, 3, (row) => Math.floor(row / 40));
  const descriptors = NODES.map((node) => declared(whole, node, 'Loans', 64));
  const result = runIdeally<LogisticResult>(planJob(requestOver('Logistic Regression', tables, descriptors, { ...parameters, steps: 12, batches: 4, rate: '0.3' }, { suite: 'replicated-z64' })), tables);
  const { weights } = inPlain(12);
  // Steps are as many, and shorter.
  expect(Math.sign(result.coefficients.age!.standardised)).toBe(Math.sign(weights[0]!));
  expect(result.test!.auc).toBeGreaterThan(0.6);
});

test('the clear-text evaluator says the same, and finds every range that the program states kept', () => {
  const tables = dealt(whole, 3, (row) => Math.floor(row / 40));
  const descriptors = NODES.map((node) => declared(whole, node, 'Loans', 64));
  const result = evaluateInClear(planJob(requestOver('Logistic Regression', tables, descriptors, { ...parameters, steps: 4, roc: 4 })), (node) => tables[NODES.indexOf(node)]!) as unknown as LogisticResult;
  const { weights } = inPlain(4);
  weightsOf(result).forEach((value, j) => expect(Math.abs(value - weights[j]!)).toBeLessThan(1e-4));
  expect(result.roc).toHaveLength(5);
});

test.each<[PlanRequest['parameters'], string]>([
  [{ label: 'area', positive: 'sea' }, 'CS0604'], [{ label: 'age', features: 'income' }, 'CS0621'], [{ features: 'age, bad' }, 'CS0604'], [{ rate: '0' }, 'CS0604'], [{ steps: 0 }, 'CS0604'], [{ positive: '0' }, 'CS0604'],
  [{ steps: 1000, rate: '64' }, 'CS0620'], [{ label: 'income', features: 'age' }, 'CS0613'],
])('refuses %j', (change, code) => {
  const tables = dealt(whole, 3, (row) => Math.floor(row / 40));
  expect(() => planJob(requestOver('Logistic Regression', tables, NODES.map((node) => declared(whole, node, 'Loans', 64)), { ...parameters, ...change }))).toThrow(expect.objectContaining({ code }));
});
