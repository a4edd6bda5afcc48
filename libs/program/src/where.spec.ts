import { interpretJob, interpretPlan, rowsJob } from '#testing';
import { decodeResult, evaluateInClear, neededColumns, planJob, type PlanRequest } from './index.js';

const declared = {
  income: { type: 'number', min: 0, max: 1000 }, age: { type: 'integer', min: 0, max: 120 }, region: { type: 'category', values: ['north', 'south', 'east'] }, grade: { type: 'category', values: ['good', 'bad'] },
} as const;
const rows = { income: [10, 20.5, 30, 400, 5, 61], age: [18, 30, 66, 41, 42, 43], region: ['north', 'south', 'south', 'east', 'north', 'south'], grade: ['good', 'bad', 'good', 'good', 'bad', 'good'] };
const PROGRAMS: readonly (readonly [string, PlanRequest['parameters']])[] = [
  ['Count', {}], ['Sum', { column: 'income' }], ['Mean', { column: 'income' }], ['Standard Deviation', { column: 'income' }], ['Histogram', { column: 'grade' }], ['Binned Histogram', { column: 'income', edges: '0,10,30,400' }], ['Group Mean', { column: 'income', by: 'grade' }],
];
const kept = (keep: (i: number) => boolean): typeof rows => Object.fromEntries(Object.entries(rows).map(([name, values]) => [name, values.filter((_, i) => keep(i))])) as never;
const CONDITIONS: readonly (readonly [string | string[], (i: number) => boolean])[] = [
  ['age >= 42', (i) => rows.age[i]! >= 42], [['age > 18', 'age <= 42'], (i) => rows.age[i]! > 18 && rows.age[i]! <= 42], ['region != south and income < 100', (i) => rows.region[i] !== 'south' && rows.income[i]! < 100],
  ['region = east', (i) => rows.region[i] === 'east'], ['age = 30', (i) => rows.age[i] === 30], ['age != 30', (i) => rows.age[i] !== 30], ['age < 1', () => false],
];

describe.each(PROGRAMS)('%s', (program, parameters) => {
  it.each(CONDITIONS)('where %j takes the rows that meet it', (where, keep) => {
    const { request, tableOf } = rowsJob({ program, declared, rows, parameters: { ...parameters, where } });
    const plan = planJob(request);
    const without = rowsJob({ program, declared, rows: kept(keep), parameters });
    const exact = evaluateInClear(planJob(without.request), without.tableOf);
    expect(evaluateInClear(plan, tableOf)).toEqual(exact);
    expect(Object.keys(decodeResult(plan, interpretPlan(plan, tableOf)))).toEqual(Object.keys(exact));
  });

  it('has the same sensitivity with a condition: a row counts, or does not', () => {
    const privacy = { mechanism: 'discrete-laplace', epsilon: '0.5' } as const;
    const [plain, conditional] = [parameters, { ...parameters, where: 'age >= 42' }].map((each) => planJob(rowsJob({ program, declared, rows, parameters: each, privacy }).request));
    expect(conditional!.privacy).toEqual(plain!.privacy);
    expect(conditional!.outputs).toEqual(plain!.outputs);
    expect(conditional!.inputs.filter((input) => 'dataset' in input && input.source.where?.length === 1)).toHaveLength(3 * plain!.outputs.length);
  });

  it('reads the columns of its conditions, and keeps a minimum group of what meets them', () => {
    const { request, tableOf } = rowsJob({ program, declared, rows, parameters: { ...parameters, where: 'age >= 42 and region = south' }, minimumGroup: 3 });
    expect([...neededColumns(planJob(request), 0).values()].flat()).toEqual(expect.arrayContaining(['age', 'region']));
    expect(() => evaluateInClear(planJob(request), tableOf)).toThrow(expect.objectContaining({ code: 'CS0627' }));
  });
});

describe.each([
  ['Covariance', { columns: 'income,age' }], ['Correlation', { columns: 'income,age' }], ['Quantiles', { column: 'age', at: '0.2, 0.9' }], ['Quantiles', { column: 'income', at: '0.5' }],
] as const)('%s of %j', (program, parameters) => {
  it.each([['income < 100', (i: number) => rows.income[i]! < 100], [['age > 18', 'age <= 43'], (i: number) => rows.age[i]! > 18 && rows.age[i]! <= 43], ['region != east and grade = good', (i: number) => rows.region[i] !== 'east' && rows.grade[i] === 'good'], ['age < 1', () => false]] as const)('where %j is that of the rows that meet it', (where, keep) => {
    const asked = (of: typeof rows, more: PlanRequest['parameters']) => rowsJob({ program, declared, rows: of, maxRows: 4, suite: 'replicated-z64', parameters: { ...parameters, ...more } });
    const { request, tableOf } = asked(rows, { where: where as string | string[] });
    const without = asked(kept(keep), {});
    const exact = evaluateInClear(planJob(without.request), without.tableOf);
    expect(evaluateInClear(planJob(request), tableOf)).toEqual(exact);
    expect(interpretJob(planJob(request), tableOf)).toEqual(interpretJob(planJob(without.request), without.tableOf));
  });
});

it('counts values between edges: an edge begins an interval, the last one ends the last', () => {
  const run = (edges: string | string[], change: object = {}): unknown => {
    const { request, tableOf } = rowsJob({ program: 'Binned Histogram', declared, rows, parameters: { column: 'income', edges, ...change } });
    return evaluateInClear(planJob(request), tableOf);
  };
  expect(run('10, 20.5, 400')).toEqual({ counts: { '10 to 20.5': 1, '20.5 to 400': 4 } });
  expect(run(['-5', '5', '5.5', '100'])).toEqual({ counts: { '-5 to 5': 0, '5 to 5.5': 1, '5.5 to 100': 4 } });
  expect(run('18, 42, 43', { column: 'age' })).toEqual({ counts: { '18 to 42': 3, '42 to 43': 2 } });
  for (const edges of ['1', '1,1', '2,1', '1,x', '1,,2']) expect(() => run(edges)).toThrow(expect.objectContaining({ code: 'CS0604' }));
  expect(() => run('0,1', { column: 'grade' })).toThrow(expect.objectContaining({ code: 'CS0613' }));
});

it.each([['age ~ 3', 'CS0604'], ['height > 3', 'CS0612'], ['region > north', 'CS0604'], ['region = west', 'CS0604'], ['age > old', 'CS0604']])('refuses %s', (where, code) => {
  expect(() => planJob(rowsJob({ program: 'Count', declared, rows, parameters: { where } }).request)).toThrow(expect.objectContaining({ code }));
});
