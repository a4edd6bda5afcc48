import { lengthOf } from '../tensor/operator.js';

/** Reals of a shape, row-major. */
export interface RealTensor {
  readonly shape: readonly number[];
  readonly elements: Float64Array;
}

export const tensorOf = (shape: readonly number[], elements: ArrayLike<number>): RealTensor => ({ shape, elements: Float64Array.from(elements) });

/** One element from one each, in place. */
export const mapped = ({ shape, elements }: RealTensor, of: (x: number) => number): RealTensor => ({ shape, elements: elements.map(of) });

/** How far apart neighbours along each axis lie. */
export const stridesOf = (shape: readonly number[]): number[] => shape.map((_, axis) => lengthOf(shape.slice(axis + 1)));

/** The tensor repeated to a shape that a `broadcastShape` gave. */
export function broadcastTo(tensor: RealTensor, shape: readonly number[]): RealTensor {
  const front = shape.length - tensor.shape.length;
  const strides = stridesOf(tensor.shape);
  return picked(tensor, shape, shape.map((_, axis) => (axis < front || tensor.shape[axis - front] === 1 ? 0 : strides[axis - front]!)));
}

/** Axis i of the result is axis axes[i] of the tensor. */
export function transposed(tensor: RealTensor, axes: readonly number[]): RealTensor {
  const strides = stridesOf(tensor.shape);
  return picked(tensor, axes.map((axis) => tensor.shape[axis]!), axes.map((axis) => strides[axis]!));
}

/** The elements at Σ coordinate · stride. */
function picked({ elements }: RealTensor, shape: readonly number[], strides: readonly number[]): RealTensor {
  const own = stridesOf(shape);
  const at = (i: number): number => own.reduce((index, stride, axis) => index + (Math.floor(i / stride) % shape[axis]!) * strides[axis]!, 0);
  return { shape, elements: Float64Array.from({ length: lengthOf(shape) }, (_, i) => elements[at(i)]!) };
}
