import { add, type Dyadic, ZERO } from '../../dyadic.js';
import { type PlanStep } from '../../plan.js';
import { type Operator, type TensorType, lengthOf, malformed, rangeOf, times } from '../operator.js';
import { one } from './linear.js';

type Step<Op extends PlanStep['op']> = Extract<PlanStep, { op: Op }>;

const stridesOf = (shape: readonly number[]): number[] => shape.map((_, axis) => lengthOf(shape.slice(axis + 1)));

/** For every element of a result of `shape`, the flat index in its source: Σ coordinate · stride, with a stride for each axis of the result. */
function indicesBy(shape: readonly number[], strides: readonly number[], offset = 0): Uint32Array {
  const length = lengthOf(shape);
  const indices = new Uint32Array(length);
  const at = shape.map(() => 0);
  let index = offset;
  for (let i = 0; i < length; i++) {
    indices[i] = index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index += strides[axis]!;
      if (++at[axis]! < shape[axis]!) break;
      index -= strides[axis]! * shape[axis]!;
      at[axis] = 0;
    }
  }
  return indices;
}

/** An operator that only moves elements. */
function moving<S extends { readonly op: string; readonly out: string; readonly value: string }>(
  shapeOf: (step: S, type: TensorType) => readonly number[],
  indicesOf: (step: S, type: TensorType, shape: readonly number[]) => Uint32Array | undefined,
): Operator<S> {
  const operator: Operator<S> = {
    infer: (step, typeOf) => ({ ...typeOf(step.value), shape: shapeOf(step, typeOf(step.value)) }),
    lower: (step, { emit, register, typeOf }) => {
      const type = typeOf(step.value);
      const indices = indicesOf(step, type, shapeOf(step, type));
      return indices ? emit.gather(register(step.value), indices) : register(step.value);
    },
    clear: (step, value, typeOf) => {
      const type = typeOf(step.value);
      const indices = indicesOf(step, type, shapeOf(step, type));
      const source = value(step.value);
      return indices ? Array.from(indices, (index) => source[index]!) : source;
    },
    moved: (step, typeOf) => indicesOf(step, typeOf(step.value), shapeOf(step, typeOf(step.value))),
  };
  return operator;
}

const checkAxis = (axis: number, shape: readonly number[], out: string): void => {
  if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length) throw malformed(`\`${out}\` works along an axis that its operand lacks`);
};

export const reshape = moving<Step<'reshape'>>(
  ({ out, shape }, type) => {
    if (lengthOf(shape) !== lengthOf(type.shape)) throw malformed(`\`${out}\` has another number of elements than its operand`);
    return shape;
  },
  () => undefined,
);

export const transpose = moving<Step<'transpose'>>(
  ({ out, axes }, { shape }) => {
    if (axes.length !== shape.length || [...axes].sort((a, b) => a - b).some((axis, i) => axis !== i)) throw malformed(`\`${out}\` permutes axes that its operand lacks`);
    return axes.map((axis) => shape[axis]!);
  },
  ({ axes }, type, shape) => {
    const strides = stridesOf(type.shape);
    return indicesBy(shape, axes.map((axis) => strides[axis]!));
  },
);

const sliced = moving<Step<'slice'>>(
  ({ out, axis, from, to }, { shape }) => {
    checkAxis(axis, shape, out);
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= shape[axis]!)) throw malformed(`\`${out}\` takes what lies outside of its operand`);
    return shape.map((size, i) => (i === axis ? to - from : size));
  },
  ({ axis, from }, type, shape) => {
    const strides = stridesOf(type.shape);
    return indicesBy(shape, strides, from * strides[axis]!);
  },
);

export const slice: Operator<Step<'slice'>> = {
  ...sliced,
  lower: (step, lowering) => {
    const { shape } = lowering.typeOf(step.value);
    const { outer, inner } = around(shape, step.axis);
    // Of one stretch nothing but its ends is to be known.
    return outer === 1 ? lowering.emit.slice(lowering.register(step.value), step.from * inner, step.to * inner) : sliced.lower(step, lowering);
  },
};

export const broadcast = moving<Step<'broadcast'>>(
  ({ out, shape }, type) => {
    const front = shape.length - type.shape.length;
    if (front < 0 || type.shape.some((size, i) => size !== 1 && size !== shape[front + i])) throw malformed(`\`${out}\` cannot have this shape`);
    return shape;
  },
  (_, type, shape) => {
    const front = shape.length - type.shape.length;
    const strides = stridesOf(type.shape);
    return indicesBy(shape, shape.map((_size, axis) => (axis < front || type.shape[axis - front] === 1 ? 0 : strides[axis - front]!)));
  },
);

export const concat: Operator<Step<'concat'>> = {
  infer: ({ out, values, axis }, typeOf) => {
    const types = values.map(typeOf);
    if (types.length === 0) throw malformed(`\`${out}\` has no operands`);
    const [first] = types as [TensorType];
    checkAxis(axis, first.shape, out);
    const others = (shape: readonly number[]): string => shape.map((size, i) => (i === axis ? '*' : size)).join();
    if (types.some(({ shape }) => others(shape) !== others(first.shape))) throw malformed(`the operands of \`${out}\` do not fit each other`);
    const ranges = types.map(rangeOf);
    return {
      shape: first.shape.map((size, i) => (i === axis ? types.reduce((sum, { shape }) => sum + shape[axis]!, 0) : size)),
      fractionBits: one(types.map(({ fractionBits }) => fractionBits), out),
      ...(types.every(({ range }) => range) && {
        range: { min: ranges.reduce((least, { min }) => (min < least ? min : least), ranges[0]!.min), max: ranges.reduce((most, { max }) => (max > most ? max : most), ranges[0]!.max) },
      }),
    };
  },
  lower: ({ values, axis }, { emit, register, typeOf }) => {
    const filled = values.map(register).filter((value) => emit.lengthOf(value) > 0);
    const joined = emit.concat(filled.every((value) => emit.isOpen(value)) ? filled : filled.map((value) => emit.shared(value)));
    return axis === 0 || typeOf(values[0]!).shape.slice(0, axis).every((size) => size === 1) ? joined : emit.gather(joined, interleaved(values.map((value) => typeOf(value).shape), axis));
  },
  clear: ({ values, axis }, value, typeOf) => {
    const all = values.flatMap((name) => value(name));
    return Array.from(interleaved(values.map((name) => typeOf(name).shape), axis), (index) => all[index]!);
  },
  moved: ({ values, axis }, typeOf) => interleaved(values.map((name) => typeOf(name).shape), axis),
};

/** For the concatenation along `axis`, where each element lies in the operands one after the other. */
function interleaved(shapes: readonly (readonly number[])[], axis: number): Uint32Array {
  const outer = lengthOf(shapes[0]!.slice(0, axis));
  const widths = shapes.map((shape) => lengthOf(shape.slice(axis)));
  const starts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width * outer, 0));
  const indices: number[] = [];
  for (let o = 0; o < outer; o++) widths.forEach((width, i) => { for (let j = 0; j < width; j++) indices.push(starts[i]! + o * width + j); });
  return Uint32Array.from(indices);
}

/** An axis as outer × length × inner. */
export const around = (shape: readonly number[], axis: number): { outer: number; length: number; inner: number } =>
  ({ outer: lengthOf(shape.slice(0, axis)), length: shape[axis]!, inner: lengthOf(shape.slice(axis + 1)) });

export const sum: Operator<Step<'sum'>> = {
  infer: ({ out, value, axis }, typeOf) => {
    const type = typeOf(value);
    checkAxis(axis, type.shape, out);
    return { ...type, shape: type.shape.filter((_, i) => i !== axis), ...(type.range && { range: times(type.range, BigInt(type.shape[axis]!)) }) };
  },
  lower: ({ value, axis }, { emit, register, typeOf }) => {
    const { outer, length, inner } = around(typeOf(value).shape, axis);
    if (length === 0) return emit.constant(Array.from({ length: outer * inner }, () => 0n));
    return emit.sumAxis(register(value), outer, length, inner);
  },
  clear: ({ value, axis }, valueOf, typeOf) => {
    const { outer, length, inner } = around(typeOf(value).shape, axis);
    const source = valueOf(value);
    return Array.from({ length: outer * inner }, (_, at) => {
      let total: Dyadic = ZERO;
      for (let l = 0; l < length; l++) total = add(total, source[(Math.floor(at / inner) * length + l) * inner + (at % inner)]!);
      return total;
    });
  },
};
