import { type Range, type TensorType, broadcastShape, lengthOf, malformed } from './operator.js';
import { type ValueStep } from './operators/index.js';
import { type TensorStep } from './steps.js';

/** A tensor, or a public number. */
export type Operand = Tensor | number;

/** What tensors write their steps to: a `TensorBuilder`. */
export interface StepWriter {
  readonly fractionBits: number;
  constant(values: number | readonly number[], options?: { readonly shape?: readonly number[]; readonly fractionBits?: number }): Tensor;
  concat(tensors: readonly Tensor[], axis?: number): Tensor;
  step(of: (out: string) => ValueStep): Tensor;
}

interface Scale {
  /** Fraction bits of the result. */
  readonly fractionBits?: number;
}

interface Product extends Scale {
  /** Where the product lies, on the word of whoever writes the program as with `within`, where the ranges of its factors say less. */
  readonly between?: readonly [least: number, most: number];
}

type Comparison = Extract<TensorStep, { op: 'less' | 'equal' }>['op'];
type Pair = Extract<TensorStep, { op: 'maximum' | 'minimum' }>['op'];
type Axis = Extract<TensorStep, { op: 'max' | 'min' | 'argmax' }>['op'];
type Real = Extract<TensorStep, { op: 'reciprocal' | 'sqrt' | 'exp' | 'log' | 'sigmoid' }>['op'];

/**
 * A value of a plan that is being written: secret but where it is constant. Elementwise methods broadcast as numpy does, and bring operands to one scale.
 * Products are truncated to `fractionBits`, which is the finer of the operands' scales where it is left out. `axis` counts from the end where it is negative.
 */
export class Tensor {
  /** Made by a `TensorBuilder`. */
  constructor(readonly builder: StepWriter, readonly name: string, readonly type: TensorType) {}

  get shape(): readonly number[] {
    return this.type.shape;
  }

  get fractionBits(): number {
    return this.type.fractionBits;
  }

  get range(): Range | undefined {
    return this.type.range;
  }

  get length(): number {
    return lengthOf(this.shape);
  }

  // Sums and products.

  plus(other: Operand): Tensor {
    return this.#combined(other, '1');
  }

  minus(other: Operand): Tensor {
    return this.#combined(other, '-1');
  }

  negated(): Tensor {
    return this.builder.step((out) => ({ op: 'linear', out, terms: [{ value: this.name, factor: '-1' }] }));
  }

  times(other: Operand, { fractionBits, between }: Product = {}): Tensor {
    if (typeof other === 'number' && Number.isSafeInteger(other) && fractionBits === undefined) {
      return this.builder.step((out) => ({ op: 'linear', out, terms: [{ value: this.name, factor: String(other) }] }));
    }
    const [left, right] = this.#broadcast(this.#tensor(other));
    const scale = fractionBits ?? Math.max(left.fractionBits, right.fractionBits);
    const bound = between && endsAt(between, left.fractionBits + right.fractionBits);
    return this.builder.step((out) => ({ op: 'product', out, left: left.name, right: right.name, fractionBits: scale, ...(bound && { bound }) }));
  }

  /** value · 2^−bits, exactly: the same elements at another scale. Local. */
  shifted(bits: number): Tensor {
    return this.times(this.builder.constant(2 ** -bits, { fractionBits: bits }), { fractionBits: this.fractionBits + bits });
  }

  squared(scale: Scale = {}): Tensor {
    return this.times(this, scale);
  }

  /** [m, k] by [k, n]; a vector counts as a column on the right and as a row on the left, and comes out as one. */
  matmul(other: Tensor, { fractionBits = Math.max(this.fractionBits, other.fractionBits), between, near = false }: Product & { readonly near?: boolean } = {}): Tensor {
    const left = this.shape.length === 1 ? this.reshape([1, this.length]) : this;
    const right = other.shape.length === 1 ? other.reshape([other.length, 1]) : other;
    const bound = between && endsAt(between, left.fractionBits + right.fractionBits);
    const product = this.builder.step((out) => ({ op: 'matmul', out, left: left.name, right: right.name, fractionBits, ...(bound && { bound }), ...(near && { near }) }));
    const shape = [...(this.shape.length === 1 ? [] : [left.shape[0]!]), ...(other.shape.length === 1 ? [] : [right.shape[1]!])];
    return product.shape.length === shape.length ? product : product.reshape(shape.length === 0 ? [1] : shape);
  }

  /** The same numbers with so many fraction bits; fewer are truncated towards −∞. */
  at(fractionBits: number): Tensor {
    return fractionBits === this.fractionBits ? this : this.builder.step((out) => ({ op: 'rescale', out, value: this.name, fractionBits }));
  }

  /** The greatest integer that is not above. */
  floor(): Tensor {
    return this.fractionBits === 0 ? this : this.builder.step((out) => ({ op: 'floor', out, value: this.name }));
  }

  /** The sum over an axis, or of all elements. */
  sum(axis?: number): Tensor {
    if (axis === undefined) return this.reshape([this.length]).sum(0).reshape([1]);
    return this.builder.step((out) => ({ op: 'sum', out, value: this.name, axis: this.#axis(axis) }));
  }

  /** Σ / how many, over an axis or all elements; how many there are is public. */
  mean(axis?: number, { fractionBits = Math.max(this.fractionBits, this.builder.fractionBits) }: Scale = {}): Tensor {
    const count = axis === undefined ? this.length : this.shape[this.#axis(axis)]!;
    if (count === 0) throw malformed('the mean of no elements');
    const factor = this.builder.constant(1 / count, { fractionBits: fractionBits + Math.ceil(Math.log2(count)) });
    return this.sum(axis).times(factor, { fractionBits });
  }

  dividedBy(other: Operand, { fractionBits }: Scale = {}): Tensor {
    if (typeof other === 'number') return this.times(1 / other, { fractionBits: fractionBits ?? Math.max(this.fractionBits, this.builder.fractionBits) });
    const [left, right] = this.#broadcast(other);
    const scale = fractionBits ?? Math.max(left.fractionBits, right.fractionBits, this.builder.fractionBits);
    return this.builder.step((out) => ({ op: 'divide', out, left: left.name, right: right.name, fractionBits: scale }));
  }

  // Shapes. All local.

  reshape(shape: readonly number[]): Tensor {
    return shape.join() === this.shape.join() ? this : this.builder.step((out) => ({ op: 'reshape', out, value: this.name, shape: [...shape] }));
  }

  /** The last two axes exchanged, or all in the given order. */
  transpose(axes?: readonly number[]): Tensor {
    const all = this.shape.map((_, axis) => axis);
    const order = axes ?? [...all.slice(0, -2), ...all.slice(-2).reverse()];
    return this.builder.step((out) => ({ op: 'transpose', out, value: this.name, axes: [...order] }));
  }

  /** [from, to) along an axis. */
  slice(axis: number, from: number, to: number): Tensor {
    const along = this.#axis(axis);
    return from === 0 && to === this.shape[along] ? this : this.builder.step((out) => ({ op: 'slice', out, value: this.name, axis: along, from, to }));
  }

  /** One place of an axis, which disappears. */
  pick(axis: number, index: number): Tensor {
    const along = this.#axis(axis);
    const shape = this.shape.filter((_, i) => i !== along);
    return this.slice(along, index, index + 1).reshape(shape.length === 0 ? [1] : shape);
  }

  broadcast(shape: readonly number[]): Tensor {
    return shape.join() === this.shape.join() ? this : this.builder.step((out) => ({ op: 'broadcast', out, value: this.name, shape: [...shape] }));
  }

  // Comparisons: 1 or 0, integers.

  lessThan(other: Operand): Tensor {
    return this.#compared('less', this, this.#tensor(other));
  }

  greaterThan(other: Operand): Tensor {
    return this.#compared('less', this.#tensor(other), this);
  }

  atLeast(other: Operand): Tensor {
    return this.lessThan(other).not();
  }

  atMost(other: Operand): Tensor {
    return this.greaterThan(other).not();
  }

  equals(other: Operand): Tensor {
    return this.#compared('equal', this, this.#tensor(other));
  }

  /** 1 − this, for 0 and 1. */
  not(): Tensor {
    return this.builder.step((out) => ({ op: 'linear', out, terms: [{ value: this.name, factor: '-1' }], constant: String(1n << BigInt(this.fractionBits)) }));
  }

  /** `yes` where this is 1, `no` where it is 0. */
  select(yes: Operand, no: Operand): Tensor {
    const [a, b] = this.#tensor(yes).#aligned(this.#tensor(no));
    const shape = elementwiseShape(elementwiseShape(this.shape, a.shape), b.shape);
    const [condition, one, zero] = [this, a, b].map((tensor) => (tensor.length === 1 && lengthOf(shape) !== 1 ? tensor : tensor.broadcast(shape)));
    return this.builder.step((out) => ({ op: 'select', out, condition: condition!.name, yes: one!.name, no: zero!.name }));
  }

  relu(): Tensor {
    return this.builder.step((out) => ({ op: 'relu', out, value: this.name }));
  }

  abs(): Tensor {
    return this.builder.step((out) => ({ op: 'abs', out, value: this.name }));
  }

  maximum(other: Operand): Tensor {
    return this.#pair('maximum', other);
  }

  minimum(other: Operand): Tensor {
    return this.#pair('minimum', other);
  }

  /** What lies outside is brought to the nearer end: two comparisons. */
  clip(least: number, most: number): Tensor {
    return this.maximum(least).minimum(most);
  }

  /**
   * The same, with the word of whoever writes the program that it lies in [least, most], where that follows from more than the ranges of what it is made
   * of. A value that does not is computed wrongly and not refused; the clear-text evaluator refuses it.
   */
  within(least: number, most: number): Tensor {
    return this.builder.step((out) => ({ op: 'within', out, value: this.name, ...endsAt([least, most], this.fractionBits) }));
  }

  max(axis: number): Tensor {
    return this.#along('max', axis);
  }

  min(axis: number): Tensor {
    return this.#along('min', axis);
  }

  /** The first index of the greatest. */
  argmax(axis: number): Tensor {
    return this.#along('argmax', axis);
  }

  // Functions of real numbers.

  reciprocal(scale: Scale = {}): Tensor {
    return this.#real('reciprocal', scale);
  }

  sqrt(scale: Scale = {}): Tensor {
    return this.#real('sqrt', scale);
  }

  exp(scale: Scale = {}): Tensor {
    return this.#real('exp', scale);
  }

  log(scale: Scale = {}): Tensor {
    return this.#real('log', scale);
  }

  /** `near`: off by up to 0.0006 with five parties and 0.0009 with 16, for half the rounds. */
  sigmoid({ near = false, ...scale }: Scale & { readonly near?: boolean } = {}): Tensor {
    return this.#real('sigmoid', scale, near);
  }

  /**
   * [3, …] of values from 0 on, all integers: 2^j, j, and 1 for the greatest j with x · 2^(power · j) < 2^bits, where x is the raw integer; for x = 0 as for 1, but 0
   * in place of 1. So a number is brought to `bits` bits by a product, and its magnitude to an exponent.
   */
  normaliser(bits: number, power: 1 | 2 = 1): Tensor {
    return this.builder.step((out) => ({ op: 'normaliser', out, value: this.name, bits, power }));
  }

  /** Along the last axis. */
  softmax({ fractionBits = this.builder.fractionBits }: Scale = {}): Tensor {
    return this.builder.step((out) => ({ op: 'softmax', out, value: this.name, fractionBits }));
  }

  /** Along the last axis, ascending. */
  sort(): Tensor {
    return this.builder.step((out) => ({ op: 'sort', out, value: this.name }));
  }

  /** Of the last axis, which disappears: the lower of two middles. */
  median(): Tensor {
    return this.builder.step((out) => ({ op: 'median', out, value: this.name }));
  }

  /** Rows of this table by secret indices, integers in [0, rows). */
  lookup(index: Tensor): Tensor {
    return this.builder.step((out) => ({ op: 'lookup', out, table: this.name, index: index.name }));
  }

  #tensor(operand: Operand): Tensor {
    return typeof operand === 'number' ? this.builder.constant(operand, Number.isInteger(operand) ? {} : { fractionBits: Math.max(this.fractionBits, this.builder.fractionBits) }) : operand;
  }

  #axis(axis: number): number {
    return axis < 0 ? axis + this.shape.length : axis;
  }

  #combined(other: Operand, factor: '1' | '-1'): Tensor {
    const [left, right] = this.#aligned(this.#tensor(other));
    const [a, b] = left.#broadcast(right);
    return this.builder.step((out) => ({ op: 'linear', out, terms: [{ value: a.name, factor: '1' }, { value: b.name, factor }] }));
  }

  #compared(op: Comparison, first: Tensor, second: Tensor): Tensor {
    const [left, right] = first.#aligned(second);
    const [a, b] = left.#broadcast(right);
    return this.builder.step((out) => ({ op, out, left: a.name, right: b.name }));
  }

  #pair(op: Pair, other: Operand): Tensor {
    const [left, right] = this.#aligned(this.#tensor(other));
    const [a, b] = left.#broadcast(right);
    return this.builder.step((out) => ({ op, out, left: a.name, right: b.name }));
  }

  #along(op: Axis, axis: number): Tensor {
    return this.builder.step((out) => ({ op, out, value: this.name, axis: this.#axis(axis) }));
  }

  #real(op: Real, { fractionBits = Math.max(this.fractionBits, this.builder.fractionBits) }: Scale, near = false): Tensor {
    return this.builder.step((out) => ({ op, out, value: this.name, fractionBits, ...(near && { near }) }));
  }

  /** Both at the finer of the two scales. */
  #aligned(other: Tensor): [Tensor, Tensor] {
    const bits = Math.max(this.fractionBits, other.fractionBits);
    return [this.at(bits), other.at(bits)];
  }

  /** Both of one shape, but that a single element stays one. */
  #broadcast(other: Tensor): [Tensor, Tensor] {
    const shape = elementwiseShape(this.shape, other.shape);
    // A single element meets all of the other by itself, where the other has the result's shape.
    const fit = (tensor: Tensor, beside: Tensor): Tensor => (tensor.length === 1 && beside.shape.join() === shape.join() ? tensor : tensor.broadcast(shape));
    return [fit(this, other), fit(other, this)];
  }
}

function endsAt([least, most]: readonly [number, number], fractionBits: number): { min: string; max: string } {
  const [min, max] = [Math.floor(least * 2 ** fractionBits), Math.ceil(most * 2 ** fractionBits)];
  if (!Number.isFinite(min) || !Number.isFinite(max)) throw malformed('an end of a range is not finite');
  return { min: String(BigInt(min)), max: String(BigInt(max)) };
}

/** The shape of an elementwise result. */
function elementwiseShape(left: readonly number[], right: readonly number[]): number[] {
  const shape = broadcastShape(left, right);
  if (!shape) throw malformed(`shapes [${left.join()}] and [${right.join()}] do not fit each other`);
  return shape;
}
