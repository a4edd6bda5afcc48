import { evaluateLocal, importOnnx, type Plan, planCost, planJob, type Stage, type SuiteName, suiteValueBits, writeOnnx } from '#program';
import { allHeld, networkPlan, planOf, type PrivateVector, rowsJob, runParties } from '#testing';
import { type Progress } from './session.js';

const PHASES: readonly Progress['phase'][] = ['agreeing', 'preparing', 'sharing', 'computing', 'held'];

interface Told {
  readonly plan: Plan;
  /** By party. */
  readonly progress: readonly (readonly Progress[])[];
}

async function told(plan: Plan, vectors: Record<string, PrivateVector>, offline: 'real' | 'ideal'): Promise<Told> {
  const progress = plan.parties.map((): Progress[] => []);
  for (const held of allHeld(await runParties(plan, vectors, { offline, of: (party) => ({ onProgress: (each) => void progress[party]!.push(each) }) }))) held.discard();
  return { plan, progress };
}

async function training(suite: SuiteName, batches: number, offline: 'real' | 'ideal'): Promise<Told> {
  const { request, tableOf } = rowsJob({
    program: 'Logistic Regression', parameters: { label: 'y', features: 'x', holdout: 0, steps: 6, batches }, suite, maxRows: 8,
    declared: { x: { type: 'number', min: 0, max: 10 }, y: { type: 'integer', min: 0, max: 1 } }, rows: { x: [1, 2, 3, 4, 5, 6, 7, 8, 9], y: [0, 0, 1, 0, 1, 1, 0, 1, 1] },
  });
  const plan = planJob({ ...request, rows: request.parties.map((node) => ({ node, dataset: 'Rows', rows: tableOf(node).rows })) });
  const vectors = Object.fromEntries(plan.inputs.flatMap((input) =>
    ('dataset' in input ? [[input.name, { party: input.party, values: [...evaluateLocal(input, tableOf(plan.parties[input.party]!), suiteValueBits(suite))] }]] : [])));
  return told(plan, vectors, offline);
}

/** Stages as they follow each other, each once. */
const inTurn = (progress: readonly Progress[]): Stage[] => {
  const stages = progress.flatMap(({ stage }) => (stage && stage.length > 0 ? [stage] : []));
  return stages.filter((stage, i) => JSON.stringify(stage) !== JSON.stringify(stages[i - 1]));
};

describe.each<[SuiteName, 'real' | 'ideal']>([['additive-z64', 'ideal'], ['replicated-z64', 'real'], ['shamir-p61', 'real']])('three parties, %s', (suite, offline) => {
  it('say alike which step they are at, one after the other up to the last', async () => {
    const { progress } = await training(suite, 1, offline);
    for (const own of progress) expect(inTurn(own)).toEqual([1, 2, 3, 4, 5, 6].map((index): Stage => [{ kind: 'step', index, of: 6 }]));
  });
  it('say which epoch a step is of', async () => {
    const { progress } = await training(suite, 3, offline);
    const at = (epoch: number, index: number): Stage => [{ kind: 'epoch', index: epoch, of: 2 }, { kind: 'step', index, of: 3 }];
    for (const own of progress) expect(inTurn(own)).toEqual([at(1, 1), at(1, 2), at(1, 3), at(2, 1), at(2, 2), at(2, 3)]);
  });
  it('say which layer of a network they are at, by its name', async () => {
    const ones = (count: number): number[] => Array.from({ length: count }, (_, i) => (i % 5) / 4 - 0.5);
    const model = importOnnx(writeOnnx({
      name: 'small', inputs: [{ name: 'x', shape: ['rows', 1, 4, 4] }], outputs: [{ name: 'y', shape: ['rows', 3] }],
      weights: [{ name: 'f', shape: [2, 1, 2, 2], elements: ones(8) }, { name: 'w', shape: [18, 3], elements: ones(54) }],
      nodes: [
        { op: 'Conv', name: 'conv1', inputs: ['x', 'f'], outputs: ['a'], attributes: { kernel_shape: [2, 2] } }, { op: 'Relu', name: 'relu1', inputs: ['a'], outputs: ['b'] },
        { op: 'Flatten', name: 'flat', inputs: ['b'], outputs: ['c'] }, { op: 'MatMul', name: 'dense', inputs: ['c', 'w'], outputs: ['y'] },
      ],
    }));
    const { plan, elements } = networkPlan(model, { suite, parties: 3, inputs: new Map([['x0', { shape: [2, 1, 4, 4], elements: Float64Array.from({ length: 32 }, (_, i) => Math.sin(i)) }]]) });
    const { progress } = await told(plan, Object.fromEntries(plan.inputs.map(({ name, party }) => [name, { party, values: [...elements.get(name)!] }])), offline);
    const layer = (index: number, name: string): Stage => [{ kind: 'layer', index, of: 4, name }];
    // Whatever flattens takes no round.
    for (const own of progress) expect(inTurn(own)).toEqual([layer(1, 'Conv conv1'), layer(2, 'Relu relu1'), layer(4, 'MatMul dense')]);
  });
  it('go from phase to phase, and count every round but the opening', async () => {
    const { plan, progress } = await training(suite, 1, offline);
    const { rounds } = planCost(plan);
    for (const own of progress) {
      const phases = own.map(({ phase }) => PHASES.indexOf(phase));
      expect(phases).toEqual([...phases].sort((a, b) => a - b));
      expect(new Set(phases).size).toBe(PHASES.length);
      expect(own.filter(({ phase }) => phase === 'computing').map(({ done, total }) => [done, total])).toEqual(Array.from({ length: rounds - 1 }, (_, i) => [i + 1, rounds]));
      for (const { phase, stage } of own) if (phase !== 'computing') expect(stage).toBeUndefined();
    }
  });
});

it('counts the batches of correlations as they are made', async () => {
  const vectors = { a: { party: 0, values: [7n, 8n] }, b: { party: 1, values: [3n, 4n] } };
  const { progress } = await told(planOf(2, vectors, [{ op: 'multiply', out: 'c', left: 'a', right: 'b' }], { c: 2 }), vectors, 'real');
  for (const own of progress) {
    const preparing = own.filter(({ phase }) => phase === 'preparing');
    expect(preparing.length).toBeGreaterThan(1);
    expect(preparing.at(-1)!.done).toBe(preparing.at(-1)!.total);
  }
});
