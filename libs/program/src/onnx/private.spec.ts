import { type OnnxBackendTest, allHeld, interpretInstructions, networkPlan, onnxBackendTests, runParties, trainedNetwork, withData } from '#testing';
import { costOf, evaluateSteps, exactly, importOnnx, lower, type Model, type RealTensor, roundsOf, runNetwork, type SuiteName, toNumber, writeOnnx } from '../index.js';

/** Of 1 + |expected|: values have 16 fraction bits, a sigmoid is off by 0.00035, tanh by twice that. */
const TOLERANCE = 1e-3;
/** Skipped, for their size: the greatest of windows over 220,000 and 1,000,000 elements, in sessions of up to two minutes. */
const TOO_LARGE = ['test_MaxPool1d_stride_padding_dilation', 'test_MaxPool2d_stride_padding_dilation'];

interface Case {
  readonly test: OnnxBackendTest;
  readonly model: Model;
  readonly inputs: ReadonlyMap<string, RealTensor>;
}

/** With the first input as the private one and the others as weights, or with all of them private. */
function caseOf(test: OnnxBackendTest, all: boolean): Case[] {
  try {
    const given = test.inputs();
    if (all && given.length < 2) return [];
    const model = importOnnx(test.model, { given: new Map(given.slice(all ? given.length : 1).map(({ name, elements }) => [name, elements])) });
    return [{ test, model, inputs: new Map(given.slice(0, all ? given.length : 1).map(({ elements }, i) => [model.network.inputs[i]!.name, elements])) }];
  } catch {
    // The reasons are those of backend.spec.ts, or that an operand says how the operator works.
    return [];
  }
}

async function expectAlike({ test, model, inputs }: Case, suite: SuiteName, parties: number): Promise<void> {
  const { plan, elements } = networkPlan(model, { suite, parties, inputs });
  const held = allHeld(await runParties(plan, Object.fromEntries(plan.inputs.map(({ name, party }) => [name, { party, values: elements.get(name)! }])), { offline: 'ideal' }));
  const [opened] = await Promise.all(held.map((each) => each.open([0])));
  const [{ name, fractionBits }] = plan.outputs as [(typeof plan.outputs)[number]];
  const computed = Array.from(opened!.get(name)!, (word) => Number(BigInt.asIntN(64, word)) * 2 ** -fractionBits);
  const expected = test.output().elements;
  expect(computed.length).toBe(expected.length);
  expect(computed.reduce((worst, x, i) => Math.max(worst, Math.abs(x - expected[i]!) / (1 + Math.abs(expected[i]!))), 0)).toBeLessThan(TOLERANCE);
}

const tests = onnxBackendTests();
const cases = tests.flatMap((test) => caseOf(test, false));
const small = cases.filter(({ test }) => !TOO_LARGE.includes(test.name));
const entirely = tests.flatMap((test) => caseOf(test, true));

(tests.length > 0 ? describe : describe.skip).each([['additive-z64', 2], ['replicated-z64', 3], ['shamir-p61', 3]] as const)(withData('backend tests of ONNX between real parties, %s with %i', 'onnx-backend-tests/SOURCE.md'), (suite, parties) => {
  it.each(small.map((each) => [each.test.name, each] as const))('%s', (_, each) => expectAlike(each, suite, parties));
  it.each(entirely.map((each) => [each.test.name, each] as const))('%s with every operand of the one who asks', (_, each) => expectAlike(each, suite, parties));
});

(tests.length > 0 ? describe : describe.skip)(withData('backend tests of ONNX between real parties', 'onnx-backend-tests/SOURCE.md'), () => {
  it('are all that run in the clear, but for two that take too long', () => {
    expect(cases.filter((each) => !small.includes(each)).map(({ test }) => test.name)).toEqual(TOO_LARGE);
  });
  it('have every operand private where no operand says how the operator works', () => {
    expect([...new Set(entirely.flatMap(({ test }) => test.operators))].sort().join(' ')).toMatchInlineSnapshot(`"Add Concat Conv Div Gemm MatMul Mul Sub"`);
  });
});

describe('a network on shares', () => {
  const weights = (count: number, from: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(i * 1.7 + from) / 4);
  const bytes = writeOnnx({
    name: 'small', inputs: [{ name: 'x', shape: ['rows', 1, 6, 6] }], outputs: [{ name: 'y', shape: ['rows', 3] }],
    weights: [
      { name: 'f', shape: [2, 1, 3, 3], elements: weights(18, 1) }, { name: 'b', shape: [2], elements: [0.5, -0.25] },
      { name: 'm', shape: [3, 8], elements: weights(24, 2) }, { name: 'k', shape: [3], elements: [1, 0, -1] },
    ],
    nodes: [
      { op: 'Conv', inputs: ['x', 'f', 'b'], outputs: ['c'], attributes: { kernel_shape: [3, 3] } }, { op: 'Relu', inputs: ['c'], outputs: ['r'] },
      { op: 'MaxPool', inputs: ['r'], outputs: ['p'], attributes: { kernel_shape: [2, 2], strides: [2, 2] } }, { op: 'Flatten', inputs: ['p'], outputs: ['v'] },
      { op: 'Gemm', inputs: ['v', 'm', 'k'], outputs: ['y'], attributes: { transB: 1 } },
    ],
  });
  const model = importOnnx(bytes);
  const inputs = (rows: number): ReadonlyMap<string, RealTensor> => new Map([['x0', { shape: [rows, 1, 6, 6], elements: Float64Array.from({ length: 36 * rows }, (_, i) => Math.cos(i)) }]]);

  it('takes the greatest of a window before it cuts off what lies below 0', () => {
    expect(model.network.layers.map(({ op }) => op)).toEqual(['conv', 'maxPool', 'relu', 'flatten', 'matmul', 'add']);
  });
  it.each([['additive-z64', 2], ['additive-z64', 4], ['replicated-z64', 3], ['shamir-p61', 3]] as const)('is what it is in the clear, %s with %i parties', (suite, parties) => {
    for (const rows of [1, 3]) {
      const expected = [...runNetwork(model.network, model.weights, inputs(rows)).values()][0]!;
      const { plan, elements } = networkPlan(model, { suite, parties, inputs: inputs(rows) });
      const [{ name, fractionBits }] = plan.outputs as [(typeof plan.outputs)[number]];
      const computed = interpretInstructions(plan, elements).outputs.get(name)!.map((element) => Number(element) * 2 ** -fractionBits);
      computed.forEach((x, i) => expect(Math.abs(x - expected.elements[i]!)).toBeLessThan(TOLERANCE));
      // The clear-text evaluator of plans knows nothing of networks.
      const clear = evaluateSteps(plan, new Map(plan.inputs.map((input) => [input.name, elements.get(input.name)!.map((element) => exactly(Number(element) * 2 ** -input.fractionBits))])));
      clear.get(name)!.forEach((x, i) => expect(Math.abs(toNumber(x) - expected.elements[i]!)).toBeLessThan(TOLERANCE));
    }
  });
  it('adds a bias to products with weights that are small, or all 0', () => {
    for (const size of [0, 2 ** -30]) {
      const tiny = importOnnx(writeOnnx({
        name: 'tiny', inputs: [{ name: 'x', shape: ['rows', 1, 2, 2] }], outputs: [{ name: 'y', shape: ['rows', 1] }],
        weights: [{ name: 'f', shape: [1, 1, 2, 2], elements: [size, size, -size, size] }, { name: 'b', shape: [1], elements: [3.25] }, { name: 'm', shape: [1, 1], elements: [size] }, { name: 'k', shape: [1], elements: [-1.5] }],
        nodes: [{ op: 'Conv', inputs: ['x', 'f', 'b'], outputs: ['c'] }, { op: 'Flatten', inputs: ['c'], outputs: ['v'] }, { op: 'Gemm', inputs: ['v', 'm', 'k'], outputs: ['z'] }, { op: 'Add', inputs: ['z', 'v'], outputs: ['y'] }],
      }));
      const { plan, elements } = networkPlan(tiny, { suite: 'shamir-p61', parties: 3, inputs: new Map([['x0', { shape: [1, 1, 2, 2], elements: Float64Array.of(1, 2, 3, 4) }]]) });
      const [{ name, fractionBits }] = plan.outputs as [(typeof plan.outputs)[number]];
      expect(Number(interpretInstructions(plan, elements).outputs.get(name)![0]) * 2 ** -fractionBits).toBeCloseTo(1.75, 3);
    }
  });
  it.each([['additive-z64', 2], ['replicated-z64', 3], ['shamir-p61', 3]] as const)('drops nothing out where it is asked, as in the clear: between real parties, %s with %i', async (suite, parties) => {
    const dropping = importOnnx(writeOnnx({
      name: 'dropping', inputs: [{ name: 'x', shape: ['rows', 4] }], outputs: [{ name: 'y', shape: ['rows', 2] }],
      weights: [{ name: 'm', shape: [4, 3], elements: weights(12, 4) }, { name: 'n', shape: [3, 2], elements: weights(6, 5) }, { name: 'ratio', shape: [], elements: [0.5] }],
      nodes: [
        { op: 'MatMul', inputs: ['x', 'm'], outputs: ['h'] }, { op: 'Dropout', inputs: ['h', 'ratio'], outputs: ['d'] }, { op: 'Relu', inputs: ['d'], outputs: ['r'] },
        { op: 'Dropout', inputs: ['r'], outputs: ['e'] }, { op: 'MatMul', inputs: ['e', 'n'], outputs: ['y'] },
      ],
    }));
    const given = new Map([['x0', { shape: [3, 4], elements: Float64Array.from({ length: 12 }, (_, i) => 2 * Math.cos(i)) }]]);
    const expected = [...runNetwork(dropping.network, dropping.weights, given).values()][0]!.elements;
    // By hand, without what drops out.
    const by = (rows: readonly number[][], matrix: readonly number[], columns: number): number[][] => rows.map((row) => Array.from({ length: columns }, (_, j) => row.reduce((sum, x, i) => sum + x * matrix[columns * i + j]!, 0)));
    const x = [0, 1, 2].map((row) => Array.from({ length: 4 }, (_, i) => 2 * Math.cos(4 * row + i)));
    const plain = by(by(x, weights(12, 4), 3).map((row) => row.map((each) => Math.max(0, each))), weights(6, 5), 2).flat();
    plain.forEach((each, i) => expect(expected[i]!).toBeCloseTo(each, 5));
    const { plan, elements } = networkPlan(dropping, { suite, parties, inputs: given });
    const held = allHeld(await runParties(plan, Object.fromEntries(plan.inputs.map(({ name, party }) => [name, { party, values: elements.get(name)! }])), { offline: 'ideal' }));
    const [opened] = await Promise.all(held.map((each) => each.open([0])));
    const [{ name, fractionBits }] = plan.outputs as [(typeof plan.outputs)[number]];
    const computed = Array.from(opened!.get(name)!, (word) => Number(BigInt.asIntN(64, word)) * 2 ** -fractionBits);
    expect(computed).toHaveLength(plain.length);
    computed.forEach((each, i) => expect(Math.abs(each - plain[i]!)).toBeLessThan(TOLERANCE));
  });
  it('takes one batch for every layer, however many rows there are', () => {
    const rounds = (rows: number): number => roundsOf(lower(networkPlan(model, { suite: 'replicated-z64', parties: 3, inputs: inputs(rows) }).plan).online);
    expect(rounds(1)).toBe(rounds(5));
  });
  it('refuses weights that are larger than their bounds', () => {
    const [name] = [...model.weights.keys()];
    const larger: Model = { ...model, weights: new Map([...model.weights].map(([each, tensor]) => [each, each === name ? { ...tensor, elements: tensor.elements.map((x) => 8 * x) } : tensor])) };
    expect(() => networkPlan(larger, { suite: 'additive-z64', parties: 2, inputs: inputs(1) })).toThrow('is larger than its declared ranges allow');
  });
  it('is refused where a word could overflow', () => {
    const large = new Map([...inputs(1)].map(([name, { shape, elements }]) => [name, { shape, elements: elements.map((x) => x * 2 ** 30) }]));
    expect(() => networkPlan(model, { suite: 'additive-z64', parties: 2, inputs: large })).toThrow(/could overflow the 62 bits/);
  });
});

const [a, b] = [trainedNetwork('a'), trainedNetwork('b')];
(a && b ? describe : describe.skip)(withData('rounds of networks that others trained', 'crypten-mnist-networks/reference.json'), () => {
  const costs = (network: NonNullable<typeof a>, rows: number): Record<string, unknown> => Object.fromEntries((['additive-z64', 'replicated-z64', 'shamir-p61'] as const).map((suite) => {
    const { rounds, triples, andWords } = costOf(lower(networkPlan(network.model, { suite, parties: suite === 'additive-z64' ? 2 : 3, inputs: network.images(rows) }).plan));
    return [suite, `${rounds} rounds, ${triples} products, ${andWords} words of ANDs`];
  }));
  it('are those of one truncation, one comparison and one product for each layer', () => {
    expect({ a: costs(a!, 1), b: costs(b!, 1) }).toMatchInlineSnapshot(`
{
  "a": {
    "additive-z64": "23 rounds, 256 products, 2054 words of ANDs",
    "replicated-z64": "27 rounds, 2816 products, 886 words of ANDs",
    "shamir-p61": "27 rounds, 256 products, 968 words of ANDs",
  },
  "b": {
    "additive-z64": "33 rounds, 10340 products, 34262 words of ANDs",
    "replicated-z64": "39 rounds, 113740 products, 32540 words of ANDs",
    "shamir-p61": "39 rounds, 10340 products, 39125 words of ANDs",
  },
}
`);
  });
});
