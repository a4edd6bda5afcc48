import { compare, dyadic, type Dyadic, negate, ZERO } from '../../dyadic.js';
import { isNegative, isZero, toWords } from '../../machine/conversions.js';
import { type Register } from '../../machine/instructions.js';
import { type PlanStep } from '../../plan.js';
import { type Lowering, type Operator, type TensorType, commonShape, lengthOf, malformed, rangeOf, spanning } from '../operator.js';
import { at, one } from './linear.js';
import { multiplied } from './product.js';
import { around } from './shape.js';

type Step<Op extends PlanStep['op']> = Extract<PlanStep, { op: Op }>;

const bit: TensorType['range'] = { min: 0n, max: 1n };
export const yes = dyadic(1n);

/** Operands of one scale, and the shape of what they make. */
function together(out: string, types: readonly TensorType[]): { shape: readonly number[]; fractionBits: number } {
  return { shape: commonShape(types.map(({ shape }) => shape), out), fractionBits: one(types.map(({ fractionBits }) => fractionBits), out) };
}

/** left − right, of the length of the longer. Its range, and so the sign, has room for the difference of the ranges. */
function difference({ emit }: Lowering, left: Register, right: Register): Register {
  const value = emit.subtract(left, right);
  return emit.isOpen(value) ? emit.shared(value) : value;
}

const differenceRange = (left: TensorType, right: TensorType): TensorType['range'] =>
  left.range && right.range && { min: left.range.min - right.range.max, max: left.range.max - right.range.min };

const compared = (out: string, left: TensorType, right: TensorType): TensorType => ({
  shape: together(out, [left, right]).shape, fractionBits: 0, range: bit, ...(differenceRange(left, right) && { peak: differenceRange(left, right) }),
});

/** 1 where left < right, as words. */
export const lessThan = (lowering: Lowering, left: Register, right: Register): Register =>
  toWords(lowering.emit, isNegative(lowering.emit, difference(lowering, left, right)));

export const less: Operator<Step<'less'>> = {
  infer: ({ out, left, right }, typeOf) => compared(out, typeOf(left), typeOf(right)),
  lower: ({ left, right }, lowering) => lessThan(lowering, lowering.register(left), lowering.register(right)),
  clear: (step, value, typeOf) => Array.from({ length: lengthOf(less.infer(step, typeOf).shape) }, (_, i) =>
    (compare(at(value(step.left), i), at(value(step.right), i)) < 0 ? yes : ZERO)),
};

export const equal: Operator<Step<'equal'>> = {
  infer: ({ out, left, right }, typeOf) => compared(out, typeOf(left), typeOf(right)),
  lower: ({ left, right }, lowering) => toWords(lowering.emit, isZero(lowering.emit, difference(lowering, lowering.register(left), lowering.register(right)))),
  clear: (step, value, typeOf) => Array.from({ length: lengthOf(equal.infer(step, typeOf).shape) }, (_, i) =>
    (compare(at(value(step.left), i), at(value(step.right), i)) === 0 ? yes : ZERO)),
};

/** `yes` where the words of `condition` are 1. */
export function selected(lowering: Lowering, condition: Register, whenOne: Register, whenZero: Register): Register {
  const { emit } = lowering;
  return emit.add(whenZero, multiplied(lowering, condition, emit.subtract(whenOne, whenZero)));
}

const unionRange = (types: readonly TensorType[]): TensorType['range'] =>
  types.every(({ range }) => range) ? spanning(...types.flatMap((type) => [rangeOf(type).min, rangeOf(type).max])) : undefined;

export const select: Operator<Step<'select'>> = {
  infer: ({ out, condition, yes: whenOne, no }, typeOf) => {
    const [asked, first, second] = [typeOf(condition), typeOf(whenOne), typeOf(no)];
    if (asked.fractionBits !== 0 || !asked.range || asked.range.min < 0n || asked.range.max > 1n) throw malformed(`the condition of \`${out}\` is not of zeros and ones`);
    const { fractionBits } = together(out, [first, second]);
    const range = unionRange([first, second]);
    return { shape: commonShape([asked.shape, first.shape, second.shape], out), fractionBits, ...(range && { range, peak: differenceRange(first, second) }) };
  },
  lower: (step, lowering) => selected(lowering, lowering.register(step.condition), lowering.register(step.yes), lowering.register(step.no)),
  clear: (step, value, typeOf) => Array.from({ length: lengthOf(select.infer(step, typeOf).shape) }, (_, i) =>
    at(value(at(value(step.condition), i).m === 0n ? step.no : step.yes), i)),
};

const atLeastZero = ({ range, ...type }: TensorType): TensorType => ({ ...type, open: false, ...(range && { range: { min: range.min < 0n ? 0n : range.min, max: range.max < 0n ? 0n : range.max } }) });

export const relu: Operator<Step<'relu' | 'abs'>> = {
  infer: ({ value }, typeOf) => atLeastZero(typeOf(value)),
  lower: ({ value }, lowering) => {
    const { emit } = lowering;
    const x = lowering.register(value);
    return multiplied(lowering, emit.sum([{ value: lessThanZero(lowering, x), factor: -1n }], 1n), x);
  },
  clear: ({ value }, valueOf) => valueOf(value).map((x) => (x.m < 0n ? ZERO : x)),
};

export const abs: Operator<Step<'relu' | 'abs'>> = {
  infer: ({ value }, typeOf) => {
    const { range, ...type } = typeOf(value);
    const [low, high] = range ? [range.min < 0n ? -range.min : range.min, range.max < 0n ? -range.max : range.max] : [0n, 0n];
    return { ...type, open: false, ...(range && { range: { min: range.min <= 0n && range.max >= 0n ? 0n : low < high ? low : high, max: low > high ? low : high } }) };
  },
  lower: ({ value }, lowering) => {
    const { emit } = lowering;
    const x = lowering.register(value);
    // x · (1 − 2·[x < 0])
    return multiplied(lowering, emit.sum([{ value: lessThanZero(lowering, x), factor: -2n }], 1n), x);
  },
  clear: ({ value }, valueOf) => valueOf(value).map((x) => (x.m < 0n ? negate(x) : x)),
};

/** [x < 0] as words. */
export function lessThanZero({ emit }: Lowering, x: Register): Register {
  return toWords(emit, isNegative(emit, emit.isOpen(x) ? emit.shared(x) : x));
}

const larger = (a: Dyadic, b: Dyadic): Dyadic => (compare(a, b) < 0 ? b : a);
const smaller = (a: Dyadic, b: Dyadic): Dyadic => (compare(a, b) < 0 ? a : b);

/** The greater, or the less, of two. */
const extreme = (pick: (lowering: Lowering, less: Register, left: Register, right: Register) => Register, clear: (a: Dyadic, b: Dyadic) => Dyadic): Operator<Step<'maximum' | 'minimum'>> => {
  const operator: Operator<Step<'maximum' | 'minimum'>> = {
    infer: ({ out, left, right }, typeOf) => {
      const types = [typeOf(left), typeOf(right)];
      const range = unionRange(types);
      return { ...together(out, types), ...(range && { range, peak: differenceRange(types[0]!, types[1]!) }) };
    },
    lower: ({ left, right }, lowering) => {
      const [l, r] = [lowering.register(left), lowering.register(right)];
      return pick(lowering, lessThan(lowering, l, r), l, r);
    },
    clear: (step, value, typeOf) => Array.from({ length: lengthOf(operator.infer(step, typeOf).shape) }, (_, i) => clear(at(value(step.left), i), at(value(step.right), i))),
  };
  return operator;
};

export const maximum = extreme((lowering, isLess, left, right) => selected(lowering, isLess, right, left), larger);
export const minimum = extreme((lowering, isLess, left, right) => selected(lowering, isLess, left, right), smaller);

/** Along an axis in ⌈log₂ length⌉ comparisons one after the other: winners of neighbours, from the first on. */
function tournament(lowering: Lowering, columns: readonly Register[], beats: (lowering: Lowering, first: Register, second: Register) => Register, carried: readonly (readonly Register[])[]): Register[] {
  const { emit } = lowering;
  let rows: Register[][] = columns.map((column, i) => [column, ...carried.map((each) => each[i]!)]);
  while (rows.length > 1) {
    const pairs = rows.length >> 1;
    const [first, second] = [0, 1].map((side) => rows[0]!.map((_, part) => emit.concat(Array.from({ length: pairs }, (__, i) => rows[2 * i + side]![part]!)))) as [Register[], Register[]];
    const secondWins = beats(lowering, first[0]!, second[0]!);
    const winners = first.map((value, part) => selected(lowering, secondWins, second[part]!, value));
    const width = emit.lengthOf(columns[0]!);
    const next = Array.from({ length: pairs }, (_, i) => winners.map((all) => emit.slice(all, i * width, (i + 1) * width)));
    rows = rows.length % 2 === 1 ? [...next, rows.at(-1)!] : next;
  }
  return rows[0]!;
}

/** The greatest of several registers, element by element. */
export const greatest = (lowering: Lowering, columns: readonly Register[]): Register => tournament(lowering, columns, secondIsGreater, [])[0]!;

/** The slices of a value along an axis, each of outer × inner elements. */
function slices({ emit, register, typeOf }: Lowering, value: string, axis: number): Register[] {
  const { outer, length, inner } = around(typeOf(value).shape, axis);
  return Array.from({ length }, (_, l) => emit.gather(shared(emit, register(value)), Uint32Array.from({ length: outer * inner }, (__, i) => (Math.floor(i / inner) * length + l) * inner + (i % inner))));
}

const shared = (emit: Lowering['emit'], value: Register): Register => (emit.isOpen(value) ? emit.shared(value) : value);

const secondIsGreater = (lowering: Lowering, first: Register, second: Register): Register => lessThan(lowering, first, second);
const secondIsLess = (lowering: Lowering, first: Register, second: Register): Register => lessThan(lowering, second, first);

function reducedType(step: Step<'max' | 'min' | 'argmax'>, type: TensorType): TensorType {
  const length = type.shape[step.axis];
  if (length === undefined || length < 1) throw malformed(`\`${step.out}\` looks for an element along an axis that has none`);
  const range = type.range && { min: type.range.min - type.range.max, max: type.range.max - type.range.min };
  return { ...type, open: false, shape: type.shape.filter((_, i) => i !== step.axis), ...(range && { peak: range }) };
}

/** The elements along the axis, for every place of the result. */
function lines(step: { readonly value: string; readonly axis: number }, value: (name: string) => readonly Dyadic[], type: TensorType): Dyadic[][] {
  const { outer, length, inner } = around(type.shape, step.axis);
  const source = value(step.value);
  return Array.from({ length: outer * inner }, (_, i) => Array.from({ length }, (__, l) => source[(Math.floor(i / inner) * length + l) * inner + (i % inner)]!));
}

export const max: Operator<Step<'max' | 'min' | 'argmax'>> = {
  infer: (step, typeOf) => reducedType(step, typeOf(step.value)),
  lower: (step, lowering) => greatest(lowering, slices(lowering, step.value, step.axis)),
  clear: (step, value, typeOf) => lines(step, value, typeOf(step.value)).map((line) => line.reduce(larger)),
};

export const min: Operator<Step<'max' | 'min' | 'argmax'>> = {
  infer: (step, typeOf) => reducedType(step, typeOf(step.value)),
  lower: (step, lowering) => tournament(lowering, slices(lowering, step.value, step.axis), secondIsLess, [])[0]!,
  clear: (step, value, typeOf) => lines(step, value, typeOf(step.value)).map((line) => line.reduce(smaller)),
};

export const argmax: Operator<Step<'max' | 'min' | 'argmax'>> = {
  infer: (step, typeOf) => ({ ...reducedType(step, typeOf(step.value)), fractionBits: 0, range: { min: 0n, max: BigInt(typeOf(step.value).shape[step.axis]! - 1) } }),
  lower: (step, lowering) => {
    const { emit } = lowering;
    const columns = slices(lowering, step.value, step.axis);
    const width = emit.lengthOf(columns[0]!);
    const places = columns.map((_, i) => emit.shared(emit.constant(Array.from({ length: width }, () => BigInt(i)))));
    return tournament(lowering, columns, secondIsGreater, [places])[1]!;
  },
  clear: (step, value, typeOf) => lines(step, value, typeOf(step.value)).map((line) =>
    dyadic(BigInt(line.reduce((best, x, i) => (compare(line[best]!, x) < 0 ? i : best), 0)))),
};
