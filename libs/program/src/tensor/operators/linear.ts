import { add, dyadic, multiply, ZERO } from '../../dyadic.js';
import { type PlanStep } from '../../plan.js';
import { type Register } from '../../machine/instructions.js';
import { type Lowering, type Operator, type Range, type TensorType, commonShape, lengthOf, malformed, rangeOf, times } from '../operator.js';

type Step<Op extends PlanStep['op']> = Extract<PlanStep, { op: Op }>;

/** The one number that all of these are. */
export function one(numbers: readonly number[], out: string): number {
  if (numbers.length === 0 || numbers.some((n) => n !== numbers[0])) throw malformed(`the operands of \`${out}\` do not fit each other`);
  return numbers[0]!;
}

const sumOf = (ranges: readonly Range[], constant: bigint): Range =>
  ranges.reduce((sum, { min, max }) => ({ min: sum.min + min, max: sum.max + max }), { min: constant, max: constant });

/** Σ factor · value + constant. Terms without a range leave the result without one. */
function linearType(out: string, terms: readonly { type: TensorType; factor: bigint }[], constant: bigint): TensorType {
  if (terms.length === 0) throw malformed(`\`${out}\` has no terms`);
  const types = terms.map(({ type }) => type);
  const known = types.every(({ range }) => range !== undefined);
  return {
    shape: commonShape(types.map(({ shape }) => shape), out),
    fractionBits: one(types.map(({ fractionBits }) => fractionBits), out),
    ...(known && { range: sumOf(terms.map(({ type, factor }) => times(rangeOf(type), factor)), constant) }),
    ...(types.every(({ open }) => open) && { open: true }),
  };
}

export const linear: Operator<Step<'linear'>> = {
  infer: ({ out, terms, constant }, typeOf) => linearType(out, terms.map(({ value, factor }) => ({ type: typeOf(value), factor: BigInt(factor) })), BigInt(constant ?? 0)),
  lower: ({ terms, constant }, { emit, register }) => emit.sum(terms.map(({ value, factor }) => ({ value: register(value), factor: BigInt(factor) })), BigInt(constant ?? 0)),
  clear: (step, value, typeOf) => {
    const type = linear.infer(step, typeOf);
    const constant = dyadic(BigInt(step.constant ?? 0), -type.fractionBits);
    return Array.from({ length: lengthOf(type.shape) }, (_, i) =>
      step.terms.reduce((sum, term) => add(sum, multiply(dyadic(BigInt(term.factor), 0), at(value(term.value), i))), constant));
  },
};

/** Elementwise sum of vectors. */
export const addition: Operator<Step<'add'>> = {
  infer: ({ out, terms }, typeOf) => linearType(out, terms.map((term) => ({ type: typeOf(term), factor: 1n })), 0n),
  lower: ({ terms }, { emit, register }) => emit.sum(terms.map((term) => ({ value: register(term), factor: 1n }))),
  clear: (step, value, typeOf) => Array.from({ length: lengthOf(addition.infer(step, typeOf).shape) }, (_, i) =>
    step.terms.reduce((sum, term) => add(sum, at(value(term), i)), ZERO)),
};

export const constant: Operator<Step<'constant'>> = {
  infer: ({ out, shape, values, fractionBits }) => {
    if (lengthOf(shape) !== values.length) throw malformed(`\`${out}\` has ${values.length} elements for its shape`);
    const integers = values.map(BigInt);
    return { shape, fractionBits, open: true, range: integers.length === 0 ? { min: 0n, max: 0n } : { min: integers.reduce((a, b) => (a < b ? a : b)), max: integers.reduce((a, b) => (a > b ? a : b)) } };
  },
  lower: ({ values }, { emit }) => emit.constant(values.map(BigInt)),
  clear: ({ values, fractionBits }) => values.map((value) => dyadic(BigInt(value), -fractionBits)),
};

/** Element i, or the only one. */
export const at = <T>(vector: readonly T[], i: number): T => vector[vector.length === 1 ? 0 : i]!;

/** A register of `length` elements: a single one is repeated. */
export const spread = ({ emit }: Lowering, register: Register, length: number): Register => emit.repeat(register, length);
