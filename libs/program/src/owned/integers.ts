import { type Dyadic, dyadic } from '../dyadic.js';
import { type TensorType, lengthOf } from '../tensor/operator.js';
import { type ValueStep, operatorOf } from '../tensor/operators/index.js';
import { matrixShape } from '../tensor/operators/product.js';

/** The elements of a value: what is shared of it, modulo 2^64. */
export type Integers = BigInt64Array;

/** What a step reads. */
export interface Operands {
  value(name: string): Integers;
  typeOf(name: string): TensorType;
}

/** The elements of a step's result, in a new array, from those of its operands: what it gives on shares, where that is exact, and else the nearest to the exact number. */
export const evaluated = (step: ValueStep, operands: Operands): Integers => quickly(step, operands) ?? inGeneral(step, operands);

/** By exact arithmetic without scales, brought to the scale of the result. */
export function inGeneral(step: ValueStep, { value, typeOf }: Operands): Integers {
  const operator = operatorOf(step);
  const numbers = (name: string): readonly Dyadic[] => Array.from(value(name), (element) => dyadic(element, -typeOf(name).fractionBits));
  const { fractionBits } = typeOf(step.out);
  const bring = operator.error ? nearest : floor;
  return BigInt64Array.from(operator.clear(step, numbers, typeOf), (x) => bring(x, fractionBits));
}

const floor = ({ m, e }: Dyadic, fractionBits: number): bigint => shifted(m, e + fractionBits);
const nearest = ({ m, e }: Dyadic, fractionBits: number): bigint => (shifted(m, e + fractionBits + 1) + 1n) >> 1n;
const shifted = (m: bigint, bits: number): bigint => (bits >= 0 ? m << BigInt(bits) : m >> BigInt(-bits));

/** The steps that large plans are made of, in words of the processor: stores into these arrays are modulo 2^64. */
function quickly(step: ValueStep, { value, typeOf }: Operands): Integers | undefined {
  const scaleOf = (name: string): number => typeOf(name).fractionBits;
  const make = (): Integers => new BigInt64Array(lengthOf(typeOf(step.out).shape));
  switch (step.op) {
    case 'reshape': case 'within': return value(step.value).slice();
    case 'add': return summed(make(), step.terms.map((term) => [value(term), 1n]));
    case 'linear': return summed(make().fill(BigInt(step.constant ?? 0)), step.terms.map((term) => [value(term.value), BigInt(term.factor)]));
    case 'multiply': return multiplied(make(), value(step.left), value(step.right));
    case 'product': return truncated(multiplied(make(), value(step.left), value(step.right)), scaleOf(step.left) + scaleOf(step.right) - step.fractionBits);
    case 'rescale': case 'floor': return truncated(value(step.value).slice(), scaleOf(step.value) - scaleOf(step.out));
    case 'matmul': {
      const { rows, inner, columns } = matrixShape(step.out, typeOf(step.left), typeOf(step.right));
      return truncated(matrixProduct(make(), value(step.left), value(step.right), [rows, inner, columns]), scaleOf(step.left) + scaleOf(step.right) - step.fractionBits);
    }
    default: return undefined;
  }
}

function summed(out: Integers, terms: readonly (readonly [value: Integers, factor: bigint])[]): Integers {
  for (const [value, factor] of terms) {
    const every = value.length === 1 ? 0 : 1;
    for (let i = 0; i < out.length; i++) out[i]! += factor * value[i * every]!;
  }
  return out;
}

function multiplied(out: Integers, left: Integers, right: Integers): Integers {
  const [l, r] = [left, right].map(({ length }) => (length === 1 ? 0 : 1)) as [number, number];
  for (let i = 0; i < out.length; i++) out[i] = left[i * l]! * right[i * r]!;
  return out;
}

/** ⌊x / 2^bits⌋, or x · 2^−bits. */
function truncated(out: Integers, bits: number): Integers {
  const by = BigInt(Math.abs(bits));
  if (bits > 0) for (let i = 0; i < out.length; i++) out[i]! >>= by;
  if (bits < 0) for (let i = 0; i < out.length; i++) out[i]! <<= by;
  return out;
}

function matrixProduct(out: Integers, left: Integers, right: Integers, [rows, inner, columns]: readonly [number, number, number]): Integers {
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < inner; k++) {
      const factor = left[row * inner + k]!;
      for (let column = 0; column < columns; column++) out[row * columns + column]! += factor * right[k * columns + column]!;
    }
  }
  return out;
}
