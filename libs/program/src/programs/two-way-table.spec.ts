import { type DatasetDescriptor, evaluateInClear, type PlanRequest, planJob, type Table } from '../index.js';

const categories = { grade: ['good', 'bad'], area: ['town', 'land', '__proto__'] };
const dataset = (node: string): DatasetDescriptor => ({
  name: 'Loans', node, tags: [], maxRows: 8, columns: { grade: { type: 'category', values: categories.grade }, area: { type: 'category', values: categories.area }, amount: { type: 'number', min: 0, max: 100 } },
});
const tables: Record<string, Table> = {
  A: { rows: 3, columns: { grade: ['good', 'bad', 'good'], area: ['town', 'town', '__proto__'], amount: Float64Array.of(1, 50, 99) } },
  B: { rows: 2, columns: { grade: ['good', 'good'], area: ['town', 'land'], amount: Float64Array.of(10, 10) } },
};
const request = (parameters: PlanRequest['parameters'] = {}, change: Partial<PlanRequest> = {}): PlanRequest => ({
  program: 'Two-Way Table', parameters: { row: 'grade', column: 'area', ...parameters }, parties: ['A', 'B'], receivers: ['A'], datasets: ['A', 'B'].map(dataset), minimumGroup: 0,
  inputs: ['A', 'B'].map((node) => ({ node, dataset: 'Loans', role: 'rows' })), ...change,
});
const run = (of: PlanRequest): unknown => evaluateInClear(planJob(of), (node) => tables[node]!);

it('counts pairs over all owners', () => {
  expect(run(request())).toEqual({ counts: { good: { town: 2, land: 1, ['__proto__']: 1 }, bad: { town: 1, land: 0, ['__proto__']: 0 } } });
});

it('counts the rows that meet the conditions alone', () => {
  expect(run(request({ where: 'amount >= 10 and grade = good' }))).toEqual({ counts: { good: { town: 1, land: 1, ['__proto__']: 1 }, bad: { town: 0, land: 0, ['__proto__']: 0 } } });
});

it.each([
  [{ where: 'amount ~ 3' }, 'CS0604'], [{ where: 'grade > good' }, 'CS0604'], [{ where: 'grade = fair' }, 'CS0604'], [{ where: 'amount > much' }, 'CS0604'], [{ where: 'income > 3' }, 'CS0612'],
  [{ column: 'grade' }, 'CS0604'], [{ column: 'amount' }, 'CS0613'], [{ extra: 'x' }, 'CS0602'],
])('refuses %j', (parameters, code) => {
  expect(() => planJob(request(parameters))).toThrow(expect.objectContaining({ code }));
});

it('keeps a minimum group', () => {
  expect(() => run(request({}, { minimumGroup: 2 }))).toThrow(expect.objectContaining({ code: 'CS0627' }));
  expect(() => planJob(request({}, { minimumGroup: 17 }))).toThrow(expect.objectContaining({ code: 'CS0627' }));
});
