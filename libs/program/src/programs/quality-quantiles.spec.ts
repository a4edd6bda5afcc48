import { interpretInstructions, interpretPlan, rowsJob, type RowsJobOptions } from '#testing';
import { checkPlan, decodeResult, evaluateInClear, evaluateLocal, lower, planJob, type Plan, type PlanRequest, type SuiteName } from '../index.js';
import { broken, isNear } from './testing/broken.js';

const declared = { age: { type: 'integer', min: -5, max: 120 }, income: { type: 'number', min: -10, max: 200 }, fixed: { type: 'number', min: 3, max: 3 }, g: { type: 'category', values: ['a', 'b'] } } as const;
const rows = { age: [9, 120, -5, 60, 5, 44], income: [10, 200, 3, -10, 8.5, 1], fixed: [3, 3, 3, 3, 3, 3], g: ['a', 'b', 'b', 'a', 'b', 'b'] };
const jobOf = (column: string, parameters: PlanRequest['parameters'] = {}, change: Partial<RowsJobOptions> = {}): ReturnType<typeof rowsJob> =>
  rowsJob({ program: 'Quantiles', declared, rows, maxRows: 2, parameters: { column, at: '0,0.3,1', check: 'shares', ...parameters }, suite: 'replicated-z64', ...change });

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('on %s, quantiles of rows that are checked', (suite) => {
  it.each<[string, PlanRequest['parameters']]>([['age', {}], ['age', { where: 'g = b' }], ['age', { where: 'age > 119 and g = a' }], ['income', {}], ['fixed', {}]])('are those that owners let find, of %s %j', (column, parameters) => {
    const [checked, own] = [jobOf(column, parameters, { suite }), jobOf(column, { ...parameters, check: 'owner' }, { suite })];
    const exact = evaluateInClear(planJob(own.request), own.tableOf);
    const plan = planJob(checked.request);
    isNear(decodeResult(plan, interpretPlan(plan, checked.tableOf)), exact);
    isNear(evaluateInClear(plan, checked.tableOf), exact);
  });
});

it('keeps a minimum group', () => {
  const { request, tableOf } = jobOf('age', { where: 'g = a' }, { minimumGroup: 3 });
  expect(() => interpretPlan(planJob(request), tableOf)).toThrow('minimum_group');
});

it.each([['age', 121], ['age', -6], ['age', 2000], ['income', 200.1], ['income', -1e9], ['fixed', 2.9]])('names the node whose %s is %d', (column, value) => {
  const { request, tableOf } = jobOf(column);
  expect(() => interpretPlan(planJob(request), broken(tableOf, 'B', { [column]: value }))).toThrow('declaration of 1');
  expect(() => evaluateInClear(planJob(request), broken(tableOf, 'B', { [column]: value }))).toThrow(expect.objectContaining({ code: 'CS0660' }));
});

it('holds every node against its own range, though the grid is of all', () => {
  const { request, tableOf } = jobOf('age');
  const narrow = { ...request, datasets: request.datasets.map((dataset) => (dataset.node === 'B' ? { ...dataset, columns: { ...declared, age: { type: 'integer', min: -5, max: 119 } as const } } : dataset)) };
  expect(() => interpretPlan(planJob(narrow), tableOf)).toThrow('declaration of 1');
});

it('shares digits that are checked, and nothing that an owner computes', () => {
  const plan = planJob(jobOf('age').request);
  expect(lower(plan).own.steps).toEqual([]);
  expect(plan.inputs.map(({ name, onShares }) => [name, onShares])).toEqual(['rows.0.marks', 'rows.1.marks', 'rows.2.marks'].map((name) => [name, true]));
  expect(() => checkPlan({ ...plan, inputs: plan.inputs.map(({ onShares: _, ...input }) => input) })).toThrow(expect.objectContaining({ code: 'CS0673' }));
});

describe('digits that no row of the node has, whoever made them', () => {
  const { request, tableOf } = jobOf('age');
  const plan: Plan = planJob(request);
  const elements = new Map(plan.inputs.map((input) => [input.name, 'dataset' in input ? Array.from(evaluateLocal(input, tableOf(plan.parties[input.party]!)), (word) => BigInt.asIntN(64, word)) : []]));
  /** A first row of B: whether it is there, and the digits of its place. */
  const run = (present: bigint, digits: readonly number[], change: (row: bigint[]) => bigint[] = (row) => row): (() => unknown) => {
    const row = change([present, ...digits.flatMap((digit) => Array.from({ length: 8 }, (_, i) => (i === digit ? 1n : 0n)))]);
    const marks = elements.get('rows.1.marks')!;
    return () => interpretInstructions(plan, new Map(elements).set('rows.1.marks', [...row, ...marks.slice(row.length)]));
  };
  it('stop the session', () => {
    // 126 points: up to 125, which is 1·64 + 7·8 + 5.
    expect(run(1n, [1, 7, 5])).not.toThrow();
    expect(run(0n, [8, 8, 8])).not.toThrow();
    for (const forged of [run(1n, [1, 7, 6]), run(1n, [7, 0, 0]), run(1n, [1, 8, 5]), run(0n, [0, 0, 0]), run(1n, [0, 0, 0], (row) => row.with(2, 1n)), run(1n, [0, 0, 0], (row) => row.with(1, 2n).with(2, -1n))]) expect(forged).toThrow('declaration of 1');
  });
});
