import { type Dyadic, dyadic } from '../dyadic.js';
import { isElementwise, operandsOf } from '../tensor/operands.js';
import { type TensorType, lengthOf } from '../tensor/operator.js';
import { type ValueStep, operatorOf } from '../tensor/operators/index.js';
import { matrixShape } from '../tensor/operators/product.js';
import { around } from '../tensor/operators/shape.js';

/** The elements of a value: what is shared of it, modulo 2^64. */
export type Integers = BigInt64Array;

/** What a step reads. */
export interface Operands {
  value(name: string): Integers;
  typeOf(name: string): TensorType;
}

/** The elements of a step's result, in a new array, from those of its operands: what it gives on shares, where that is exact, and else the nearest to the exact number. */
export const evaluated = (step: ValueStep, operands: Operands): Integers => quickly(step, operands) ?? inGeneral(step, operands);

/** Elements that are brought into exact numbers at a time. */
const CHUNK = 2 ** 16;

/** By exact arithmetic without scales, brought to the scale of the result. */
export function inGeneral(step: ValueStep, operands: Operands): Integers {
  const length = lengthOf(operands.typeOf(step.out).shape);
  if (length <= CHUNK || !isElementwise(step)) return exactly(step, operands);
  const out = new BigInt64Array(length);
  for (let from = 0; from < length; from += CHUNK) {
    const to = Math.min(length, from + CHUNK);
    const isSingle = (name: string): boolean => operands.value(name).length === 1;
    out.set(exactly(step, {
      value: (name) => (isSingle(name) ? operands.value(name) : operands.value(name).subarray(from, to)),
      typeOf: (name) => ({ ...operands.typeOf(name), shape: name !== step.out && isSingle(name) ? [1] : [to - from] }),
    }), from);
  }
  return out;
}

function exactly(step: ValueStep, { value, typeOf }: Operands): Integers {
  const operator = operatorOf(step);
  const known = new Map<string, readonly Dyadic[]>();
  const numbers = (name: string): readonly Dyadic[] => {
    const made = known.get(name) ?? Array.from(value(name), (element) => dyadic(element, -typeOf(name).fractionBits));
    known.set(name, made);
    return made;
  };
  const { fractionBits } = typeOf(step.out);
  const bring = operator.error ? nearest : floor;
  return BigInt64Array.from(operator.clear(step, numbers, typeOf), (x) => bring(x, fractionBits));
}

const floor = ({ m, e }: Dyadic, fractionBits: number): bigint => shifted(m, e + fractionBits);
const nearest = ({ m, e }: Dyadic, fractionBits: number): bigint => (shifted(m, e + fractionBits + 1) + 1n) >> 1n;
const shifted = (m: bigint, bits: number): bigint => (bits >= 0 ? m << BigInt(bits) : m >> BigInt(-bits));

/** The steps that large plans are made of, in words of the processor: stores into these arrays are modulo 2^64. Nothing for others. */
export function quickly(step: ValueStep, { value, typeOf }: Operands): Integers | undefined {
  const scaleOf = (name: string): number => typeOf(name).fractionBits;
  const make = (): Integers => new BigInt64Array(lengthOf(typeOf(step.out).shape));
  switch (step.op) {
    case 'within': return value(step.value).slice();
    case 'reshape': case 'transpose': case 'slice': case 'broadcast': case 'concat': case 'windows':
      return moved(make(), operandsOf(step).map(value), operatorOf(step).moved!(step, typeOf), step.op === 'windows' ? BigInt(step.fill ?? 0) : 0n);
    case 'less': return each(make(), [step.left, step.right].map(value), (a, b) => (a < b ? 1n : 0n));
    case 'equal': return each(make(), [step.left, step.right].map(value), (a, b) => (a === b ? 1n : 0n));
    case 'maximum': return each(make(), [step.left, step.right].map(value), (a, b) => (a < b ? b : a));
    case 'minimum': return each(make(), [step.left, step.right].map(value), (a, b) => (a < b ? a : b));
    case 'relu': return each(make(), [value(step.value)], (a) => (a < 0n ? 0n : a));
    case 'abs': return each(make(), [value(step.value)], (a) => (a < 0n ? -a : a));
    case 'select': return each(make(), [step.condition, step.yes, step.no].map(value), (asked, yes, no) => (asked === 0n ? no : yes));
    case 'sum': return summedAlong(make(), value(step.value), around(typeOf(step.value).shape, step.axis));
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

function each(out: Integers, operands: readonly Integers[], of: (a: bigint, b: bigint, c: bigint) => bigint): Integers {
  const [a, b = a, c = a] = operands as [Integers, Integers?, Integers?];
  const [i1, i2, i3] = [a, b, c].map(({ length }) => (length === 1 ? 0 : 1)) as [number, number, number];
  for (let i = 0; i < out.length; i++) out[i] = of(a[i * i1]!, b[i * i2]!, c[i * i3]!);
  return out;
}

function moved(out: Integers, operands: readonly Integers[], indices: Uint32Array | Int32Array | undefined, outside: bigint): Integers {
  const all = new BigInt64Array(operands.reduce((sum, { length }) => sum + length, 0));
  operands.reduce((at, each) => (all.set(each, at), at + each.length), 0);
  if (!indices) out.set(all);
  else for (let i = 0; i < out.length; i++) out[i] = indices[i]! < 0 ? outside : all[indices[i]!]!;
  all.fill(0n);
  return out;
}

function summedAlong(out: Integers, value: Integers, { outer, length, inner }: ReturnType<typeof around>): Integers {
  for (let o = 0; o < outer; o++) {
    for (let l = 0; l < length; l++) for (let i = 0; i < inner; i++) out[o * inner + i]! += value[(o * length + l) * inner + i]!;
  }
  return out;
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
