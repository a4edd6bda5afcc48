import { dealt, declared, withColumn } from '#testing';
import { type PlanRequest, type SuiteName, type Table, aucInPlain, evaluateInClear, planJob, trainInPlain } from '../index.js';
import { requestOver, runIdeally } from './testing/ideal-run.js';
import { expectSameNumberOfRows } from './testing/row-counts.js';

interface LogisticResult {
  readonly coefficients: Record<string, { readonly coefficient: number; readonly standardised: number }>;
  readonly intercept: number;
  readonly 'standardised intercept': number;
  readonly 'hardly vary'?: readonly string[];
  readonly test?: { readonly rows: number; readonly accuracy: number; readonly auc: number };
  readonly confusion?: unknown;
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

  // With a condition nobody knows how many rows there are, and padding is among those that are sorted.
  test.each<PlanRequest['parameters']>([{ roc: 10 }, { roc: 7, where: 'age >= 35' }])('open the confusion matrix and the ROC that counting gives: %j', (change) => {
    const result = runIdeally<LogisticResult>(planJob(requestOver('Logistic Regression', tables, descriptors, { ...parameters, ...change }, { suite })), tables);
    const places = Array.from({ length: 150 }, (_, row) => row).filter((row) => change.where === undefined || (whole.columns.age as Float64Array)[row]! >= 35);
    const rows = matrix(whole);
    const { coefficients, intercept } = result;
    const ranked = places.filter(isTest)
      .map((row) => ({ score: Object.values(coefficients).reduce((sum, { coefficient }, j) => sum + coefficient * rows[row]![j]!, intercept), label: (whole.columns.bad as Float64Array)[row]! }))
      .sort((a, b) => b.score - a.score);
    const count = (among: typeof ranked, label: number): number => among.filter((each) => each.label === label).length;
    const [called, not] = [ranked.filter(({ score }) => score >= 0), ranked.filter(({ score }) => score < 0)];
    expect(result.confusion).toEqual({ 'called 1': { 'is 1': count(called, 1), 'is 0': count(called, 0) }, 'called 0': { 'is 1': count(not, 1), 'is 0': count(not, 0) } });
    expect(result.test!.accuracy).toBeCloseTo((count(called, 1) + count(not, 0)) / ranked.length, 12);
    const points = Array.from({ length: change.roc as number + 1 }, (_, i) => ranked.slice(0, Math.round((i * 30) / (change.roc as number))));
    expect(result.roc).toEqual(points.map((top) => [count(top, 0) / count(ranked, 0), count(top, 1) / count(ranked, 1)]));
  });
});

/** Descent in doubles of which a step looks at one batch, for all rows: the b-th of equal stretches of every owner's rows. */
function inBatches(owners: readonly { readonly rows: readonly (readonly number[])[]; readonly labels: readonly number[] }[], { steps, rate, penalty, batches, balanced }: { readonly steps: number; readonly rate: number; readonly penalty: number; readonly batches: number; readonly balanced: boolean }): number[] {
  const [all, labels] = [owners.flatMap(({ rows }) => rows), owners.flatMap((owner) => owner.labels)];
  const { mean, deviation } = trainInPlain(all, labels, { steps: 0, rate, penalty });
  const ones = labels.reduce((sum, y) => sum + y, 0);
  const weights = [...mean, 0].map(() => 0);
  for (let step = 0; step < steps; step++) {
    const gradient = weights.map(() => 0);
    for (const { rows, labels: own } of owners) {
      const [from, to] = [step % batches, (step % batches) + 1].map((end) => Math.floor((end * rows.length) / batches)) as [number, number];
      for (let i = from; i < to; i++) {
        const x = [...rows[i]!.map((each, j) => (each - mean[j]!) / deviation[j]!), 1];
        const residual = (balanced ? all.length / (2 * (own[i] === 1 ? ones : all.length - ones)) : 1) * (1 / (1 + Math.exp(-x.reduce((sum, each, j) => sum + each * weights[j]!, 0))) - own[i]!);
        x.forEach((each, j) => (gradient[j]! += (each * residual * batches) / all.length));
      }
    }
    gradient.forEach((each, j) => (weights[j]! -= rate * (each + (j < mean.length ? penalty * weights[j]! : 0))));
  }
  return weights;
}

const whole = synthetic(120);
const isTest = (row: number): boolean => row % 5 === 4;
const inPlain = (steps: number, places = Array.from({ length: whole.rows }, (_, row) => row).filter((row) => !isTest(row))): ReturnType<typeof trainInPlain> => {
  const [rows, labels] = [matrix(whole), Array.from(whole.columns.bad as Float64Array)];
  return trainInPlain(places.map((row) => rows[row]!), places.map((row) => labels[row]!), { steps, rate: 1, penalty: 0.001 });
};

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('columns of three owners whose rows stand in one order, with %s', (suite) => {
  const only = (...names: string[]): Table => ({ rows: whole.rows, columns: Object.fromEntries(names.map((name) => [name, whole.columns[name]!])) });
  const tables = [only('bad', 'age'), only('income'), only('area')];
  const descriptors = tables.map((table, i) => declared(table, NODES[i]!, 'Loans', 128));
  const request = (change: PlanRequest['parameters'] = {}): PlanRequest => ({
    ...requestOver('Logistic Regression by Columns', tables, descriptors, { ...parameters, ...change }, { suite }),
    inputs: NODES.map((node, i) => ({ node, dataset: 'Loans', role: i === 0 ? 'labels' : 'columns' })),
  });

  test('train one model on all columns, as in plain', () => {
    const result = runIdeally<LogisticResult>(planJob(request()), tables);
    const { weights } = inPlain(8);
    weightsOf(result).forEach((value, j) => expect(Math.abs(value - weights[j]!)).toBeLessThan(0.002));
    expect(result.test!.rows).toBe(24);
    expect(result.coefficients['area=town']!.coefficient).toBeGreaterThan(0);
  });

  test('tell held-out rows apart as its coefficients do: AUC, accuracy, confusion matrix', () => {
    const { coefficients, intercept, test: held, confusion } = runIdeally<LogisticResult>(planJob(request()), tables);
    const rows = matrix(whole);
    const tested = Array.from({ length: whole.rows }, (_, row) => row).filter(isTest)
      .map((row) => ({ score: Object.values(coefficients).reduce((sum, { coefficient }, j) => sum + coefficient * rows[row]![j]!, intercept), label: (whole.columns.bad as Float64Array)[row]! }));
    const count = (called: boolean, label: number): number => tested.filter((each) => each.score >= 0 === called && each.label === label).length;
    expect(confusion).toEqual({ 'called 1': { 'is 1': count(true, 1), 'is 0': count(true, 0) }, 'called 0': { 'is 1': count(false, 1), 'is 0': count(false, 0) } });
    expect(count(true, 1) * count(false, 0)).toBeGreaterThan(0);
    expect(held!.accuracy).toBeCloseTo((count(true, 1) + count(false, 0)) / tested.length, 12);
    expect(held!.auc).toBeCloseTo(aucInPlain(tested.map(({ score }) => score), tested.map(({ label }) => label)), 6);
  });

  test('refuse a minimum group beyond the rows that there are, however many owners have parts of them', () => {
    expect(() => planJob({ ...request(), minimumGroup: 96 })).not.toThrow();
    expect(() => planJob({ ...request(), minimumGroup: 129 })).toThrow(expect.objectContaining({ code: 'CS0627' }));
  });

  test('refuse an owner who has more rows, or fewer, which would be padded with zeros; and plan with bounds that differ', () => expectSameNumberOfRows(request()));

  test('refuse a column that nobody has, or two have', () => {
    expect(() => planJob(request({ features: 'age, height' }))).toThrow(expect.objectContaining({ code: 'CS0612' }));
    const twice = request();
    expect(() => planJob({ ...twice, datasets: twice.datasets.map((each) => ({ ...each, columns: { ...descriptors[0]!.columns, ...each.columns } })) })).toThrow(expect.objectContaining({ code: 'CS0604' }));
  });
});

test('rows are looked at in batches that take turns, as in plain', () => {
  const tables = dealt(whole, 3, (row) => Math.floor(row / 40));
  const descriptors = NODES.map((node) => declared(whole, node, 'Loans', 64));
  const owners = tables.map((table) => {
    const kept = Array.from({ length: 40 }, (_, row) => row).filter((row) => !isTest(row));
    return { rows: kept.map((row) => matrix(table)[row]!), labels: kept.map((row) => (table.columns.bad as Float64Array)[row]!) };
  });
  for (const [suite, batches, balanced] of [['replicated-z64', 4, false], ['additive-z64', 5, true], ['shamir-p61', 32, false]] as const) {
    const recipe = { ...parameters, steps: 12, batches, rate: '0.3', penalty: '0.01', weights: balanced ? 'balanced' : 'equal' };
    const result = runIdeally<LogisticResult>(planJob(requestOver('Logistic Regression', tables, descriptors, recipe, { suite })), tables);
    inBatches(owners, { steps: 12, rate: 0.3, penalty: 0.01, batches, balanced }).forEach((weight, j) => expect(Math.abs(weightsOf(result)[j]! - weight)).toBeLessThan(0.002));
  }
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
