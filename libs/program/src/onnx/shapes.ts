import { PlanError } from '../errors.js';
import { broadcastShape, lengthOf } from '../tensor/operator.js';
import { type WindowAxis } from '../tensor/windows.js';
import { type Layer, type LayerOperation, type Network, type Windows, operandsOf } from './network.js';

type Shape = readonly number[];
type Of<Op extends LayerOperation['op']> = Extract<LayerOperation, { op: Op }>;

const misfit = (why: string): PlanError => new PlanError('CS0657', why);

/** The shape of every value for so many rows, by name. Throws CS0657, naming the layer, where they do not fit. */
export function shapesOf(network: Network, rows: number): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  const define = (name: string, shape: Shape): void => {
    if (shapes.has(name)) throw misfit(`\`${name}\` is defined twice`);
    shapes.set(name, shape);
  };
  for (const { name, shape } of network.inputs) define(name, shape.map((size) => (size === 'rows' ? rows : size)));
  for (const { name, shape } of network.weights) define(name, shape);
  for (const layer of network.layers) define(layer.out, shapeOfLayer(layer, operandsOf(layer).map((name) => found(shapes, name, layer.node))));
  for (const { name, value } of network.outputs) found(shapes, value, `output \`${name}\``);
  return shapes;
}

function found(shapes: ReadonlyMap<string, Shape>, name: string, of: string): Shape {
  const shape = shapes.get(name);
  if (!shape) throw misfit(`${of} reads \`${name}\`, which nothing makes before it`);
  return shape;
}

/** `shapes` are those of the operands in the order of `operandsOf`. */
export function shapeOfLayer(layer: Layer, shapes: readonly Shape[]): Shape {
  try {
    return inferred(layer, shapes);
  } catch (error) {
    if (!(error instanceof PlanError) || error.code !== 'CS0657') throw error;
    throw misfit(`${layer.node}: ${error.message}`);
  }
}

function inferred(layer: LayerOperation, shapes: readonly Shape[]): Shape {
  const [first, second] = shapes as [Shape, Shape];
  switch (layer.op) {
    case 'matmul': return matmulShape(first, second);
    case 'conv': return convShape(layer, first, second, shapes[2]);
    case 'add': case 'subtract': case 'multiply': case 'divide': {
      const shape = broadcastShape(first, second);
      if (!shape) throw misfit(`shapes [${first}] and [${second}] do not fit each other`);
      return shape;
    }
    case 'scale': case 'relu': case 'sigmoid': case 'tanh': case 'leakyRelu': case 'clip': return first;
    case 'maxPool': case 'averagePool': return [...first.slice(0, 2), ...windowAxes(layer.windows, spatial(first)).map(({ windows }) => windows)];
    case 'sum': case 'mean': {
      const axes = reducedAxes(layer, first);
      return first.flatMap((size, axis) => (axes.includes(axis) ? (layer.keep ? [1] : []) : [size]));
    }
    case 'reshape': return reshaped(layer, first);
    case 'flatten': {
      const axis = layer.axis < 0 ? layer.axis + first.length : layer.axis;
      if (axis < 0 || axis > first.length) throw misfit(`shape [${first}] has no axis ${layer.axis}`);
      return [lengthOf(first.slice(0, axis)), lengthOf(first.slice(axis))];
    }
    case 'transpose': {
      const axes = layer.axes ?? first.map((_, i) => first.length - 1 - i);
      if (axes.length !== first.length || [...axes].sort((a, b) => a - b).some((axis, i) => axis !== i)) throw misfit(`axes [${axes}] are not those of shape [${first}]`);
      return axes.map((axis) => first[axis]!);
    }
    case 'concat': {
      const axis = axisOf(layer.axis, first);
      const others = (shape: Shape): string => shape.map((size, i) => (i === axis ? '*' : size)).join();
      if (shapes.some((shape) => others(shape) !== others(first))) throw misfit(`shapes ${shapes.map((shape) => `[${shape}]`).join(', ')} do not fit each other`);
      return first.map((size, i) => (i === axis ? shapes.reduce((sum, shape) => sum + shape[axis]!, 0) : size));
    }
    case 'softmax': axisOf(layer.axis, first); return first;
    case 'argmax': {
      const axis = axisOf(layer.axis, first);
      return first.flatMap((size, i) => (i === axis ? (layer.keep ? [1] : []) : [size]));
    }
    case 'pad': {
      if (layer.before.length !== first.length || layer.after.length !== first.length) throw misfit(`it pads ${layer.before.length} axes of shape [${first}]`);
      return first.map((size, axis) => size + layer.before[axis]! + layer.after[axis]!);
    }
  }
}

/** An axis counted from the front; negative ones count from the end. */
export function axisOf(axis: number, shape: Shape): number {
  const from = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(axis) || from < 0 || from >= shape.length) throw misfit(`shape [${shape}] has no axis ${axis}`);
  return from;
}

/** The axes that a sum or mean takes away, or leaves with one element. */
export function reducedAxes({ axes }: Of<'sum' | 'mean'>, shape: Shape): readonly number[] {
  if (axes === 'all') return shape.map((_, axis) => axis);
  if (axes === 'spatial') return spatial(shape).map((_, axis) => axis + 2);
  const from = axes.map((axis) => axisOf(axis, shape));
  if (new Set(from).size !== from.length) throw misfit(`axes [${axes}] name one twice`);
  return from;
}

/** The axes behind rows and channels. */
export function spatial(shape: Shape): Shape {
  if (shape.length < 3) throw misfit(`shape [${shape}] has no axes behind rows and channels`);
  return shape.slice(2);
}

function matmulShape(left: Shape, right: Shape): Shape {
  const outer = broadcastShape(left.slice(0, -2), right.slice(0, -2));
  if (left.length < 2 || right.length < 2 || !outer || left.at(-1) !== right.at(-2)) throw misfit(`matrices of shapes [${left}] and [${right}] do not fit each other`);
  return [...outer, left.at(-2)!, right.at(-1)!];
}

function convShape({ windows, groups }: Of<'conv'>, value: Shape, filters: Shape, bias: Shape | undefined): Shape {
  const sizes = spatial(value);
  const [maps, channels, ...kernel] = filters as [number, number, ...number[]];
  if (filters.length !== value.length || value[1] !== channels * groups || maps % groups !== 0) throw misfit(`filters of shape [${filters}] in ${groups} groups do not fit shape [${value}]`);
  if (kernel.join() !== windows.kernel.join()) throw misfit(`filters of shape [${filters}] have another kernel than [${windows.kernel}]`);
  if (bias && (bias.length !== 1 || bias[0] !== maps)) throw misfit(`a bias of shape [${bias}] does not fit ${maps} maps`);
  return [value[0]!, maps, ...windowAxes(windows, sizes).map((axis) => axis.windows)];
}

function reshaped({ shape, zero }: Of<'reshape'>, from: Shape): Shape {
  const sizes = shape.map((size, axis) => (size === 0 && zero === 'kept' ? from[axis] : size));
  const unknown = sizes.filter((size) => size === -1).length;
  const rest = lengthOf(sizes.map((size) => (size === undefined || size === -1 ? 1 : size)));
  const length = lengthOf(from);
  const filled = sizes.map((size) => (size === -1 ? length / rest : size));
  if (unknown > 1 || filled.some((size) => size === undefined || !Number.isSafeInteger(size) || size < 0) || lengthOf(filled as number[]) !== length) {
    throw misfit(`shape [${from}] cannot become [${shape}]`);
  }
  return filled as number[];
}

/** Where the windows lie along axes of these sizes (Conv, MaxPool, AveragePool: their output shapes and `auto_pad`). */
export function windowAxes({ kernel, strides, dilations, padding, ceil }: Windows, sizes: Shape): readonly WindowAxis[] {
  if ([kernel, strides, dilations].some((each) => each.length !== sizes.length || each.some((n) => !Number.isSafeInteger(n) || n < 1))) {
    throw misfit(`kernel [${kernel}], strides [${strides}] and dilations [${dilations}] do not fit sizes [${sizes}]`);
  }
  return sizes.map((size, axis) => {
    const [taps, stride, dilation] = [kernel[axis]!, strides[axis]!, dilations[axis]!];
    const reach = (taps - 1) * dilation + 1;
    if ('same' in padding) {
      const windows = Math.ceil(size / stride);
      const total = Math.max(0, (windows - 1) * stride + reach - size);
      return { taps, stride, dilation, before: padding.same === 'upper' ? total >> 1 : total - (total >> 1), windows };
    }
    const [before, after] = [padding.before[axis], padding.after[axis]];
    if (before === undefined || after === undefined || before < 0 || after < 0) throw misfit(`padding [${padding.before}], [${padding.after}] does not fit sizes [${sizes}]`);
    const room = size + before + after - reach;
    let windows = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
    // No window begins in the padding behind.
    if (ceil && (windows - 1) * stride >= size + before) windows -= 1;
    if (room < 0 || windows < 1) throw misfit(`a window of ${reach} does not fit size ${size}`);
    return { taps, stride, dilation, before, windows };
  });
}

/** How many taps of each window count: those within the value, and those within its padding with `countPadding`. */
export function countsOf(windows: Windows, sizes: Shape, countPadding: boolean): readonly number[] {
  const axes = windowAxes(windows, sizes);
  const perAxis = axes.map(({ taps, stride, dilation, before, windows: count }, axis) => {
    const after = countPadding ? paddingBehind(windows, axes, sizes, axis) : 0;
    const first = countPadding ? -before : 0;
    return Array.from({ length: count }, (_, o) => Array.from({ length: taps }, (__, t) => o * stride + t * dilation - before)
      .filter((place) => place >= first && place < sizes[axis]! + after).length);
  });
  return perAxis.reduce<number[]>((all, axis) => all.flatMap((count) => axis.map((own) => count * own)), [1]);
}

function paddingBehind({ padding }: Windows, axes: readonly WindowAxis[], sizes: Shape, axis: number): number {
  if (!('same' in padding)) return padding.after[axis]!;
  const { taps, stride, dilation, before, windows } = axes[axis]!;
  return Math.max(0, (windows - 1) * stride + (taps - 1) * dilation + 1 - sizes[axis]!) - before;
}
