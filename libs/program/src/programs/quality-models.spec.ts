import { dealt, declared, differences, interpretInstructions, interpretPlan, withColumn } from '#testing';
import { type Plan, type PlanRequest, type Table, evaluateInClear, evaluateLocal, planJob, suiteValueBits } from '../index.js';
import { requestOver, runIdeally } from './testing/ideal-run.js';

let state = 3;
const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
const ROWS = 72;
const base: Table = {
  rows: ROWS,
  columns: {
    week: Float64Array.from({ length: ROWS }, (_, row) => 1 + (row % 4)), price: Float64Array.from({ length: ROWS }, () => 1 + 2 * random()), before: Float64Array.from({ length: ROWS }, () => 40 + 20 * random()),
    area: Array.from({ length: ROWS }, () => ['land', 'sea', 'town'][Math.floor(3 * random())]!),
  },
};
const of = (table: Table, name: string): Float64Array => table.columns[name] as Float64Array;
const priced = withColumn(base, 'units', (row) => 60 - 15 * of(base, 'price')[row]! + 0.5 * of(base, 'before')[row]! + 3 * random());
const whole = withColumn(priced, 'bad', (row) => (of(base, 'price')[row]! + random() > 2.3 ? 1 : 0));
const NODES = ['A', 'B', 'C'];
const tables = dealt(whole, 3, (row) => row % 3);
const descriptors = NODES.map((node) => declared(whole, node, 'Rows', 32));
const suite = 'replicated-z64';

/** Programs, their parameters, and a column of numbers and of categories that is looked at. */
const PROGRAMS: readonly (readonly [string, PlanRequest['parameters'], readonly (readonly [string, number | string])[]])[] = [
  ['Logistic Regression', { label: 'bad', features: 'price, area, before', steps: 5, roc: 4 }, [['price', 3.2], ['area', 'moon'], ['area', '']]],
  ['Logistic Regression', { label: 'bad', features: 'price, area', steps: 4, batches: 2, weights: 'balanced', where: 'before >= 45' }, [['price', 3.2], ['area', 'moon'], ['bad', 2]]],
  ['Logistic Regression', { label: 'area', positive: 'sea', features: 'price, before', steps: 3, holdout: 0 }, [['price', 0.5], ['area', 'moon'], ['area', '']]],
  ['Linear Regression', { target: 'units', features: 'price, area', logarithms: 'price, units' }, [['price', 3.2], ['units', 10_000], ['area', '']]],
  ['Demand Forecast', { demand: 'units', features: 'area, price, before', period: 'week', test: 'week >= 3', clip: 'price <= 2.5' }, [['before', 61], ['area', 'moon'], ['week', 5]]],
];
const planned = (program: string, parameters: PlanRequest['parameters'], check: 'owner' | 'shares'): Plan => planJob(requestOver(program, tables, descriptors, { ...parameters, check }, { suite }));

const isNear = (actual: unknown, exact: unknown, within: number): void => expect(differences(actual, exact, (number) => within * Math.max(1, Math.abs(number)))).toEqual([]);
const without = (table: Table, column: string, value: number | string): Table => {
  const { [column]: values } = table.columns;
  return { ...table, columns: { ...table.columns, [column]: values instanceof Float64Array ? new Float64Array(table.rows).fill(value as number) : Array.from({ length: table.rows }, () => value as string) } };
};

describe.each(PROGRAMS)('%s of rows that are checked on shares: %j', (program, parameters, wrong) => {
  const plan = planned(program, parameters, 'shares');
  it('is what it is of what owners make of theirs', () => {
    const results = [plan, planned(program, parameters, 'owner')].map((each) => (program === 'Logistic Regression' ? runIdeally(each, tables) : evaluateInClear(each, (node) => tables[NODES.indexOf(node)]!)));
    isNear(results[0], results[1], 2e-3);
  });
  it('shares the rows of a part once, and makes everything of these', () => {
    const parts = parameters.holdout === 0 ? 1 : 2;
    const numbers = plan.inputs.filter(({ name }) => name.endsWith('.values'));
    const marks = plan.inputs.filter(({ name }) => name.endsWith('.marks'));
    expect([numbers.length, marks.length, plan.inputs.length]).toEqual([3 * parts, 3 * parts, 6 * parts]);
  });
  it.each(wrong)('names the node with a %s of %j', (column, value) => {
    const bad = tables.map((table, i) => (i === 1 ? without(table, column, value) : table));
    expect(() => interpretPlan(plan, (node) => bad[NODES.indexOf(node)]!)).toThrow('declaration of 1');
  });
});

test('Train and Score checks the rows that are scored as well', () => {
  const inputs = [...NODES.map((node) => ({ node, dataset: 'Rows', role: 'rows' })), { node: 'C', dataset: 'Due', role: 'score' }];
  const due = { ...declared(whole, 'C', 'Due', 8) };
  const owed: Table = { rows: 5, columns: { price: Float64Array.of(1.2, 1.5, 2, 2.5, 2.7), before: new Float64Array(5).fill(50), area: ['sea', 'land', 'town', 'sea', 'land'] } };
  const request = requestOver('Train and Score', tables, descriptors, { label: 'bad', features: 'price, area', steps: 4, check: 'shares' }, { suite });
  const plan = planJob({ ...request, inputs, datasets: [...request.datasets, due], rows: [...request.rows!, { node: 'C', dataset: 'Due', rows: 5 }] });
  const tableOf = (scored: Table) => (node: string, dataset: string): Table => (dataset === 'Due' ? scored : tables[NODES.indexOf(node)]!);
  const { probabilities } = evaluateInClear(plan, tableOf(owed)) as { probabilities: number[] };
  expect(probabilities).toHaveLength(5);
  expect(probabilities[4]).toBeGreaterThan(probabilities[0]!);
  expect(() => interpretPlan(plan, tableOf(without(owed, 'price', 3.4)))).toThrow('declaration of 2');
  expect(() => interpretPlan(plan, tableOf(without(owed, 'area', 'moon')))).toThrow('declaration of 2');
});

test('a node that has fewer rows than it disclosed is named', () => {
  const plan = planned('Logistic Regression', PROGRAMS[0]![1], 'shares');
  const { rows, columns } = tables[1]!;
  const short: Table = { rows: rows - 1, columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(0, -1) as typeof values])) };
  expect(() => interpretPlan(plan, (node) => (node === 'B' ? short : tables[NODES.indexOf(node)]!))).toThrow('declaration of 1');
});

const elementsOf = (plan: Plan): Map<string, bigint[]> => new Map(plan.inputs.map((input) =>
  [input.name, 'dataset' in input ? Array.from(evaluateLocal(input, tables[input.party]!, suiteValueBits(plan.suite)), (word) => BigInt.asIntN(64, word)) : []]));

test('padding has no label', () => {
  const plan = planned('Logistic Regression', { label: 'bad', features: 'price', steps: 1, where: 'before >= 45' }, 'shares');
  const elements = elementsOf(plan);
  const { name, shape, source } = plan.inputs.find(({ party, name: each }) => party === 1 && each.endsWith('.marks'))!;
  const [, width] = shape as readonly [number, number];
  const label = source.of === 'matrix' ? source.columns.findIndex((column) => 'exponent' in column) : -1;
  const marks = elements.get(name)!;
  const padding = marks.length / width - 1;
  expect([marks[padding * width], marks[padding * width + label]]).toEqual([0n, 0n]);
  expect(() => interpretInstructions(plan, new Map(elements).set(name, marks.with(padding * width + label, 1n)))).toThrow('declaration of 1');
});

/** What one node declares of a column of integers, and others do not. */
const ownPlan = (program: string, parameters: PlanRequest['parameters'], column: string, ends: { readonly min: number; readonly max: number }): Plan => {
  const narrow = descriptors.map((descriptor, i) => (i === 1 ? { ...descriptor, columns: { ...descriptor.columns, [column]: { type: 'integer', ...ends } as const } } : descriptor));
  return planJob(requestOver(program, tables, narrow, { ...parameters, check: 'shares' }, { suite }));
};
const with1 = (change: (table: Table) => Table) => (node: string): Table => (node === 'B' ? change(tables[1]!) : tables[NODES.indexOf(node)]!);

test.each([['week', { min: 1, max: 3 }, 3, 4], ['week', { min: 2, max: 4 }, 3, 1]] as const)('a %s of %j is held to what its own node declares, whatever others do', (column, ends, inside, outside) => {
  const plan = ownPlan('Demand Forecast', { demand: 'units', features: 'price', period: 'week', test: 'week >= 3' }, column, ends);
  expect(() => interpretPlan(plan, with1((table) => without(table, column, outside)))).toThrow('declaration of 1');
  expect(() => evaluateInClear(plan, with1((table) => without(table, column, inside)))).not.toThrow();
});

test.each([[{ min: 0, max: 0 }, 0, 1], [{ min: 1, max: 1 }, 1, 0]])('a label of %j is what its own node declares', (ends, inside, outside) => {
  const plan = ownPlan('Logistic Regression', { label: 'bad', features: 'price', steps: 1 }, 'bad', ends);
  expect(() => interpretPlan(plan, with1((table) => without(table, 'bad', outside)))).toThrow('declaration of 1');
  expect(() => evaluateInClear(plan, with1((table) => without(table, 'bad', inside)))).not.toThrow();
});

test('a regional model cannot be looked into', () => {
  expect(() => planned('Demand Forecast', { ...PROGRAMS.at(-1)![1], trim: 1 }, 'shares')).toThrow(expect.objectContaining({ code: 'CS0604' }));
});

test.each(['owner', 'shares'] as const)('a column and what is made of another have one name in no result (%s)', (check) => {
  const logged = tables.map((table) => withColumn(withColumn(table, 'log price', (row) => of(table, 'before')[row]!), 'area=sea', (row) => of(table, 'before')[row]!));
  const request = (program: string, parameters: PlanRequest['parameters']): PlanRequest => requestOver(program, logged, NODES.map((node) => declared(withColumn(withColumn(whole, 'log price', (row) => of(whole, 'before')[row]!), 'area=sea', (row) => of(whole, 'before')[row]!), node, 'Rows', 32)), { ...parameters, check }, { suite });
  const twice = expect.objectContaining({ code: 'CS0604', message: expect.stringContaining('would be named') });
  expect(() => planJob(request('Linear Regression', { target: 'units', features: 'price, log price', logarithms: 'price' }))).toThrow(twice);
  expect(() => planJob(request('Linear Regression', { target: 'price', features: 'units, log price', logarithms: 'price' }))).toThrow(twice);
  expect(() => planJob(request('Logistic Regression', { label: 'bad', features: 'area, area=sea', steps: 2 }))).toThrow(twice);
  expect(() => planJob(request('Linear Regression', { target: 'units', features: 'price, log price' }))).not.toThrow();
});
