import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { dataFile, withData } from '#testing';
import { importOnnx, type OnnxGraph, type OnnxNode, PlanError, type RealTensor, runNetwork, writeOnnx } from '../index.js';

const graphOf = (nodes: readonly OnnxNode[], weights: OnnxGraph['weights'] = [], shape: OnnxGraph['inputs'][number]['shape'] = ['rows', 3, 4, 4]): OnnxGraph =>
  ({ name: 'spec', inputs: [{ name: 'x', shape }], outputs: [{ name: 'y', shape: [] }], weights, nodes });
const node = (op: string, attributes: OnnxNode['attributes'] = {}, ...others: string[]): OnnxNode => ({ op, name: `the ${op}`, inputs: ['x', ...others], outputs: ['y'], attributes });
const numbers = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => Math.round(Math.sin(i + from) * 64) / 64);
const tensor = (shape: readonly number[], from = 0): RealTensor => ({ shape, elements: Float64Array.from(numbers(shape.reduce((a, b) => a * b, 1), from)) });

const codeOf = (bytes: Uint8Array): string => {
  try {
    importOnnx(bytes);
  } catch (error) {
    if (error instanceof PlanError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'none';
};

describe('an ONNX model', () => {
  it('that has anything unknown is refused by operator and node', () => {
    expect(codeOf(writeOnnx(graphOf([node('Gelu')])))).toBe('CS0652 Gelu `the Gelu` is an operator that is not computed privately');
    expect(codeOf(writeOnnx(graphOf([node('Relu', { shape: 3 })])))).toBe('CS0653 Relu `the Relu`: attribute `shape` is not known');
    expect(codeOf(writeOnnx(graphOf([node('MaxPool', { kernel_shape: 3 })])))).toBe('CS0653 MaxPool `the MaxPool`: attribute `kernel_shape` has another type');
    expect(codeOf(writeOnnx(graphOf([{ ...node('MaxPool', { kernel_shape: [2, 2] }), outputs: ['y', 'indices'] }])))).toBe('CS0653 MaxPool `the MaxPool`: its outputs beside the first are not known');
    expect(codeOf(writeOnnx(graphOf([node('ArgMax', { select_last_index: 1 })])))).toMatch(/^CS0653 ArgMax `the ArgMax`/);
    expect(codeOf(writeOnnx(graphOf([node('Reshape', {}, 'x')])))).toBe('CS0653 Reshape `the Reshape`: operand 2 depends on the input');
    expect(codeOf(writeOnnx(graphOf([node('Pad', { mode: 'edge' }, 'p')], [{ name: 'p', shape: [8], elements: [0, 0, 0, 0, 0, 0, 1, 1], integers: true }])))).toMatch(/^CS0653 Pad/);
    expect(codeOf(writeOnnx(graphOf([node('BatchNormalization', { training_mode: 1 }, 'w', 'w', 'w', 'w')], [{ name: 'w', shape: [3], elements: [1, 2, 3] }])))).toMatch(/^CS0653 BatchNormalization/);
  });
  it('of another version, type or shape is refused', () => {
    expect(codeOf(writeOnnx(graphOf([node('Relu')]), { opset: 23 }))).toBe('CS0654 operator set 23 is not one of 6 to 22');
    expect(codeOf(writeOnnx(graphOf([node('Relu')]), { opset: 5 }))).toMatch(/^CS0654/);
    expect(codeOf(writeOnnx(graphOf([node('Relu')]), { irVersion: 2 }))).toBe('CS0654 IR version 2 is not one of 3 to 13');
    expect(codeOf(writeOnnx(graphOf([node('Relu')], [], ['rows', 'rows'])))).toBe('CS0656 axis 2 of input `x` has no fixed size');
    expect(codeOf(writeOnnx(graphOf([node('Add', {}, 'i')], [{ name: 'i', shape: [1], elements: [3], integers: true }])))).toBe('CS0655 Add `the Add` computes with integers');
  });
  it('whose parts do not fit is refused', () => {
    expect(codeOf(writeOnnx(graphOf([node('Add', {}, 'nothing')])))).toBe('CS0657 Add `the Add` reads `nothing`, which nothing makes before it');
    expect(codeOf(writeOnnx(graphOf([{ ...node('Relu'), outputs: ['x'] }])))).toMatch(/^CS0657 `x` is defined twice/);
    expect(codeOf(writeOnnx(graphOf([{ ...node('Relu'), outputs: ['z'] }])))).toBe('CS0657 nothing makes output `y`');
    expect(codeOf(writeOnnx(graphOf([node('MatMul', {}, 'w')], [{ name: 'w', shape: [3, 3], elements: numbers(9) }])))).toMatch(/^CS0657 MatMul `the MatMul`: matrices of shapes/);
    expect(codeOf(writeOnnx(graphOf([node('MaxPool', { kernel_shape: [5, 5] })])))).toBe('CS0657 MaxPool `the MaxPool`: a window of 5 does not fit size 4');
    expect(codeOf(writeOnnx(graphOf([node('Reshape', {}, 's')], [{ name: 's', shape: [2], elements: [1, 48], integers: true }])))).toMatch(/^CS0657 Reshape/);
  });
  it('that would be too large is refused before it is made', () => {
    const pads = { name: 'p', shape: [8], elements: [0, 0, 2 ** 20, 0, 0, 0, 2 ** 20, 0], integers: true };
    expect(codeOf(writeOnnx(graphOf([node('Pad', {}, 'p')], [pads])))).toBe('CS0651 Pad `the Pad` makes more than 16777216 elements');
    expect(codeOf(writeOnnx(graphOf([node('Concat', { axis: 0 }, ...Array.from({ length: 5000 }, () => 'x'))])))).toBe('none');
    expect(codeOf(writeOnnx(graphOf(Array.from({ length: 5000 }, () => node('Relu')))))).toMatch(/^CS0650 .* more than 4096 parts$/);
  });
  it('with weights that cannot be computed with is refused, and no weight is shown', () => {
    const weight = (x: number): OnnxGraph['weights'] => [{ name: 'w', shape: [1], elements: [x] }];
    expect(codeOf(writeOnnx(graphOf([node('Mul', {}, 'w')], weight(NaN))))).toBe('CS0659 weight `w` has an element that is not a finite number');
    expect(codeOf(writeOnnx(graphOf([node('Div', {}, 'w')], weight(0))))).toBe('CS0659 Div `the Div` divides by a weight that is 0');
    expect(codeOf(writeOnnx(graphOf([node('Clip', {}, 'v', 'w')], [...weight(12.34375), { name: 'v', shape: [], elements: [98.765625] }])))).not.toMatch(/12\.34|98\.76/);
  });
  it('that is damaged anywhere is refused with a code, or is another model', () => {
    const bytes = writeOnnx(graphOf([node('Conv', { kernel_shape: [3, 3] }, 'w')], [{ name: 'w', shape: [2, 3, 3, 3], elements: numbers(54) }]));
    expect(codeOf(bytes)).toBe('none');
    fc.assert(fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      expect(codeOf(bytes.with(at, bytes[at]! ^ change))).toMatch(/^(none$|CS065\d )/);
    }), { numRuns: 2000 });
    for (let length = 0; length < bytes.length; length++) expect(codeOf(bytes.subarray(0, length))).toMatch(/^CS06/);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => { expect(codeOf(noise)).toMatch(/^CS065\d /); }), { numRuns: 500 });
  });
});

describe('what the owner of a model computes alone', () => {
  const run = (bytes: Uint8Array): { layers: string; output: RealTensor; exponents: readonly number[] } => {
    const { network, weights } = importOnnx(bytes);
    return { layers: network.layers.map(({ op }) => op).join(' '), output: [...runNetwork(network, weights, new Map([['x0', tensor([2, 3, 4, 4])]])).values()][0]!, exponents: network.weights.map(({ exponent }) => exponent) };
  };
  const weights = [
    { name: 'f', shape: [2, 3, 3, 3], elements: numbers(54) }, { name: 'b', shape: [2], elements: [0.5, -0.25] },
    ...['scale', 'bias', 'mean', 'variance'].map((name, i) => ({ name, shape: [2], elements: [1.5 + i, 0.75 + i / 2] })),
  ];
  const conv: OnnxNode = { op: 'Conv', inputs: ['x', 'f', 'b'], outputs: ['c'], attributes: { kernel_shape: [3, 3] } };
  const normalise: OnnxNode = { op: 'BatchNormalization', inputs: ['c', 'scale', 'bias', 'mean', 'variance'], outputs: ['y'] };

  it('batch normalisation joins the convolution before it', () => {
    const joined = run(writeOnnx(graphOf([conv, normalise], weights)));
    expect(joined.layers).toBe('conv');
    const [mean, variance, scale, bias] = ['mean', 'variance', 'scale', 'bias'].map((name) => weights.find((each) => each.name === name)!.elements) as [number[], number[], number[], number[]];
    const plain = run(writeOnnx(graphOf([{ ...conv, outputs: ['y'] }], weights))).output;
    plain.elements.forEach((x, i) => {
      const c = Math.floor(i / 4) % 2;
      expect(joined.output.elements[i]).toBeCloseTo((scale[c]! * (x - mean[c]!)) / Math.sqrt(variance[c]! + 1e-5) + bias[c]!, 9);
    });
  });
  it('a constant of the file is a weight, and says shapes where it holds integers', () => {
    const constant = (output: string, attributes: OnnxNode['attributes']): OnnxNode => ({ op: 'Constant', inputs: [], outputs: [output], attributes });
    const { layers, output, exponents } = run(writeOnnx(graphOf([
      constant('s', { value_ints: [-1, 24] }), constant('k', { value_float: { float: 0.25 } }), { op: 'Reshape', inputs: ['x', 's'], outputs: ['r'] }, { op: 'Mul', inputs: ['r', 'k'], outputs: ['y'] },
    ])));
    expect([layers, exponents, output.shape]).toEqual(['reshape multiply', [-1], [4, 24]]);
    expect([...output.elements]).toEqual(numbers(96).map((x) => x / 4));
  });
  it('but not one that is read elsewhere too', () => {
    const twice = run(writeOnnx(graphOf([conv, { ...normalise, outputs: ['n'] }, { op: 'Add', inputs: ['c', 'n'], outputs: ['y'] }], weights)));
    expect(twice.layers).toBe('conv multiply add add');
  });
  it('factors and offsets join a product, and weights of weights are computed', () => {
    const nodes: OnnxNode[] = [
      { op: 'Flatten', inputs: ['x'], outputs: ['v'] }, { op: 'Transpose', inputs: ['m'], outputs: ['t'], attributes: { perm: [1, 0] } },
      { op: 'Gemm', inputs: ['v', 't', 'k'], outputs: ['g'], attributes: { alpha: { float: 0.5 }, beta: { float: 2 } } },
      { op: 'Div', inputs: ['g', 'd'], outputs: ['h'] }, { op: 'Identity', inputs: ['h'], outputs: ['i'] }, { op: 'Dropout', inputs: ['i'], outputs: ['y'] },
    ];
    const own = [{ name: 'm', shape: [2, 48], elements: numbers(96) }, { name: 'k', shape: [2], elements: [1, 3] }, { name: 'd', shape: [2], elements: [4, 8] }];
    const { layers, output, exponents } = run(writeOnnx(graphOf(nodes, own)));
    expect(layers).toBe('flatten matmul add');
    const x = tensor([2, 3, 4, 4]).elements;
    const dot = (row: number, column: number): number => Array.from({ length: 48 }, (_, k) => x[row * 48 + k]! * own[0]!.elements[column * 48 + k]!).reduce((a, b) => a + b);
    [0, 1].forEach((row) => [0, 1].forEach((column) => expect(output.elements[2 * row + column]).toBeCloseTo((0.5 * dot(row, column) + 2 * own[1]!.elements[column]!) / own[2]!.elements[column]!, 9)));
    // 0.5 / 4 · max |m|, which is nearly 1, and 2 · 1 / 4, 2 · 3 / 8.
    expect([...exponents].sort()).toEqual([-2, 0]);
  });
});

const folder = (name: string): string | undefined => dataFile(`crypten-mnist-networks/${name}`);
(folder('reference.json') === undefined ? describe.skip : describe)(withData('the networks of CrypTen on 100 images, in the clear', 'crypten-mnist-networks/reference.json'), () => {
  interface Reference { readonly networks: Readonly<Record<string, { readonly logits_first100: readonly (readonly number[])[] }>> }
  it.each(['a', 'b'])('%s has the logits of the reference, and their labels', (name) => {
    const reference = (JSON.parse(readFileSync(folder('reference.json')!, 'utf8')) as Reference).networks[name]!;
    const raw = readFileSync(folder('t10k_first100_normalised_f32le.bin')!);
    const images = Float64Array.from({ length: raw.length / 4 }, (_, i) => raw.readFloatLE(4 * i));
    const { network, weights } = importOnnx(readFileSync(folder(`network_${name}.onnx`)!));
    const [input] = network.inputs;
    const output = [...runNetwork(network, weights, new Map([[input!.name, { shape: input!.shape.map((size) => (size === 'rows' ? 100 : size)), elements: images }]])).values()][0]!;
    const greatest = (values: readonly number[]): number => values.indexOf(Math.max(...values));
    expect(reference.logits_first100).toHaveLength(100);
    reference.logits_first100.forEach((logits, image) => expect([image, greatest(Array.from(output.elements.subarray(10 * image, 10 * image + 10)))]).toEqual([image, greatest(logits)]));
    reference.logits_first100.flat().forEach((logit, i) => expect(Math.abs(output.elements[i]! - logit)).toBeLessThan(1e-4));
  });
});
