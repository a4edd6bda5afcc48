import fc from 'fast-check';
import { interpretInstructions, interpretJob, interpretPlan, type OwnTensor, planOfSteps, rowsJob, type RowsJobOptions, runSteps } from '#testing';
import { checkPlan, evaluateInClear, evaluateLocal, lower, type Plan, planJob, type PlanRequest, type PlanStep, type SuiteName } from '../index.js';
import { broken, isNear } from './testing/broken.js';

const SUITES: readonly SuiteName[] = ['additive-z64', 'replicated-z64', 'shamir-p61'];

describe.each(SUITES)('on %s, require_within', (suite) => {
  const valueBits = suite === 'shamir-p61' ? 59n : 62n;
  const end = (1n << valueBits) - 1n;
  const word = fc.oneof(fc.bigInt({ min: -20n, max: 20n }), fc.bigInt({ min: -end, max: end }), fc.constantFrom(end, -end, 1n << (valueBits - 1n), -(1n << (valueBits - 1n))));
  it('ends the session just where an element lies outside, whatever the plan says of its range', () => {
    fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 9 }), fc.bigInt({ min: -20n, max: 0n }), fc.bigInt({ min: 0n, max: 20n }), (elements, min, max) => {
      const x: OwnTensor = { shape: [elements.length], elements, range: { min: -1n, max: 1n } };
      const steps: PlanStep[] = [{ op: 'require_within', value: 'x', min: String(min), max: String(max), party: 1 }];
      const plan = planOfSteps(suite, { x }, steps, ['x'], 3);
      const inside = elements.every((each) => each >= min && each <= max);
      const run = (): unknown => runSteps(plan, { x }).outputs.get('x');
      if (inside) expect(run()).toEqual(elements);
      else expect(run).toThrow('declaration of 1');
    }), { numRuns: 40 });
  });
  it('ends the session for any element of the ring or field that lies outside', () => {
    const size = suite === 'shamir-p61' ? (1n << 61n) - 1n : 1n << 64n;
    const corners = [1n << 59n, 1n << 60n, (1n << 60n) + (1n << 59n), size / 2n, size - 1n, size >> 2n].flatMap((corner) => Array.from({ length: 25 }, (_, i) => corner - 12n + BigInt(i)));
    fc.assert(fc.property(fc.constantFrom(...corners), fc.integer({ min: -4, max: 4 }), fc.integer({ min: 4, max: 12 }), (corner, min, max) => {
      const element = ((corner % size) + size) % size;
      const x: OwnTensor = { shape: [1], elements: [element], range: { min: -1n, max: 1n } };
      const plan = planOfSteps(suite, { x }, [{ op: 'require_within', value: 'x', min: String(min), max: String(max), party: 1 }], ['x'], 3);
      const signed = element > size / 2n ? element - size : element;
      if (signed < BigInt(min) || signed > BigInt(max)) expect(() => runSteps(plan, { x })).toThrow('declaration of 1');
    }), { numRuns: 300 });
  });
  it('is refused where no value could lie', () => {
    const x: OwnTensor = { shape: [1], elements: [1n] };
    const planned = (change: object): Plan => planOfSteps(suite, { x }, [{ op: 'require_within', value: 'x', min: '0', max: '1', party: 1, ...change }], ['x'], 3);
    for (const change of [{ min: '2' }, { max: String(1n << 61n) }, { party: 3 }, { party: -1 }]) expect(() => planned(change)).toThrow(expect.objectContaining({ code: 'CS0629' }));
  });
});

const declared = { x: { type: 'number', min: 10, max: 20 }, y: { type: 'integer', min: 0, max: 100 }, g: { type: 'category', values: ['a', 'b'] }, h: { type: 'category', values: ['u', 'v', 'w'] } } as const;
const rows = { x: [10, 20, 12.5, 13, 19, 11], y: [0, 100, 50, 20, 7, 9], g: ['a', 'b', 'a', 'a', 'b', 'b'], h: ['u', 'v', 'w', 'v', 'u', 'u'] };
const PROGRAMS: readonly (readonly [string, PlanRequest['parameters']])[] = [
  ['Variance', { column: 'y' }], ['Covariance', { columns: 'x,y' }], ['Correlation', { columns: 'x,y' }], ['Two-Way Table', { row: 'g', column: 'h' }],
  ['Chi-Square', { row: 'g', column: 'h' }], ['T-Test', { column: 'x', by: 'g', first: 'a', second: 'b' }],
];
const jobOf = (program: string, parameters: PlanRequest['parameters'], change: Partial<RowsJobOptions> = {}): ReturnType<typeof rowsJob> =>
  rowsJob({ program, declared, rows, suite: 'replicated-z64', maxRows: 4, parameters: { ...parameters, check: 'shares' }, ...change });
describe.each(PROGRAMS)('%s of rows that are checked on shares', (program, parameters) => {
  it('is what it is of sums that owners make', () => {
    const [checked, own] = [jobOf(program, parameters), rowsJob({ program, declared, rows, parameters, maxRows: 4 })];
    const exact = evaluateInClear(planJob(own.request), own.tableOf);
    isNear(interpretJob(planJob(checked.request), checked.tableOf), exact);
    isNear(evaluateInClear(planJob(checked.request), checked.tableOf), exact);
  });
  it('names the node whose values break its declaration, opens one bit for each, and nothing else', () => {
    const { request, tableOf } = jobOf(program, parameters);
    const plan = planJob(request);
    expect(plan.steps.filter(({ op }) => op === 'require_within').map((step) => 'party' in step && step.party)).toEqual(expect.arrayContaining([0, 1, 2]));
    const cells: Record<string, number | string> = program.includes('Table') || program.includes('Chi') ? { g: 'c' } : { x: 20.01, y: 101 };
    expect(() => interpretPlan(plan, broken(tableOf, 'B', cells))).toThrow('declaration of 1');
    expect(() => evaluateInClear(plan, broken(tableOf, 'B', cells))).toThrow(expect.objectContaining({ code: 'CS0660', message: expect.stringContaining('`B`') }));
  });
});

it.each(PROGRAMS)('%s shares just what is checked: no owner computes anything of it', (program, parameters) => {
  const plan = planJob(jobOf(program, parameters).request);
  const { inputs, own } = lower(plan);
  expect([own.steps, inputs.map(({ name }) => name)]).toEqual([[], plan.inputs.map(({ name }) => name)]);
  const checked = plan.inputs.filter(({ onShares }) => onShares).map(({ party }) => party);
  expect(new Set(checked)).toEqual(new Set([0, 1, 2]));
  const unmarked = { ...plan, inputs: plan.inputs.map(({ onShares: _, ...input }) => input) };
  expect(() => checkPlan(unmarked)).toThrow(expect.objectContaining({ code: 'CS0673' }));
});

it('holds every node against its own range, not that of all', () => {
  const job = jobOf('Variance', { column: 'y' });
  const narrow = { ...job.request, datasets: job.request.datasets.map((dataset) => (dataset.node === 'B' ? { ...dataset, columns: { ...declared, y: { type: 'integer', min: 0, max: 99 } as const } } : dataset)) };
  expect(() => interpretPlan(planJob(narrow), job.tableOf)).toThrow('declaration of 1');
  const wide = { ...narrow, datasets: narrow.datasets.map((dataset) => (dataset.node === 'B' ? { ...dataset, columns: { ...declared, y: { type: 'integer', min: -5, max: 100 } as const } } : dataset)) };
  expect(() => interpretPlan(planJob(wide), job.tableOf)).not.toThrow();
});

it('sees a blank category, and a value where there is no row', () => {
  const job = jobOf('Chi-Square', { row: 'g', column: 'h' });
  expect(() => interpretPlan(planJob(job.request), broken(job.tableOf, 'B', { h: '' }))).toThrow('declaration of 1');
});

it('takes a column named `rows` for what it is, and not for whether there is a row', () => {
  const named = { rows: declared.x, 'g=a': declared.y, g: declared.g } as const;
  const values = { rows: rows.x, 'g=a': rows.y, g: rows.g };
  for (const [program, parameters] of [['Variance', { column: 'rows' }], ['Covariance', { columns: 'rows,g=a' }], ['Group Mean', { column: 'rows', by: 'g' }], ['Sum', { column: 'g=a' }], ['Group Mean', { column: 'g=a', by: 'g' }]] as const) {
    const [checked, own] = (['shares', 'owner'] as const).map((check) => rowsJob({ program, declared: named, rows: values, suite: 'replicated-z64', maxRows: 4, parameters: { ...parameters, check } }));
    isNear(interpretJob(planJob(checked!.request), checked!.tableOf), evaluateInClear(planJob(own!.request), own!.tableOf));
    expect(() => interpretPlan(planJob(checked!.request), broken(checked!.tableOf, 'B', { rows: 9, 'g=a': 101 }))).toThrow('declaration of 1');
  }
});

const ORDERED: readonly (readonly [string, PlanRequest['parameters']])[] = [
  ...PROGRAMS, ['Count', {}], ['Mean', { column: 'x' }], ['Histogram', { column: 'g' }], ['Group Mean', { column: 'x', by: 'g' }], ['Median', { column: 'y' }], ['Quantiles', { column: 'x' }], ['Linear Regression', { target: 'x', features: 'y' }],
];
describe.each(SUITES)('on %s', (suite) => {
  it.each(ORDERED)('%s of %j opens one bit for each owner, and that of a minimum group after all of them', (program, parameters) => {
    const { request } = jobOf(program, parameters, { suite, minimumGroup: 2 });
    const { online } = lower(planJob({ ...request, rows: request.datasets.map(({ node, name }) => ({ node, dataset: name, rows: 2 })) }));
    const openedAt = new Map(online.flatMap(({ interactive }, level) => interactive.flatMap((each) => (each.op === 'openBits' ? [[each.out, level] as const] : []))));
    const required = online.flatMap(({ local }) => local.flatMap((each) => (each.op === 'require' ? [each] : [])));
    const checks = required.filter(({ party }) => party !== undefined);
    const groups = required.filter(({ party }) => party === undefined);
    expect(checks.map(({ party }) => party).sort()).toEqual([0, 1, 2]);
    if (!program.startsWith('Linear')) expect(groups.length).toBeGreaterThan(0);
    // A level takes one round.
    for (const group of groups) for (const check of checks) expect(openedAt.get(group.value)!).toBeGreaterThan(openedAt.get(check.value)!);
  });
});

it('tells nothing of a group by marks that no row has', () => {
  const { request, tableOf } = jobOf('Count', {}, { minimumGroup: 3 });
  const plan = planJob(request);
  const elements = new Map(plan.inputs.map((input) => [input.name, 'dataset' in input ? Array.from(evaluateLocal(input, tableOf(plan.parties[input.party]!)), (word) => BigInt.asIntN(64, word)) : []]));
  for (const mark of [-1n, 0n - 5n, 7n]) {
    // Whether the others have few rows or many.
    for (const others of [0n, 1n]) {
      const forged = new Map([...elements].map(([name, marks]) => [name, marks.map((own, i) => (name === 'rows.1.marks' ? (i === 0 ? mark : 0n) : own * others))] as const));
      expect(() => interpretInstructions(plan, forged)).toThrow('declaration of 1');
    }
  }
});

it('says of a group too small that values break a declaration, where they do', () => {
  const { request, tableOf } = jobOf('T-Test', { column: 'x', by: 'g', first: 'a', second: 'b' }, { minimumGroup: 9 });
  const plan = planJob(request);
  expect(() => interpretPlan(plan, tableOf)).toThrow('minimum_group');
  expect(() => evaluateInClear(plan, tableOf)).toThrow(expect.objectContaining({ code: 'CS0627' }));
  expect(() => interpretPlan(plan, broken(tableOf, 'B', { x: 21 }))).toThrow('declaration of 1');
  expect(() => evaluateInClear(plan, broken(tableOf, 'B', { x: 21 }))).toThrow(expect.objectContaining({ code: 'CS0660' }));
});
