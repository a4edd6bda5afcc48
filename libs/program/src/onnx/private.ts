import { PlanError } from '../errors.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Range, lengthOf, magnitude } from '../tensor/operator.js';
import { type Tensor } from '../tensor/tensor.js';
import { type WindowAxis } from '../tensor/windows.js';
import { type Layer, type LayerOperation, type Network, type NetworkInput, type Weight } from './network.js';
import { lastOrder } from './run.js';
import { axisOf, countsOf, reducedAxes, shapesOf, spatial, windowAxes } from './shapes.js';

type Of<Op extends LayerOperation['op']> = Extract<LayerOperation, { op: Op }>;

export interface PrivateNetwork {
  readonly rows: number;
  /** Of what passes between layers. */
  readonly fractionBits: number;
  /** A weight has so many fraction bits below its own magnitude. */
  readonly weightBits: number;
  input(input: NetworkInput, shape: readonly number[]): Tensor;
  weight(weight: Weight, fractionBits: number): Tensor;
}

/**
 * Writes a network as steps, with weights and inputs secret alike; the outputs by name. Products keep all their fraction bits until something needs fewer, so that a bias costs nothing
 * and an output no truncation; where a product meets `relu`, its sign is found while it is truncated. Throws PlanError: CS0633, here or by `checkPlan`, where words are too short.
 */
export function writeNetwork(builder: TensorBuilder, network: Network, options: PrivateNetwork): Map<string, Tensor> {
  const writer = new NetworkSteps(builder, network, options);
  for (const [i, layer] of network.layers.entries()) {
    builder.stage({ kind: 'layer', index: i + 1, of: network.layers.length, name: layer.node.replaceAll('`', '') });
    writer.write(layer);
  }
  builder.stage();
  return new Map(network.outputs.map(({ name, value }) => [name, writer.value(value)]));
}

/** Fraction bits of a public factor that is no sum of few powers of two, below its own magnitude. */
const FACTOR_BITS = 18;
const MOST_EXACT_BITS = 12;
/** So many more fraction bits than pass between layers do no harm: what a mean of 2^k values has is not truncated away, as the next product is anyway. */
const SPARE_BITS = 4;

/** Of a word's 59 or 62 that an addend may take. */
const MOST_BITS = 56;

class NetworkSteps {
  readonly #values = new Map<string, Tensor>();
  readonly #settled = new Map<string, Tensor>();
  readonly #weights: ReadonlyMap<string, Weight>;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;

  constructor(readonly builder: TensorBuilder, network: Network, readonly options: PrivateNetwork) {
    this.#weights = new Map(network.weights.map((weight) => [weight.name, weight]));
    this.#shapes = shapesOf(network, options.rows);
    for (const input of network.inputs) this.#values.set(input.name, options.input(input, this.#shapes.get(input.name)!));
  }

  value(name: string): Tensor {
    return this.#values.get(name)!;
  }

  write(layer: Layer): void {
    const made = this.#made(layer);
    const shape = this.#shapes.get(layer.out)!;
    // A tensor has at least one axis.
    this.#values.set(layer.out, made.reshape(shape.length === 0 ? [1] : shape));
  }

  #made(layer: Layer): Tensor {
    switch (layer.op) {
      case 'matmul': return this.#matmul(layer);
      case 'conv': return this.#conv(layer);
      case 'add': case 'subtract': {
        const [left, right] = this.#aligned(layer.left, layer.right);
        return layer.op === 'add' ? left.plus(right) : left.minus(right);
      }
      case 'multiply': {
        const [left, right] = [this.#factor(layer.left), this.#factor(layer.right)];
        return left.times(right, { fractionBits: left.fractionBits + right.fractionBits });
      }
      case 'divide': return this.#factor(layer.left).dividedBy(this.#factor(layer.right), { fractionBits: this.options.fractionBits });
      case 'scale': return this.#scaled(this.value(layer.value), Number(layer.factor));
      case 'relu': return this.#relu(this.value(layer.value));
      case 'leakyRelu': {
        // slope · x + (1 − slope) · relu(x)
        const x = this.#settle(this.value(layer.value));
        const slope = Number(layer.slope);
        return this.#scaled(x, slope).plus(this.#scaled(this.#relu(this.value(layer.value)), 1 - slope));
      }
      case 'clip': return this.#clip(layer);
      case 'sigmoid': return this.#settle(this.value(layer.value)).sigmoid({ fractionBits: this.options.fractionBits });
      // tanh(x) = 2 · σ(2x) − 1
      case 'tanh': return this.#settle(this.value(layer.value)).times(2).sigmoid({ fractionBits: this.options.fractionBits }).times(2).minus(1);
      case 'maxPool': {
        const x = this.#settle(this.value(layer.value));
        return this.#windows(x, windowAxes(layer.windows, spatial(x.shape)), x.range!.min).max(-1);
      }
      case 'averagePool': return this.#averagePool(layer);
      case 'sum': case 'mean': return this.#reduced(layer);
      case 'reshape': case 'flatten': return this.value(layer.value);
      case 'transpose': return this.value(layer.value).transpose(layer.axes ?? [...this.#shape(layer.value).keys()].reverse());
      case 'concat': return this.builder.concat(layer.values.map((name) => this.#operand(name, this.options.fractionBits)), axisOf(layer.axis, this.#shape(layer.values[0]!)));
      case 'softmax': return this.#softmax(layer);
      case 'argmax': return this.value(layer.value).argmax(axisOf(layer.axis, this.#shape(layer.value)));
      case 'pad': {
        const x = this.value(layer.value);
        const axes = x.shape.map((size, axis): WindowAxis => ({ taps: 1, stride: 1, dilation: 1, before: layer.before[axis]!, windows: size + layer.before[axis]! + layer.after[axis]! }));
        return this.#windows(x, axes, BigInt(Math.round(Number(layer.fill) * 2 ** x.fractionBits)));
      }
    }
  }

  #shape(name: string): readonly number[] {
    return this.#shapes.get(name)!;
  }

  /** A value with hardly more fraction bits than pass between layers. */
  #settle(x: Tensor): Tensor {
    if (this.#isSettled(x)) return x;
    const known = this.#settled.get(x.name) ?? x.at(this.options.fractionBits);
    this.#settled.set(x.name, known);
    return known;
  }

  #isSettled({ fractionBits }: Tensor): boolean {
    return fractionBits <= this.options.fractionBits + SPARE_BITS;
  }

  #weight(weight: Weight, fractionBits: number): Tensor {
    const made = this.options.weight(weight, fractionBits);
    return made.reshape(weight.shape.length === 0 ? [1] : weight.shape);
  }

  /** A value, settled; a weight with the bits that suit it. */
  #factor(name: string): Tensor {
    const weight = this.#weights.get(name);
    return weight ? this.#weight(weight, this.options.weightBits - weight.exponent) : this.#settle(this.value(name));
  }

  /** A value, settled; a weight with so many bits. */
  #operand(name: string, fractionBits: number): Tensor {
    const weight = this.#weights.get(name);
    return weight ? this.#weight(weight, fractionBits) : this.#settle(this.value(name));
  }

  /** Of one scale: weights take that of what they meet. */
  #aligned(left: string, right: string): [Tensor, Tensor] {
    const [own, other] = [left, right].map((name) => this.#values.get(name));
    if (own && other) return own.fractionBits === other.fractionBits ? [own, other] : [this.#settle(own), this.#settle(other)];
    const [met, weight] = own ? [own, right] : [other!, left];
    const value = this.#hasRoom(met, weight) ? met : this.#settle(met);
    const added = this.#operand(weight, value.fractionBits);
    return own ? [value, added] : [added, value];
  }

  /** Whether a weight of its magnitude can be added at the scale of a value: products with small weights have many fraction bits. */
  #hasRoom({ fractionBits }: Tensor, weight: string): boolean {
    const { exponent = 0 } = this.#weights.get(weight) ?? {};
    return exponent + fractionBits <= MOST_BITS;
  }

  #relu(x: Tensor): Tensor {
    if (this.#isSettled(x)) return x.relu();
    const settled = this.#settle(x);
    const kept = settled.times(x.lessThan(0).not());
    return this.builder.step((out) => ({ op: 'within', out, value: kept.name, min: '0', max: String(settled.range!.max < 0n ? 0n : settled.range!.max) }));
  }

  /** x + [x < min] · (min − x) + [max < x] · (max − x), with both comparisons at once. */
  #clip({ value, min, max }: Of<'clip'>): Tensor {
    const x = this.#settle(this.value(value));
    if (min === undefined && max === undefined) return x;
    const end = (text: string): Tensor => this.builder.constant(Number(text), { fractionBits: x.fractionBits });
    const moved = (asked: Tensor, to: Tensor): Tensor => to.minus(x).times(asked);
    const [low, high] = [min === undefined ? undefined : end(min), max === undefined ? undefined : end(max)];
    const parts = [...(low ? [moved(x.lessThan(low), low)] : []), ...(high ? [moved(x.greaterThan(high), high)] : [])];
    const clipped = parts.reduce((sum, part) => sum.plus(part), x);
    const clamp = (end: bigint): bigint => [low?.range?.min, high?.range?.max].reduce<bigint>((kept, bound, i) => (bound === undefined ? kept : i === 0 ? (kept < bound ? bound : kept) : kept > bound ? bound : kept), end);
    return this.builder.step((out) => ({ op: 'within', out, value: clipped.name, min: String(clamp(x.range!.min)), max: String(clamp(x.range!.max)) }));
  }

  /** By a public number: exactly where it is a sum of few powers of two. */
  #scaled(x: Tensor, factor: number): Tensor {
    if (factor === 1) return x;
    const exact = Array.from({ length: MOST_EXACT_BITS + 1 }, (_, bits) => bits).find((bits) => Number.isInteger(factor * 2 ** bits) && Math.abs(factor * 2 ** bits) < 2 ** MOST_EXACT_BITS);
    if (exact !== undefined) return this.#times(x, factor, exact);
    return this.#times(this.#settle(x), factor, FACTOR_BITS - Math.floor(Math.log2(Math.abs(factor))));
  }

  #times(x: Tensor, factor: number, bits: number): Tensor {
    return x.times(this.builder.constant(factor, { fractionBits: bits }), { fractionBits: x.fractionBits + bits });
  }

  /** What a row of a matrix of weights, or a filter, makes of values as large as these. */
  #bound(factor: Range, weight: Weight | undefined, weightBits: number, terms: number): { min: string; max: string } | undefined {
    if (weight?.gain === undefined) return undefined;
    // Σ |w| · 2^bits, and half a unit that rounding may add to each.
    const sum = BigInt(Math.ceil(2 ** (weight.gain + weightBits))) + BigInt(terms);
    const most = magnitude(factor) * sum;
    return { min: String(-most), max: String(most) };
  }

  /** [m, k] by [k, n], not truncated. */
  #product(left: Tensor, right: Tensor, weight?: { readonly of: Weight | undefined; readonly other: Tensor; readonly bits: number }): Tensor {
    const bound = weight && this.#bound(weight.other.range!, weight.of, weight.bits, left.shape[1]!);
    return this.builder.step((out) => ({ op: 'matmul', out, left: left.name, right: right.name, fractionBits: left.fractionBits + right.fractionBits, ...(bound && { bound }) }));
  }

  #matmul({ left, right, out }: Layer & Of<'matmul'>): Tensor {
    const [l, r] = [this.#factor(left), this.#factor(right)];
    const weight = this.#weights.get(right) ?? this.#weights.get(left);
    const facts = { of: weight, other: this.#weights.has(right) ? l : r, bits: this.#weights.has(right) ? r.fractionBits : l.fractionBits };
    const inner = l.shape.at(-1)!;
    if (r.shape.length === 2) return this.#product(l.reshape([l.length / inner, inner]), r, facts);
    const outer = this.#shape(out).slice(0, -2);
    const [rows, columns] = [l.shape.at(-2)!, r.shape.at(-1)!];
    const [a, b] = [l.broadcast([...outer, rows, inner]), r.broadcast([...outer, inner, columns])].map((each) => each.reshape([lengthOf(outer), ...each.shape.slice(-2)])) as [Tensor, Tensor];
    return this.builder.concat(Array.from({ length: lengthOf(outer) }, (_, i) => this.#product(a.pick(0, i), b.pick(0, i), facts)));
  }

  /** Windows as the rows of a matrix, by filters as its columns. */
  #conv({ value, filters, bias, windows, groups, out }: Layer & Of<'conv'>): Tensor {
    const [x, f] = [this.#settle(this.value(value)), this.#factor(filters)];
    const [images, maps, ...places] = this.#shape(out) as [number, number, ...number[]];
    const cut = this.#cut(x, windowAxes(windows, spatial(x.shape)), 0n);
    const axes = places.length;
    const [rows, taps, channels] = [images * lengthOf(places), lengthOf(windows.kernel), f.shape[1]!];
    // [images, channels, ...places, ...taps] to [images, ...places, channels, ...taps]
    const order = [0, ...places.map((_, i) => 2 + i), 1, ...places.map((_, i) => 2 + axes + i)];
    const [perGroup, weight] = [maps / groups, this.#weights.get(filters)];
    const parts = Array.from({ length: groups }, (_, g) => this.#product(
      cut.slice(1, g * channels, (g + 1) * channels).transpose(order).reshape([rows, channels * taps]),
      f.slice(0, g * perGroup, (g + 1) * perGroup).reshape([perGroup, channels * taps]).transpose(),
      { of: weight, other: x, bits: f.fractionBits },
    ));
    const whole = this.builder.concat(parts, 1);
    const product = bias === undefined || this.#hasRoom(whole, bias) ? whole : this.#settle(whole);
    const sum = bias === undefined ? product : product.plus(this.#operand(bias, product.fractionBits));
    return sum.reshape([images, ...places, maps]).transpose([0, axes + 1, ...places.map((_, i) => i + 1)]);
  }

  #cut(x: Tensor, axes: readonly WindowAxis[], fill: bigint): Tensor {
    return this.builder.step((out) => ({ op: 'windows', out, value: x.name, axes, ...(fill !== 0n && { fill: String(fill) }) }));
  }

  /** The taps of each window along one last axis. */
  #windows(x: Tensor, axes: readonly WindowAxis[], fill: bigint): Tensor {
    const cut = this.#cut(x, axes, fill);
    return cut.reshape([...cut.shape.slice(0, x.shape.length), lengthOf(axes.map(({ taps }) => taps))]);
  }

  #averagePool({ value, windows, countPadding }: Of<'averagePool'>): Tensor {
    const own = this.value(value);
    const counts = countsOf(windows, spatial(own.shape), countPadding);
    const sums = (x: Tensor): Tensor => this.#windows(x, windowAxes(windows, spatial(x.shape)), 0n).sum(-1);
    if (counts.some((count) => count === 0)) throw new PlanError('CS0657', 'a window of an average lies outside of its value');
    if (counts.every((count) => count === counts[0])) return this.#scaled(sums(own), 1 / counts[0]!);
    const sum = sums(this.#settle(own));
    const factors = this.builder.constant(counts.map((count) => 1 / count), { shape: sum.shape.slice(2), fractionBits: FACTOR_BITS });
    return sum.times(factors, { fractionBits: sum.fractionBits + FACTOR_BITS });
  }

  #reduced(layer: Of<'sum' | 'mean'>): Tensor {
    const x = this.value(layer.value);
    const axes = reducedAxes(layer, this.#shape(layer.value));
    const sum = [...axes].sort((a, b) => b - a).reduce((each, axis) => each.sum(axis), x);
    return layer.op === 'sum' ? sum : this.#scaled(sum, 1 / lengthOf(axes.map((axis) => x.shape[axis]!)));
  }

  #softmax({ value, axis, through }: Of<'softmax'>): Tensor {
    const x = this.#settle(this.value(value));
    const shape = this.#shape(value);
    const at = axisOf(axis, shape);
    const { fractionBits } = this.options;
    if (through) return x.reshape([lengthOf(shape.slice(0, at)), lengthOf(shape.slice(at))]).softmax({ fractionBits });
    const order = lastOrder(shape, at);
    return x.transpose(order).softmax({ fractionBits }).transpose(order.map((_, of) => order.indexOf(of)));
  }
}
