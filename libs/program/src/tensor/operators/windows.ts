import { dyadic } from '../../dyadic.js';
import { type PlanStep } from '../../plan.js';
import { type Operator, type TensorType, lengthOf, malformed, spanning } from '../operator.js';
import { type WindowAxis, windowIndices } from '../windows.js';

type Step = Extract<PlanStep, { op: 'windows' }>;

const isCount = (n: number, least: number): boolean => Number.isSafeInteger(n) && n >= least;

/** Whether a tap lies outside of an axis of this size. */
const reachesOut = ({ taps, stride, dilation, before, windows }: WindowAxis, size: number): boolean =>
  windows > 0 && (before > 0 || (windows - 1) * stride + (taps - 1) * dilation - before >= size);

function shapeOf({ out, axes }: Step, { shape }: TensorType): readonly number[] {
  if (axes.length > shape.length) throw malformed(`\`${out}\` cuts more axes than its operand has`);
  for (const { taps, stride, dilation, before, windows } of axes) {
    if (!isCount(taps, 1) || !isCount(stride, 1) || !isCount(dilation, 1) || !isCount(before, 0) || !isCount(windows, 0)) throw malformed(`\`${out}\` has windows that make no sense`);
  }
  const made = [...shape.slice(0, shape.length - axes.length), ...axes.map((axis) => axis.windows), ...axes.map((axis) => axis.taps)];
  if (!(lengthOf(made) <= MOST_ELEMENTS)) throw malformed(`\`${out}\` has more than ${MOST_ELEMENTS} elements`);
  return made;
}
const MOST_ELEMENTS = 2 ** 28;

/** Windows that move over the last axes, such as those of a convolution. Only moves elements. */
export const windows: Operator<Step> = {
  infer: (step, typeOf) => {
    const type = typeOf(step.value);
    const shape = shapeOf(step, type);
    const outside = step.axes.some((axis, i) => reachesOut(axis, type.shape[type.shape.length - step.axes.length + i]!));
    const { open, range } = type;
    return {
      shape, fractionBits: type.fractionBits, ...(open && { open }),
      ...(range && { range: outside ? spanning(range.min, range.max, BigInt(step.fill ?? 0)) : range }),
    };
  },
  lower: ({ value, axes, fill = '0' }, { emit, register, typeOf }) => {
    const own = register(value);
    const length = emit.lengthOf(own);
    const indices = windowIndices(typeOf(value).shape, axes);
    if (!indices.includes(-1)) return emit.gather(own, Uint32Array.from(indices));
    const constant = emit.constant([BigInt(fill)]);
    const both = emit.concat([own, emit.isOpen(own) ? constant : emit.shared(constant)]);
    return emit.gather(both, Uint32Array.from(indices, (index) => (index < 0 ? length : index)));
  },
  clear: ({ value, axes, fill = '0' }, valueOf, typeOf) => {
    const { shape, fractionBits } = typeOf(value);
    const source = valueOf(value);
    const outside = dyadic(BigInt(fill), -fractionBits);
    return Array.from(windowIndices(shape, axes), (index) => (index < 0 ? outside : source[index]!));
  },
  moved: ({ value, axes }, typeOf) => windowIndices(typeOf(value).shape, axes),
};
