import { lengthOf } from './operator.js';

/** Where windows lie along one axis: tap t of window o is at o · stride + t · dilation − before. */
export interface WindowAxis {
  /** Taps of a window. */
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front. */
  readonly before: number;
  /** How many windows. */
  readonly windows: number;
}

/**
 * For a value of `shape`, whose last axes have windows: the index of every element of [..., windows of each axis, taps of each axis], or −1 where
 * a tap lies in the padding.
 */
export function windowIndices(shape: readonly number[], axes: readonly WindowAxis[]): Int32Array {
  const outer = lengthOf(shape.slice(0, shape.length - axes.length));
  const inner = shape.slice(shape.length - axes.length);
  const plane = lengthOf(inner);
  const [windows, taps] = [axes.map((axis) => axis.windows), axes.map((axis) => axis.taps)];
  // Of one plane, which the others repeat.
  const within = new Int32Array(lengthOf(windows) * lengthOf(taps));
  const sizes = [...windows, ...taps];
  const at = sizes.map(() => 0);
  for (let i = 0; i < within.length; i++) {
    let index = 0;
    for (const [axis, { stride, dilation, before }] of axes.entries()) {
      const place = at[axis]! * stride + at[axes.length + axis]! * dilation - before;
      index = index < 0 || place < 0 || place >= inner[axis]! ? -1 : index * inner[axis]! + place;
    }
    within[i] = index;
    for (let axis = sizes.length - 1; axis >= 0 && ++at[axis]! === sizes[axis]; axis--) at[axis] = 0;
  }
  const indices = new Int32Array(outer * within.length);
  for (let o = 0; o < outer; o++) for (let i = 0; i < within.length; i++) indices[o * within.length + i] = within[i]! < 0 ? -1 : o * plane + within[i]!;
  return indices;
}
