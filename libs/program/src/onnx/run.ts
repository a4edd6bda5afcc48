import { PlanError } from '../errors.js';
import { lengthOf } from '../tensor/operator.js';
import { windowIndices } from '../tensor/windows.js';
import { type Layer, type LayerOperation, type Network, operandsOf } from './network.js';
import { axisOf, countsOf, reducedAxes, shapeOfLayer, spatial, windowAxes } from './shapes.js';
import { type RealTensor, broadcastTo, mapped, transposed } from './tensor.js';

type Of<Op extends LayerOperation['op']> = Extract<LayerOperation, { op: Op }>;

/** What the network makes of its inputs, by output, in doubles: what every secure run of it is held against. */
export function runNetwork(network: Network, weights: ReadonlyMap<string, RealTensor>, inputs: ReadonlyMap<string, RealTensor>): Map<string, RealTensor> {
  const values = new Map([...weights, ...inputs]);
  for (const { name } of [...network.inputs, ...network.weights]) if (!values.has(name)) throw new PlanError('CS0657', `\`${name}\` has no value`);
  for (const layer of network.layers) values.set(layer.out, runLayer(layer, operandsOf(layer).map((name) => values.get(name)!)));
  return new Map(network.outputs.map(({ name, value }) => [name, values.get(value)!]));
}

const PAIRS: Readonly<Record<Of<'add' | 'subtract' | 'multiply' | 'divide'>['op'], (a: number, b: number) => number>> = {
  add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b, divide: (a, b) => a / b,
};

/** One layer on its operands, in the order of `operandsOf`. Throws CS0657 where shapes do not fit. */
export function runLayer(layer: Layer, operands: readonly RealTensor[]): RealTensor {
  const shape = shapeOfLayer(layer, operands.map((each) => each.shape));
  const [first, second, third] = operands as [RealTensor, RealTensor, RealTensor | undefined];
  const { elements } = first;
  switch (layer.op) {
    case 'matmul': return matmul(first, second, shape);
    case 'conv': return conv(layer, first, second, third, shape);
    case 'add': case 'subtract': case 'multiply': case 'divide': {
      const r = broadcastTo(second, shape).elements;
      return { shape, elements: broadcastTo(first, shape).elements.map((each, i) => PAIRS[layer.op](each, r[i]!)) };
    }
    case 'scale': return mapped(first, (x) => x * Number(layer.factor));
    case 'relu': return mapped(first, (x) => Math.max(0, x));
    case 'sigmoid': return mapped(first, (x) => 1 / (1 + Math.exp(-x)));
    case 'tanh': return mapped(first, Math.tanh);
    case 'leakyRelu': return mapped(first, (x) => (x < 0 ? x * Number(layer.slope) : x));
    case 'clip': return mapped(first, (x) => Math.min(Number(layer.max ?? Infinity), Math.max(Number(layer.min ?? -Infinity), x)));
    case 'maxPool': return { shape, elements: byLine(windowed(first, layer.windows, -Infinity), lengthOf(layer.windows.kernel), (line) => line.reduce((a, b) => Math.max(a, b))) };
    case 'averagePool': {
      const counts = countsOf(layer.windows, spatial(first.shape), layer.countPadding);
      const sums = byLine(windowed(first, layer.windows, 0), lengthOf(layer.windows.kernel), (line) => line.reduce((a, b) => a + b));
      return { shape, elements: sums.map((sum, i) => sum / counts[i % counts.length]!) };
    }
    case 'sum': case 'mean': {
      const axes = reducedAxes(layer, first.shape);
      const count = lengthOf(axes.map((axis) => first.shape[axis]!));
      const last = transposed(first, [...first.shape.keys()].filter((axis) => !axes.includes(axis)).concat(axes));
      return { shape, elements: byLine(last.elements, count, (line) => line.reduce((a, b) => a + b, 0) / (layer.op === 'mean' ? count : 1)) };
    }
    case 'reshape': case 'flatten': return { shape, elements };
    case 'transpose': return transposed(first, layer.axes ?? [...first.shape.keys()].reverse());
    case 'concat': return concat(operands, axisOf(layer.axis, first.shape), shape);
    case 'softmax': return softmax(layer, first);
    case 'argmax': {
      const axis = axisOf(layer.axis, first.shape);
      const last = transposed(first, lastOrder(first.shape, axis));
      return { shape, elements: byLine(last.elements, first.shape[axis]!, (line) => line.reduce((best, x, i) => (x > line[best]! ? i : best), 0)) };
    }
    case 'pad': {
      const indices = windowIndices(first.shape, first.shape.map((_, axis) => ({ taps: 1, stride: 1, dilation: 1, before: layer.before[axis]!, windows: shape[axis]! })));
      return { shape, elements: Float64Array.from(indices, (index) => (index < 0 ? Number(layer.fill) : elements[index]!)) };
    }
  }
}

/** The axes with one of them at the end. */
export const lastOrder = (shape: readonly number[], axis: number): number[] => [...shape.keys()].filter((each) => each !== axis).concat(axis);

const windowed = ({ shape, elements }: RealTensor, windows: Of<'conv'>['windows'], fill: number): Float64Array =>
  Float64Array.from(windowIndices(shape, windowAxes(windows, spatial(shape))), (index) => (index < 0 ? fill : elements[index]!));

/** One number of every `width` that lie together. */
function byLine(elements: Float64Array, width: number, of: (line: Float64Array) => number): Float64Array {
  return Float64Array.from({ length: elements.length / width }, (_, i) => of(elements.subarray(i * width, (i + 1) * width)));
}

function matmul(left: RealTensor, right: RealTensor, shape: readonly number[]): RealTensor {
  const outer = shape.slice(0, -2);
  const [rows, inner, columns] = [shape.at(-2)!, left.shape.at(-1)!, shape.at(-1)!];
  const [l, r] = [broadcastTo(left, [...outer, rows, inner]).elements, broadcastTo(right, [...outer, inner, columns]).elements];
  const elements = new Float64Array(lengthOf(shape));
  for (let o = 0; o < lengthOf(outer); o++) product(l.subarray(o * rows * inner), r.subarray(o * inner * columns), elements.subarray(o * rows * columns), rows, inner, columns);
  return { shape, elements };
}

/** out += left · right */
function product(left: Float64Array, right: Float64Array, out: Float64Array, rows: number, inner: number, columns: number): void {
  for (let i = 0; i < rows; i++) for (let k = 0; k < inner; k++) for (let j = 0; j < columns; j++) out[i * columns + j]! += left[i * inner + k]! * right[k * columns + j]!;
}

function conv({ windows, groups }: Of<'conv'>, value: RealTensor, filters: RealTensor, bias: RealTensor | undefined, shape: readonly number[]): RealTensor {
  const [images, maps, ...places] = shape as [number, number, ...number[]];
  const [plane, taps, channels, mapsEach] = [lengthOf(places), lengthOf(windows.kernel), filters.shape[1]!, maps / groups];
  // [images · groups · channels, plane, taps] to [images · groups · channels, taps, plane]
  const columns = transposed({ shape: [images * groups * channels, plane, taps], elements: windowed(value, windows, 0) }, [0, 2, 1]).elements;
  const elements = new Float64Array(lengthOf(shape));
  for (let part = 0; part < images * groups; part++) {
    product(filters.elements.subarray((part % groups) * mapsEach * channels * taps), columns.subarray(part * channels * taps * plane), elements.subarray(part * mapsEach * plane), mapsEach, channels * taps, plane);
  }
  return { shape, elements: bias ? elements.map((each, i) => each + bias.elements[Math.floor(i / plane) % maps]!) : elements };
}

function concat(operands: readonly RealTensor[], axis: number, shape: readonly number[]): RealTensor {
  const outer = lengthOf(shape.slice(0, axis));
  const elements = new Float64Array(lengthOf(shape));
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (const each of operands) {
      const width = lengthOf(each.shape.slice(axis));
      elements.set(each.elements.subarray(o * width, (o + 1) * width), at);
      at += width;
    }
  }
  return { shape, elements };
}

function softmax({ axis, through }: Of<'softmax'>, value: RealTensor): RealTensor {
  const at = axisOf(axis, value.shape);
  const order = through ? [...value.shape.keys()] : lastOrder(value.shape, at);
  const last = transposed(value, order);
  const width = through ? lengthOf(value.shape.slice(at)) : value.shape[at]!;
  const elements = new Float64Array(last.elements.length);
  for (let from = 0; from < elements.length; from += width) {
    const line = last.elements.subarray(from, from + width);
    const most = line.reduce((a, b) => Math.max(a, b));
    const powers = line.map((x) => Math.exp(x - most));
    const sum = powers.reduce((a, b) => a + b);
    elements.set(powers.map((each) => each / sum), from);
  }
  return transposed({ shape: last.shape, elements }, order.map((_, axisOfValue) => order.indexOf(axisOfValue)));
}
