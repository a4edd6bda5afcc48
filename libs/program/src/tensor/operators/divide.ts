import { type Dyadic, dyadic, exactly, quotient } from '../../dyadic.js';
import { PlanError } from '../../errors.js';
import { type Emitter } from '../../machine/emitter.js';
import { type Register } from '../../machine/instructions.js';
import { SERIES, polynomialWithin } from '../numeric/chebyshev.js';
import { functionError, unitOf } from '../numeric/mantissa.js';
import { type Octaves, normalised, octavesOf } from '../numeric/octaves.js';
import { evaluated } from '../numeric/polynomial.js';
import { FRACTION_BITS, WORK_BITS, above, bitLength, rounded } from '../numeric/rounded.js';
import { type Lowering, type Operator, type Range, type TensorType, commonShape, known, lengthOf, magnitude, malformed, spanning, times } from '../operator.js';
import { type RealStep, type TensorStep } from '../steps.js';
import { at } from './linear.js';
import { multiplied } from './product.js';

type Divide = Extract<TensorStep, { op: 'divide' }>;

/** 1/M for M in [1/2, 1]; by u = 4M − 3 its derivative is at most 1. */
const INVERSE = polynomialWithin(SERIES.reciprocal, 2 ** -FRACTION_BITS / 4);
const INVERSE_ERROR = functionError(INVERSE, 1);

/**
 * How a / b · 2^scale is computed, for raw integers |a| ≤ 2^reach and 0 < b < 2^bits. With M = b · 2^(t − bits) in [1/2, 1) it is a · (1/M) · 2^(t − shift).
 * Octaves whose quotients are all below 1/4 are left out: t starts at `least`.
 */
export interface DivisionDesign {
  readonly octaves: Octaves;
  readonly negative: boolean;
  readonly bits: number;
  readonly shift: number;
  readonly least: number;
  /** Fraction bits of 1/M, and of a/M when it is multiplied by 2^(t − least). */
  readonly inverseBits: number;
  readonly ratioBits: number;
}

export function designDivision(divisor: Range, reach: number, scale: number, out: string): DivisionDesign {
  const negative = divisor.max < 0n;
  const range = negative ? times(divisor, -1n) : divisor;
  if (range.min <= 0n) throw malformed(`\`${out}\` divides by what can be 0`, ['declare a range without 0, or take the maximum with a constant above 0 first']);
  const octaves = octavesOf(range);
  const bits = octaves.highest + 1;
  const shift = bits - scale;
  const most = octaves.highest - octaves.lowest;
  const least = Math.min(most, Math.max(0, shift - reach - 2));
  const inverseBits = Math.min(FRACTION_BITS, WORK_BITS - 2 - reach);
  const ratioBits = most === 0 ? inverseBits : Math.min(inverseBits, WORK_BITS - 2 - reach - (most - least));
  if (inverseBits < 4 || ratioBits + reach < 4) throw malformed(`\`${out}\` divides numbers of too many magnitudes`, ['declare narrower ranges, or fewer fraction bits']);
  return { octaves, negative, bits, shift, least, inverseBits, ratioBits };
}

/** The nearest integer to numerator / divisor · 2^scale; of 1 where there is no numerator. `spread` makes what belongs to divisors belong to numerators. */
export function quotientOf(
  lowering: Lowering, numerator: Register | undefined, divisor: Register, design: DivisionDesign, spread = (each: Register): Register => each,
): Register {
  const { emit } = lowering;
  const { octaves, negative, bits, shift, least, inverseBits, ratioBits } = design;
  const { mantissa, byOctave } = normalised(emit, negative ? emit.times(emit.shared(divisor), -1n) : emit.shared(divisor), octaves);
  const polynomial = evaluated(emit, unitOf(emit, mantissa, bits), INVERSE);
  const single = octaves.lowest === octaves.highest;
  if (single && numerator === undefined) return signed(emit, rounded(emit, polynomial, 2 * FRACTION_BITS + shift), negative);
  const inverse = rounded(emit, polynomial, 2 * FRACTION_BITS - inverseBits);
  const ratio = numerator === undefined ? inverse : multiplied(lowering, numerator, spread(inverse));
  if (single) return signed(emit, rounded(emit, ratio, inverseBits + shift), negative);
  const weight = byOctave((e) => (octaves.highest - e < least ? 0n : 1n << BigInt(octaves.highest - e - least)));
  return signed(emit, rounded(emit, multiplied(lowering, rounded(emit, ratio, inverseBits - ratioBits), spread(weight)), ratioBits + shift - least), negative);
}

const signed = (emit: Emitter, value: Register, negative: boolean): Register => (negative ? emit.times(value, -1n) : value);

/** How far it is off, for raw operands: final rounding, and what 2^(t − shift) ≤ 2^scale / b makes of the errors of a/M and of 1/M. */
export function divisionError({ inverseBits, ratioBits }: DivisionDesign, scale: number): (numerator: number, divisor: number) => number {
  const inverse = INVERSE_ERROR + 2 ** (-inverseBits - 1);
  return (numerator, divisor) => 0.5 + (2 ** scale / Math.abs(divisor)) * (Math.abs(numerator) * inverse + 2 ** (-ratioBits - 1));
}

/** ⌊a / b⌋ for b > 0. */
const floorDivide = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b));

function quotientRange(numerator: Range, divisor: Range, scale: number, error: number): Range {
  const [a, b] = divisor.max < 0n ? [times(numerator, -1n), times(divisor, -1n)] : [numerator, divisor];
  // Scales may be negative: both sides by as much as makes them integers.
  const [up, down] = [BigInt(Math.max(0, scale)), BigInt(Math.max(0, -scale))];
  const ends = [a.min, a.max].flatMap((x) => [b.min, b.max].map((y) => [x << up, y << down] as const));
  const range = spanning(...ends.flatMap(([x, y]) => [floorDivide(x, y), -floorDivide(-x, y)]));
  const [min, max] = [range.min - above(error), range.max + above(error)];
  // The sign is always that of the exact quotient, or the result 0.
  return { min: a.min >= 0n && min < 0n ? 0n : min, max: a.max <= 0n && max > 0n ? 0n : max };
}

interface Planned {
  readonly design: DivisionDesign;
  readonly scale: number;
  readonly type: TensorType;
}

function plannedDivision({ out, left, right, fractionBits }: Divide, typeOf: (name: string) => TensorType): Planned {
  const [a, b] = [typeOf(left), typeOf(right)];
  const [numerator, divisor] = [known(a, out), known(b, out)];
  const scale = fractionBits + b.fractionBits - a.fractionBits;
  const design = designDivision(divisor, bitLength(magnitude(numerator)), scale, out);
  const error = divisionError(design, scale)(Number(magnitude(numerator)), Number(leastOf(divisor)));
  return { design, scale, type: { shape: commonShape([a.shape, b.shape], out), fractionBits, range: quotientRange(numerator, divisor, scale, error) } };
}

function plannedReciprocal({ out, value, fractionBits }: RealStep, typeOf: (name: string) => TensorType): Planned {
  const type = typeOf(value);
  const divisor = known(type, out);
  const scale = fractionBits + type.fractionBits;
  const design = designDivision(divisor, 0, scale, out);
  const one = { min: 1n, max: 1n };
  return { design, scale, type: { shape: type.shape, fractionBits, range: quotientRange(one, divisor, scale, divisionError(design, scale)(1, Number(leastOf(divisor)))) } };
}

/** The least magnitude in a range without 0. */
const leastOf = ({ min, max }: Range): bigint => (max < 0n ? -max : min);

/**
 * left / right. The divisor's range must not hold 0: there is no convention for it. The result is the nearest integer but for ½ + |a/b| · 2^−26.9 units, and,
 * where divisors of many magnitudes leave few bits to a/M, for max|a| / |b| · 2^(span − 57) more: see `error`. Bits of the divisor, octaves, a polynomial
 * in M, and at most three more truncations.
 */
export const divide: Operator<Divide> = {
  infer: (step, typeOf) => plannedDivision(step, typeOf).type,
  lower: (step, lowering) => quotientOf(lowering, lowering.register(step.left), lowering.register(step.right), plannedDivision(step, lowering.typeOf).design),
  clear: (step, value, typeOf) => Array.from({ length: lengthOf(divide.infer(step, typeOf).shape) }, (_, i) => divided(at(value(step.left), i), at(value(step.right), i), step.out)),
  error: (step, typeOf) => {
    const { design, scale } = plannedDivision(step, typeOf);
    const of = divisionError(design, scale);
    return (a, b) => of(a! * 2 ** typeOf(step.left).fractionBits, b! * 2 ** typeOf(step.right).fractionBits);
  },
};

/** 1 / value, as `divide` by a range without 0. */
export const reciprocal: Operator<RealStep> = {
  infer: (step, typeOf) => plannedReciprocal(step, typeOf).type,
  lower: (step, lowering) => quotientOf(lowering, undefined, lowering.register(step.value), plannedReciprocal(step, lowering.typeOf).design),
  clear: ({ value, out }, valueOf) => valueOf(value).map((x) => divided(dyadic(1n), x, out)),
  error: (step, typeOf) => {
    const { design, scale } = plannedReciprocal(step, typeOf);
    return (x) => divisionError(design, scale)(1, x! * 2 ** typeOf(step.value).fractionBits);
  },
};

function divided(a: Dyadic, b: Dyadic, out: string): Dyadic {
  if (b.m === 0n) throw new PlanError('CS0620', `\`${out}\` divides by 0`);
  return exactly(quotient(a, b));
}
