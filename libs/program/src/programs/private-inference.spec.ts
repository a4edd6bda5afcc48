import { interpretPlan } from '#testing';
import {
  decodeResult, type DatasetDescriptor, evaluateInClear, importOnnx, type Model, networkDigest, NetworkSchema, type OnnxNode, planCost, planJob, programByName, type PlanRequest, type ProgramResult, type RealTensor, runNetwork, type SuiteName, type Table,
  writeOnnx,
} from '../index.js';

const sine = (count: number, from: number, size = 0.5): number[] => Array.from({ length: count }, (_, i) => size * Math.sin(1.3 * i + from));
const weights = [
  { name: 'm', shape: [12, 5], elements: sine(60, 1) }, { name: 'b', shape: [5], elements: sine(5, 2) }, { name: 'n', shape: [5, 3], elements: sine(15, 3) },
];
const nodes = (...last: OnnxNode[]): OnnxNode[] => [
  { op: 'Gemm', inputs: ['x', 'm', 'b'], outputs: ['h'] }, { op: 'Relu', inputs: ['h'], outputs: ['r'] }, { op: 'MatMul', inputs: ['r', 'n'], outputs: [last.length > 0 ? 's' : 'y'] }, ...last,
];
const modelOf = (all: readonly OnnxNode[], shape: readonly ('rows' | number)[] = ['rows', 12]): Model =>
  importOnnx(writeOnnx({ name: 'net', inputs: [{ name: 'x', shape }], outputs: [{ name: 'y', shape: [] }], weights, nodes: all }));

const count = 4;
// The columns are not in the order of the input, and sort otherwise by letters.
const names = Array.from({ length: 12 }, (_, i) => `p${i}`);
const shuffled = names.toReversed();
const column = (i: number): Float64Array => Float64Array.from({ length: count }, (_, row) => Math.round(8 * Math.sin(i + 3 * row)));
const table: Table = { rows: count, columns: { ...Object.fromEntries(shuffled.map((name) => [name, column(Number(name.slice(1)))])), kind: ['a', 'b', 'a', 'b'] } };
const images: RealTensor = { shape: [count, 12], elements: Float64Array.from({ length: 12 * count }, (_, at) => column(at % 12)[Math.floor(at / 12)]!) };

function requestOf({ network }: Model, change: Partial<PlanRequest> = {}): PlanRequest {
  const datasets: DatasetDescriptor[] = [
    { name: 'Network', node: 'Lab', tags: [], maxRows: 1, columns: {}, network },
    { name: 'Images', node: 'Post', tags: [], maxRows: 8, columns: { ...Object.fromEntries(shuffled.map((name) => [name, { type: 'integer', min: -8, max: 8 } as const])), kind: { type: 'category', values: ['a', 'b'] }, person: { type: 'key' } } },
  ];
  return {
    program: 'Private Inference', parameters: {}, parties: ['Lab', 'Post'], receivers: ['Post'], minimumGroup: 1, datasets,
    inputs: [{ node: 'Lab', dataset: 'Network', role: 'model' }, { node: 'Post', dataset: 'Images', role: 'rows' }], rows: [{ node: 'Post', dataset: 'Images', rows: count }], ...change,
  };
}
const tablesOf = (model: Model) => (_: string, dataset: string): Table =>
  (dataset === 'Images' ? table : { rows: 1, columns: Object.fromEntries([...model.weights].map(([name, { elements }]) => [name, elements])) });
const run = (model: Model, change: Partial<PlanRequest> = {}): ProgramResult => {
  const plan = planJob(requestOf(model, change));
  return decodeResult(plan, interpretPlan(plan, tablesOf(model)));
};
const clearOf = (model: Model): number[][] => {
  const { elements } = [...runNetwork(model.network, model.weights, new Map([['x0', images]])).values()][0]!;
  return Array.from({ length: count }, (_, row) => [...elements.slice((elements.length / count) * row, (elements.length / count) * (row + 1))]);
};
const greatest = (row: readonly number[]): number => row.indexOf(Math.max(...row));
const softmaxed = (row: readonly number[]): number[] => row.map((x) => Math.exp(x) / row.reduce((sum, each) => sum + Math.exp(each), 0));
function expectNear(computed: unknown, expected: readonly (readonly number[])[]): void {
  expect((computed as number[][]).map((row) => row.length)).toEqual(expected.map((row) => row.length));
  expected.forEach((row, i) => row.forEach((x, j) => expect(Math.abs((computed as number[][])[i]![j]! - x)).toBeLessThan(2e-3)));
}

describe('Private Inference', () => {
  const model = modelOf(nodes());
  it('says in its sentence all that is told of weights', () => {
    expect(model.network.weights.every((weight) => Object.keys(weight).every((key) => ['name', 'shape', 'exponent', 'gain'].includes(key)))).toBe(true);
    expect(programByName('Private Inference')!.opens).toMatch(/of each of its weights, powers of two above the greatest magnitude and sum/);
  });

  it.each([['additive-z64', ['Lab', 'Post']], ['replicated-z64', ['Lab', 'Post', 'Third']], ['shamir-p61', ['Lab', 'Post', 'Third']]] as const)('opens labels, probabilities or scores, by %s', (suite: SuiteName, parties) => {
    const opened = (output?: string): ProgramResult => run(model, { suite, parties, parameters: output === undefined ? {} : { output } });
    expect(opened()).toEqual({ labels: clearOf(model).map(greatest) });
    expectNear((opened('scores') as { scores: unknown }).scores, clearOf(model));
    expectNear((opened('probabilities') as { probabilities: unknown }).probabilities, clearOf(model).map(softmaxed));
  });
  it('checks rows on shares against what was declared of them, where that is asked for', () => {
    const parameters = { check: 'shares', output: 'scores' };
    const plan = planJob(requestOf(model, { parameters }));
    expectNear((run(model, { parameters }) as { scores: unknown }).scores, clearOf(model));
    const wrong = (value: number) => (node: string, name: string): Table =>
      (name === 'Images' ? { ...table, columns: { ...table.columns, p3: Float64Array.of(value, ...column(3).slice(1)) } } : tablesOf(model)(node, name));
    for (const value of [9, -9]) expect(() => interpretPlan(plan, wrong(value))).toThrow('declaration of 1');
  });
  it('is in the clear what the network is in doubles', () => {
    const plan = planJob(requestOf(model, { parameters: { output: 'scores' } }));
    expectNear((evaluateInClear(plan, tablesOf(model)) as { scores: unknown }).scores, clearOf(model));
  });
  it('takes columns by their names and numbers in them, or as they are named', () => {
    expect(run(model, { parameters: { features: names } })).toEqual(run(model));
    expect(planJob(requestOf(model, { parameters: { features: shuffled } })).inputs[0]).toMatchObject({ source: { of: 'matrix', columns: shuffled.map((name) => ({ column: name })) } });
  });
  it('leaves a last softmax out where labels alone are asked for, and takes its probabilities as they are', () => {
    const probable = modelOf(nodes({ op: 'Softmax', inputs: ['s'], outputs: ['y'] }));
    expect(run(probable)).toEqual(run(model));
    expect(planCost(planJob(requestOf(probable))).rounds).toBe(planCost(planJob(requestOf(model))).rounds);
    expectNear((run(probable, { parameters: { output: 'probabilities' } }) as { probabilities: unknown }).probabilities, clearOf(probable));
  });
  it('calls a single score 1 where it is at least 0', () => {
    const single = importOnnx(writeOnnx({
      name: 'one', inputs: [{ name: 'x', shape: ['rows', 12] }], outputs: [{ name: 'y', shape: [] }], weights: [{ name: 'm', shape: [12, 1], elements: sine(12, 1) }], nodes: [{ op: 'MatMul', inputs: ['x', 'm'], outputs: ['y'] }],
    }));
    expect(run(single)).toEqual({ labels: clearOf(single).map(([x]) => (x! >= 0 ? 1 : 0)) });
    const { probabilities } = run(single, { parameters: { output: 'probabilities' } }) as { probabilities: number[] };
    clearOf(single).forEach(([x], i) => expect(Math.abs(probabilities[i]! - 1 / (1 + Math.exp(-x!)))).toBeLessThan(2e-3));
    expect((run(single, { parameters: { output: 'scores' } }) as { scores: number[] }).scores.length).toBe(count);
  });
  it('gives one row a list, too', () => {
    const plan = planJob(requestOf(model, { rows: [{ node: 'Post', dataset: 'Images', rows: 1 }] }));
    const first: Table = { rows: 1, columns: Object.fromEntries(Object.entries(table.columns).map(([name, values]) => [name, values.slice(0, 1) as typeof values])) };
    const result = decodeResult(plan, interpretPlan(plan, (node, dataset) => (dataset === 'Images' ? first : tablesOf(model)(node, dataset))));
    expect(result).toEqual({ labels: [greatest(clearOf(model)[0]!)] });
  });
  it('shares integers without fraction bits, and weights of no plan carry a value', () => {
    const plan = planJob(requestOf(model));
    expect(plan.inputs[0]).toMatchObject({ fractionBits: 0, range: { min: '-8', max: '8' } });
    expect(JSON.stringify(plan)).not.toContain(String(weights[0]!.elements[1]).slice(0, 8));
  });
  it('refuses what does not fit', () => {
    const refused = (change: Partial<PlanRequest>, of = model): string => {
      try {
        planJob(requestOf(of, change));
      } catch (error) {
        return `${(error as { code: string }).code} ${(error as Error).message}`;
      }
      return 'none';
    };
    expect(refused({ parameters: { features: ['p1', 'p2'] } })).toMatch(/^CS0658 the network takes 12 numbers for each row/);
    expect(refused({ parameters: { features: [...names.slice(1), 'p1'] } })).toMatch(/^CS0604/);
    expect(refused({ parameters: { features: [...names.slice(1), 'kind'] } })).toMatch(/^CS0613/);
    expect(refused({ parameters: { output: 'weights' } })).toMatch(/^CS0604/);
    expect(refused({ minimumGroup: 25 })).toMatch(/^CS0622/);
    expect(refused({ inputs: [{ node: 'Post', dataset: 'Images', role: 'model' }, { node: 'Lab', dataset: 'Network', role: 'rows' }] })).toMatch(/^CS0658 `Images` of `Post` is not a neural network/);
    expect(refused({}, modelOf(nodes(), [2, 12]))).toMatch(/^CS0658 the network takes 2 rows at a time/);
    const wide = requestOf(model).datasets.map((each) => (each.name === 'Images' ? { ...each, maxRows: 2 ** 24 } : each));
    expect(refused({ datasets: wide, rows: [{ node: 'Post', dataset: 'Images', rows: 2 ** 24 }] })).toMatch(/^CS0628/);
  });
  it('takes fewer fraction bits where values could overflow, and is refused where they still could', () => {
    const scaled = (max: number): PlanRequest['datasets'] => requestOf(model).datasets.map((each) =>
      (each.name === 'Images' ? { ...each, columns: Object.fromEntries(names.map((name) => [name, { type: 'number', min: -max, max } as const])) } : each));
    const bits = (max: number): number => planJob(requestOf(model, { datasets: scaled(max) })).inputs[0]!.fractionBits;
    expect([bits(8), bits(2 ** 20), bits(2 ** 27)]).toEqual([16, 16, 13]);
    expect(() => bits(2 ** 40)).toThrow(/could overflow/);
  });
});

describe('a network as it is registered', () => {
  const { network } = modelOf(nodes({ op: 'Softmax', inputs: ['s'], outputs: ['y'] }));
  it('is what its owner imported, and no weight', () => {
    expect(NetworkSchema.parse(JSON.parse(JSON.stringify(network)))).toEqual(network);
    expect(networkDigest(network)).toMatch(/^[0-9a-f]{64}$/);
  });
  it('is refused where it has anything else', () => {
    for (const wrong of [{ v: 2 }, { more: 1 }, { layers: [{ ...network.layers[0]!, op: 'gelu' }] }, { layers: [{ ...network.layers[0]!, factor: '2' }] }, { weights: [{ ...network.weights[0]!, shape: [0.5] }] }, { outputs: [] }, { inputs: [{ name: 'y', label: 'y', shape: ['columns'] }] }]) {
      expect(NetworkSchema.safeParse({ ...network, ...wrong }).success).toBe(false);
    }
  });
});
