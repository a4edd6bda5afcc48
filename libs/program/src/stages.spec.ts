import fc from 'fast-check';
import { rowsJob, type RowsJobOptions } from '#testing';
import { importOnnx, lower, type LevelStage, type Plan, planDigest, planJob, roundsOf, type Stage, stageReader, type SuiteName, TensorBuilder, writeNetwork, writeOnnx } from './index.js';
import { type Level } from './machine/schedule.js';
import { type StageStart, stagesOfLevels } from './machine/stages.js';

const step = (index: number, of: number): Stage => [{ kind: 'step', index, of }];
const epochs = (steps: number, batches: number): Stage[] => Array.from({ length: steps }, (_, i) => [
  { kind: 'epoch', index: Math.floor(i / batches) + 1, of: Math.ceil(steps / batches) },
  { kind: 'step', index: (i % batches) + 1, of: Math.min(batches, steps - Math.floor(i / batches) * batches) },
]);
const partsOf = (stages: readonly LevelStage[]): Stage[] => stages.map(({ parts }) => parts);

const rows = { x: [1, 2, 3, 4, 5, 6, 7, 8, 9], z: [3, 1, 4, 1, 5, 9, 2, 6, 5], y: [0, 0, 1, 0, 1, 1, 0, 1, 1] };
const declared = { x: { type: 'number', min: 0, max: 10 }, z: { type: 'number', min: 0, max: 10 }, y: { type: 'integer', min: 0, max: 1 } } as const;
const jobOf = (program: string, parameters: RowsJobOptions['parameters'], suite: SuiteName): Plan => {
  const { request, tableOf } = rowsJob({ program, parameters, declared, rows, suite, maxRows: 8 });
  return planJob({ ...request, rows: request.parties.map((node) => ({ node, dataset: 'Rows', rows: tableOf(node).rows })) });
};

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('stages of programs, %s', (suite) => {
  const stagesOf = (program: string, parameters: RowsJobOptions['parameters']): Stage[] => partsOf(lower(jobOf(program, parameters, suite)).stages);
  const logistic = { label: 'y', features: 'x, z', holdout: 0 };
  it('are the steps of a training on all rows, and nothing after the last', () => {
    expect(stagesOf('Logistic Regression', { ...logistic, steps: 5 })).toEqual([...[1, 2, 3, 4, 5].map((i) => step(i, 5)), []]);
  });
  it('are epochs and steps where rows are looked at in batches, the last epoch as short as it is', () => {
    expect(stagesOf('Logistic Regression', { ...logistic, steps: 8, batches: 3 })).toEqual([...epochs(8, 3), []]);
  });
  it('are the columns that a regression solves for', () => {
    expect(stagesOf('Linear Regression', { target: 'y', features: 'x, z', holdout: 0 })).toEqual([step(1, 2), step(2, 2), []]);
  });
  it('are none where a program does not say', () => {
    expect(lower(jobOf('Variance', { column: 'x' }, suite)).stages).toEqual([]);
  });
  it('are layers of a network by their names', () => {
    const ones = (...shape: number[]): number[] => new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(0.5);
    const { network } = importOnnx(writeOnnx({
      name: 'small', inputs: [{ name: 'x', shape: ['rows', 1, 4, 4] }], outputs: [{ name: 'y', shape: ['rows', 3] }],
      weights: [{ name: 'f', shape: [2, 1, 2, 2], elements: ones(2, 1, 2, 2) }, { name: 'w', shape: [18, 3], elements: ones(18, 3) }],
      nodes: [
        { op: 'Conv', name: 'conv1', inputs: ['x', 'f'], outputs: ['a'], attributes: { kernel_shape: [2, 2] } }, { op: 'Relu', name: 'relu1', inputs: ['a'], outputs: ['b'] },
        { op: 'Flatten', name: 'flat', inputs: ['b'], outputs: ['c'] }, { op: 'MatMul', name: 'dense', inputs: ['c', 'w'], outputs: ['y'] },
      ],
    }));
    const builder = new TensorBuilder({ fractionBits: 16 });
    const input = (name: string, shape: readonly number[], party: number): ReturnType<TensorBuilder['input']> =>
      builder.input({ name, shape, party, dataset: 'D', source: { of: 'weight', column: name }, fractionBits: 16, least: -1, most: 1 });
    const [scores] = [...writeNetwork(builder, network, { rows: 2, fractionBits: 16, weightBits: 16, input: ({ name }, shape) => input(name, shape, 0), weight: ({ name, shape }) => input(name, shape, 1) }).values()];
    builder.output('labels', scores!.argmax(1));
    const plan: Plan = { v: 1, program: { name: 'Spec', digest: '' }, suite, parties: ['A', 'B', 'C'], receivers: ['A'], ...builder.body() };
    const layer = (index: number, name: string): Stage => [{ kind: 'layer', index, of: 4, name }];
    // Whatever flattens takes no round.
    expect(partsOf(lower(plan).stages)).toEqual([layer(1, 'Conv conv1'), layer(2, 'Relu relu1'), layer(4, 'MatMul dense'), []]);
  });
});

it('changes no digest, no instruction and no round', () => {
  const plan = jobOf('Logistic Regression', { label: 'y', features: 'x, z', steps: 3, holdout: 0 }, 'replicated-z64');
  const { stages, ...without } = plan;
  expect(stages).toHaveLength(4);
  expect(planDigest(without)).toBe(planDigest(plan));
  expect({ ...lower(without), stages: [] }).toEqual({ ...lower(plan), stages: [] });
});

it('begins with the next step, may be said again before it, and counts from 1', () => {
  const builder = new TensorBuilder();
  const x = builder.input({ name: 'x', shape: [2], party: 0, dataset: 'D', source: { of: 'column', column: 'x' }, fractionBits: 0, least: 0, most: 9 });
  builder.stage(...step(1, 3));
  builder.stage(...step(2, 3));
  const y = x.times(x);
  builder.output('y', y.times(y));
  expect(builder.body().stages).toEqual([{ from: y.name, parts: step(2, 3) }]);
  for (const [index, of] of [[0, 1], [2, 1], [1.5, 2], [1, 2 ** 40], [-1, -1]] as const) expect(() => builder.stage({ kind: 'step', index, of })).toThrow(expect.objectContaining({ code: 'CS0629' }));
  expect(() => builder.stage(...step(1, 1), ...step(1, 1), ...step(1, 1), ...step(1, 1))).toThrow(expect.objectContaining({ code: 'CS0629' }));
});

describe('the stage of a level', () => {
  const levelsOf = (of: readonly (readonly number[])[]): Level[] => of.map((outs) => ({ local: [], interactive: outs.map((out) => ({ op: 'openWords', out, value: 0 })) }));
  const startsAt = (registers: readonly number[]): StageStart[] => registers.map((register, i) => ({ register, parts: step(i + 1, registers.length) }));

  it('is the first that is not finished', () => {
    // Registers below 10 are of no stage; a later stage may begin early.
    expect(stagesOfLevels(levelsOf([[1], [11, 31], [12], [22], [32], []]), startsAt([10, 20, 30]))).toEqual([
      { level: 1, parts: step(1, 3) }, { level: 3, parts: step(2, 3) }, { level: 4, parts: step(3, 3) },
    ]);
    expect(stagesOfLevels(levelsOf([[31], []]), startsAt([10, 20, 30]))).toEqual([{ level: 0, parts: step(3, 3) }]);
    expect(stagesOfLevels([], startsAt([10]))).toEqual([]);
    expect(stagesOfLevels(levelsOf([[1]]), [])).toEqual([]);
  });

  it('never goes back, has work left of its own at that level or later, and none of an earlier one', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.nat(60), { minLength: 1, maxLength: 4 }), { maxLength: 30 }), fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 8 }), (outs, registers) => {
      const starts = startsAt(registers.sort((a, b) => a - b));
      const of = stageReader(stagesOfLevels(levelsOf(outs), starts));
      const indexOf = (register: number): number => starts.findLastIndex((start) => start.register <= register) + 1;
      const told = outs.map((_, level) => of(level)[0]?.index ?? 0);
      told.forEach((index, level) => {
        const left = outs.slice(level).flat().map(indexOf);
        expect(index).toBe(Math.min(...left));
        expect(index).toBeGreaterThanOrEqual(told[level - 1] ?? 0);
      });
    }));
  });

  it('covers every round of a real plan', () => {
    const { online, stages } = lower(jobOf('Logistic Regression', { label: 'y', features: 'x, z', steps: 4, holdout: 0 }, 'additive-z64'));
    const of = stageReader(stages);
    const told = Array.from({ length: roundsOf(online) }, (_, level) => of(level)[0]?.index ?? 0);
    expect(new Set(told)).toEqual(new Set([0, 1, 2, 3, 4]));
  });
});
