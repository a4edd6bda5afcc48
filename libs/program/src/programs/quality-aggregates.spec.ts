import fc from 'fast-check';
import { interpretInstructions, interpretJob, interpretPlan, numbersIn, rowsJob, type RowsJobOptions, seededRandomness } from '#testing';
import { checkPlan, decodeResult, drawNoise, evaluateInClear, evaluateLocal, expectedErrors, lower, planJob, type PlanRequest, type SuiteName } from '../index.js';
import { binOf } from '../rows.js';
import { broken, isNear } from './testing/broken.js';

const SUITES: readonly SuiteName[] = ['additive-z64', 'replicated-z64', 'shamir-p61'];
const declared = { x: { type: 'number', min: 10, max: 20 }, y: { type: 'integer', min: 0, max: 100 }, g: { type: 'category', values: ['b', 'a'] } } as const;
const rows = { x: [10, 20, 12.5, 13, 19, 11], y: [0, 100, 50, 20, 7, 9], g: ['a', 'b', 'a', 'a', 'b', 'b'] };
type Cells = Readonly<Record<string, number | string>>;
/** Programs, their parameters, and cells that break a declaration. */
const PROGRAMS: readonly (readonly [string, PlanRequest['parameters'], readonly Cells[]])[] = [
  ['Count', {}, []],
  ['Sum', { column: 'y' }, [{ y: 101 }, { y: -1 }]], ['Sum', { column: 'x' }, [{ x: 20.01 }, { x: 9.99 }]], ['Mean', { column: 'x' }, [{ x: 25 }]],
  ['Standard Deviation', { column: 'x' }, [{ x: 20.01 }, { x: -1000 }]], ['Standard Deviation', { column: 'y' }, [{ y: 101 }]],
  ['Histogram', { column: 'g' }, [{ g: 'c' }, { g: '' }]], ['Group Mean', { column: 'x', by: 'g' }, [{ x: 20.01 }, { g: 'c' }, { g: '' }]],
  ['Binned Histogram', { column: 'x', edges: '5, 12.5, 19, 30' }, [{ x: 20.01 }, { x: 6 }, { x: 40 }]], ['Binned Histogram', { column: 'y', edges: '20, 50' }, [{ y: 101 }, { y: -1 }]],
];
const privacy = { mechanism: 'discrete-laplace', epsilon: '100' } as const;
const jobOf = (program: string, parameters: PlanRequest['parameters'], change: Partial<RowsJobOptions> = {}): ReturnType<typeof rowsJob> =>
  rowsJob({ program, declared, rows, maxRows: 4, parameters, ...change });
const checked = (parameters: PlanRequest['parameters']): PlanRequest['parameters'] => ({ ...parameters, check: 'shares' });

describe.each(SUITES)('on %s', (suite) => {
  it.each(PROGRAMS)('%s of %j is of checked rows what it is of sums that owners make, with conditions and a minimum group', (program, parameters) => {
    for (const change of [{}, { where: 'y >= 9 and g = b' }] as PlanRequest['parameters'][]) {
      const [job, own] = [jobOf(program, checked({ ...parameters, ...change }), { suite }), jobOf(program, { ...parameters, ...change }, { suite })];
      const plan = planJob(job.request);
      const exact = evaluateInClear(planJob(own.request), own.tableOf);
      isNear(interpretJob(plan, job.tableOf), exact);
      isNear(evaluateInClear(plan, job.tableOf), exact);
    }
    const grouped = jobOf(program, checked({ ...parameters, where: 'y > 50' }), { suite, minimumGroup: 2 });
    expect(() => interpretPlan(planJob(grouped.request), grouped.tableOf)).toThrow('minimum_group');
  });
});

describe.each(PROGRAMS)('%s of %j', (program, parameters, cells) => {
  const { request, tableOf } = jobOf(program, checked(parameters), { suite: 'replicated-z64' });
  const plan = planJob(request);
  if (cells.length > 0) it.each(cells)('names the node with %j, and opens nothing', (bad) => {
    expect(() => interpretPlan(plan, broken(tableOf, 'B', bad))).toThrow('declaration of 1');
    expect(() => evaluateInClear(plan, broken(tableOf, 'B', bad))).toThrow(expect.objectContaining({ code: 'CS0660', message: expect.stringContaining('`B`') }));
  });
  it('shares just the rows that are checked: no owner computes anything of them', () => {
    expect(lower(plan).own.steps).toEqual([]);
    expect(plan.inputs.map(({ source: { of }, onShares }) => [of, onShares])).toEqual(plan.inputs.map(() => ['matrix', true]));
    expect(new Set(plan.steps.flatMap((step) => (step.op === 'require_within' ? [step.party] : [])))).toEqual(new Set([0, 1, 2]));
    const unmarked = { ...plan, inputs: plan.inputs.map(({ onShares: _, ...input }) => input) };
    expect(() => checkPlan(unmarked)).toThrow(expect.objectContaining({ code: 'CS0673' }));
  });
  it('is private with the noise of every party: no total is opened without', () => {
    for (const each of [privacy, { mechanism: 'discrete-gaussian', epsilon: '100', delta: '0.00001' }] as const) {
      const job = jobOf(program, checked(parameters), { privacy: each });
      const [noisy, own] = [planJob(job.request), planJob(jobOf(program, parameters, { privacy: each }).request)];
      expect(noisy.privacy!.noise.map(({ output }) => output)).toEqual(own.privacy!.noise.map(({ output }) => output));
      for (const { value, length, fractionBits } of noisy.outputs) {
        const sum = noisy.steps.find((step) => 'out' in step && step.out === value);
        const terms = sum?.op === 'add' ? sum.terms : [];
        expect(terms).toEqual(expect.arrayContaining([0, 1, 2].map((party) => `${value}.noise.${party}`)));
        expect(noisy.inputs.filter(({ source }) => source.of === 'noise' && source.output === value)).toEqual([0, 1, 2].map((party) => expect.objectContaining({ party, length, fractionBits })));
      }
      for (const bad of cells.slice(0, 1)) expect(() => interpretPlan(noisy, broken(job.tableOf, 'B', bad))).toThrow('declaration of 1');
      isNear({ ...interpretJob(noisy, job.tableOf) }, { ...evaluateInClear(noisy, job.tableOf) });
    }
  });
});

it.each(PROGRAMS)('%s of %j: one row more or less moves one element of an opened value, by no more than the plan states', (program, parameters) => {
  fc.assert(fc.property(fc.constantFrom(10, 10.0000001, 15, 17.3, 20), fc.constantFrom(0, 50, 99, 100), fc.constantFrom('a', 'b'), (x, y, g) => {
    const of = (all: typeof rows) => {
      const { request, tableOf } = jobOf(program, checked(parameters), { rows: all, privacy, suite: 'replicated-z64' });
      const plan = planJob(request);
      return { plan, opened: interpretPlan(plan, tableOf) };
    };
    const [{ plan, opened }, { opened: more }] = [of(rows), of({ x: [...rows.x, x], y: [...rows.y, y], g: [...rows.g, g] })];
    for (const { output, sensitivity } of plan.privacy!.noise) {
      const moved = [...opened.get(output)!].map((word, i) => BigInt.asIntN(64, word - more.get(output)![i]!)).filter((difference) => difference !== 0n);
      expect(moved.length).toBeLessThanOrEqual(1);
      for (const difference of moved) expect((difference < 0n ? -difference : difference) <= BigInt(sensitivity)).toBe(true);
    }
  }), { numRuns: 6 });
});

it('tells how far off a private result may be, and is seldom farther off', () => {
  const coins = seededRandomness('noise on checked rows');
  const { request, tableOf } = jobOf('Group Mean', checked({ column: 'x', by: 'g' }), { privacy, suite: 'replicated-z64' });
  const plan = planJob(request);
  expect(expectedErrors(plan, 12).map(({ name }) => name)).toEqual(['each mean', 'each count']);
  const exact = numbersIn(evaluateInClear(plan, tableOf));
  for (let run = 0; run < 10; run++) {
    const result = decodeResult(plan, interpretPlan(plan, tableOf, new Map([0, 1, 2].flatMap((party) => [...drawNoise(plan, party, coins)]))));
    for (const [name, error] of numbersIn(result.privacy!.error95)) expect(Math.abs(numbersIn(result).get(name)! - exact.get(name)!)).toBeLessThanOrEqual(error);
  }
});

it('holds every node against its own range, and counts between edges what lies in it', () => {
  const job = jobOf('Binned Histogram', checked({ column: 'y', edges: '0, 50, 100' }), { suite: 'replicated-z64' });
  const ofB = (y: object) => planJob({ ...job.request, datasets: job.request.datasets.map((dataset) => (dataset.node === 'B' ? { ...dataset, columns: { ...declared, y: { type: 'integer', min: 0, max: 100, ...y } } } : dataset)) });
  expect(() => interpretPlan(ofB({ max: 99 }), job.tableOf)).toThrow('declaration of 1');
  expect(decodeResult(ofB({ max: 150, min: -5 }), interpretPlan(ofB({ max: 150, min: -5 }), job.tableOf))).toEqual({ counts: { '0 to 50': 4, '50 to 100': 2 } });
});

it('catches a mark between edges that nobody may have, whoever made it', () => {
  const { request, tableOf } = jobOf('Binned Histogram', checked({ column: 'y', edges: '-20, -10, 50' }), { suite: 'replicated-z64' });
  const plan = planJob(request);
  const elements = new Map(plan.inputs.map((input) => [input.name, 'dataset' in input ? Array.from(evaluateLocal(input, tableOf(plan.parties[input.party]!)), (word) => BigInt.asIntN(64, word)) : []]));
  expect(() => interpretInstructions(plan, elements)).not.toThrow();
  // Marks of a row are: there is one; between the first edges, which nobody declares; between the others; beyond.
  const forged = elements.get('rows.1.marks')!.with(1, 1n).with(2, 0n).with(3, 0n);
  expect(() => interpretInstructions(plan, new Map(elements).set('rows.1.marks', forged))).toThrow('declaration of 1');
});

it.each([['0.1,0.9,5,11', 0, 10], ['-0.5,0,0.25,10', 0, 10], ['2.5,3.5,4,4.5', 3, 4], ['0,10,10.5', 0, 10], ['-3.5,-3.25,-3', -3, 7]])('takes a mark between %s just where an integer from %d to %d has it', (edges, min, max) => {
  const y = { type: 'integer', min, max } as const;
  const { request, tableOf } = jobOf('Binned Histogram', checked({ column: 'y', edges }), { suite: 'replicated-z64', declared: { ...declared, y }, rows: { ...rows, y: rows.y.map(() => max) } });
  const plan = planJob(request);
  const elements = new Map(plan.inputs.map((input) => [input.name, 'dataset' in input ? Array.from(evaluateLocal(input, tableOf(plan.parties[input.party]!)), (word) => BigInt.asIntN(64, word)) : []]));
  const ends = edges.split(',').map(Number);
  const bins = new Set(Array.from({ length: max - min + 1 }, (_, i) => binOf(ends, min + i) ?? ends.length - 1));
  for (let bin = 0; bin < ends.length; bin++) {
    const row = [1n, ...ends.map((_, i) => (i === bin ? 1n : 0n))];
    const run = (): unknown => interpretInstructions(plan, new Map(elements).set('rows.1.marks', [...row, ...elements.get('rows.1.marks')!.slice(row.length)]));
    if (bins.has(bin)) expect(run).not.toThrow();
    else expect(run).toThrow('declaration of 1');
  }
});

it.each([2n, -1n])('catches a row that counts %d times', (times) => {
  const { request, tableOf } = jobOf('Count', checked({}), { suite: 'replicated-z64' });
  const plan = planJob(request);
  const elements = new Map(plan.inputs.map((input) => [input.name, 'dataset' in input ? Array.from(evaluateLocal(input, tableOf(plan.parties[input.party]!)), BigInt) : []]));
  expect(() => interpretInstructions(plan, new Map(elements).set('rows.1.marks', elements.get('rows.1.marks')!.with(0, times)))).toThrow('declaration of 1');
});

it('is refused over so many rows that squares would have fewer than six digits', () => {
  const asked = (program: string) => () => planJob(jobOf(program, checked({ column: 'x' }), { maxRows: 2 ** 21 }).request);
  expect(asked('Standard Deviation')).toThrow(expect.objectContaining({ code: 'CS0620', help: expect.arrayContaining(['or ask without `check`']) }));
  expect(asked('Mean')).not.toThrow();
});
