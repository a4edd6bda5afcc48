import { exactly, toNumber } from '../../dyadic.js';
import { PlanError } from '../../errors.js';
import { toBits, toWords } from '../../machine/conversions.js';
import { type Emitter } from '../../machine/emitter.js';
import { type Register } from '../../machine/instructions.js';
import { SERIES, polynomialWithin } from '../numeric/chebyshev.js';
import { log2OfE, powerOfTwoAbove, timesLn2 } from '../numeric/constants.js';
import { functionError } from '../numeric/mantissa.js';
import { evaluated } from '../numeric/polynomial.js';
import { FRACTION_BITS, WORK_BITS, above, apart, bitLength, rounded, roundedInteger } from '../numeric/rounded.js';
import { type Lowering, type Operator, type Range, known, malformed, magnitude } from '../operator.js';
import { type RealStep } from '../steps.js';
import { lessThanZero } from './compare.js';
import { multiplied } from './product.js';

/** 2^F for F in [0, 1]. */
const POWER = polynomialWithin(SERIES.exponential, 2 ** -FRACTION_BITS / 4);
const POWER_ERROR = functionError(POWER, 0);

/** Where a result is below 2^−2 units, the least octave that is not 0. */
const LEAST_OCTAVE = -3;

/**
 * How e^x · 2^scale is computed for a raw integer x: z = x · log₂ e is first + j + F with integers first and 0 ≤ j ≤ span and F in [0, 1), and the result
 * 2^F · 2^j · 2^(first + scale).
 */
export interface ExpDesign {
  /** What the values are raised to first, where far lower ones would cost precision. */
  readonly floor?: bigint;
  /** Fraction bits of log₂ e, and by how many the product is rounded to z. */
  readonly factorBits: number;
  readonly excess: number;
  readonly first: number;
  readonly span: number;
  /** Bits of j; and 2^below octaves below the first ones, whose results are 0. */
  readonly octaveBits: number;
  readonly below?: number;
  readonly powerBits: number;
  readonly scale: number;
  readonly xBits: number;
  readonly range: Range;
}

export function designExp(range: Range, xBits: number, scale: number, out: string, floor?: bigint): ExpDesign {
  // x · log₂ e < 2^(WORK_BITS − 1).
  const factorBits = WORK_BITS - 2 - bitLength(magnitude(range));
  const excess = factorBits + xBits - FRACTION_BITS;
  const exponent = (x: bigint): bigint => roundedInteger(x * log2OfE(factorBits), excess);
  const octave = (x: bigint): number => Number(exponent(x) >> BigInt(FRACTION_BITS));
  const last = octave(range.max);
  const first = Math.min(last, floor === undefined ? Math.max(octave(range.min), LEAST_OCTAVE - scale) : octave(range.min));
  const span = last - first;
  const octaveBits = bitLength(BigInt(span));
  const depth = (BigInt(first) << BigInt(FRACTION_BITS)) - exponent(range.min);
  const below = depth > 0n ? Math.max(octaveBits, bitLength(depth - 1n) - FRACTION_BITS) : undefined;
  const least = timesLn2(BigInt(LEAST_OCTAVE - scale), xBits);
  const reach = magnitude({ min: range.min < least ? least : range.min, max: range.max < least ? least : range.max });
  // Where low values that do not matter take bits from the others.
  const coarse = Number(reach) * 2 ** (-xBits - factorBits) > 2 ** -FRACTION_BITS && bitLength(reach) < bitLength(magnitude(range));
  if (floor === undefined && (coarse || (below ?? 0) + FRACTION_BITS + 2 > WORK_BITS)) {
    return designExp({ min: least, max: range.max < least ? least : range.max }, xBits, scale, out, least);
  }
  const powerBits = Math.min(FRACTION_BITS, WORK_BITS - 2 - span);
  if (factorBits < 4 || powerBits < 4) throw malformed(`\`${out}\` has no room for its result`, ['declare a narrower range, or fewer fraction bits']);
  const design = { floor, factorBits, excess, first, span, octaveBits, below, powerBits, scale, xBits };
  const error = above(expError(design, Number(range.max) * 2 ** -xBits));
  const max = powerOfTwoAbove(exponent(range.max) - (BigInt(last) << BigInt(FRACTION_BITS)), FRACTION_BITS, scale + last) + error;
  const low = octave(range.min) + scale;
  const min = below === undefined && low >= 0 ? (1n << BigInt(low)) - error : 0n;
  return { ...design, range: { min: min < 0n ? 0n : min, max } };
}

/** In units, for a real number x. */
export function expError({ factorBits, powerBits, scale }: Omit<ExpDesign, 'range'>, x: number): number {
  const relative = POWER_ERROR + 2 ** (-powerBits - 1) + Math.LN2 * (Math.abs(x) * 2 ** (-factorBits - 1) + 2 ** (-FRACTION_BITS - 1));
  return 0.75 + Math.exp(x) * 2 ** scale * relative * 1.001;
}

/** e^x at the scale of the design. */
export function exponential(lowering: Lowering, x: Register, design: ExpDesign): Register {
  const { emit } = lowering;
  const { floor, factorBits, excess, first, octaveBits, below, powerBits, scale } = design;
  const raised = floor === undefined ? emit.shared(x) : atLeast(lowering, emit.shared(x), floor);
  const z = emit.plus(rounded(emit, emit.times(raised, log2OfE(factorBits)), excess), -BigInt(first) << BigInt(FRACTION_BITS));
  const { fraction, weight } = apartAt(emit, z, octaveBits, below);
  const power = evaluated(emit, emit.sum([{ value: fraction, factor: 2n }], -1n << BigInt(FRACTION_BITS)), POWER);
  if (weight === undefined) return rounded(emit, power, 2 * FRACTION_BITS - first - scale);
  return rounded(emit, emit.multiply(rounded(emit, power, 2 * FRACTION_BITS - powerBits), weight), powerBits - first - scale);
}

/** max(x, floor) */
const atLeast = (lowering: Lowering, x: Register, floor: bigint): Register => {
  const { emit } = lowering;
  const above = emit.plus(x, -floor);
  return emit.plus(multiplied(lowering, emit.sum([{ value: lessThanZero(lowering, above), factor: -1n }], 1n), above), floor);
};

/**
 * F of z = j + F at FRACTION_BITS, and 2^j: the product of 2^(2^i) for the bits i of j. With `below`, z may be as low as −2^below, and the weight then is 0.
 */
function apartAt(emit: Emitter, z: Register, octaveBits: number, below: number | undefined): { fraction: Register; weight?: Register } {
  const count = below === undefined ? octaveBits : below + 1;
  if (count === 0) return { fraction: z };
  const shifted = below === undefined ? z : emit.plus(z, 1n << BigInt(FRACTION_BITS + below));
  const bits = apart(emit, toWords(emit, emit.planesBetween(toBits(emit, shifted, FRACTION_BITS + count), FRACTION_BITS, FRACTION_BITS + count)), count);
  const fraction = emit.sum([{ value: shifted, factor: 1n }, ...bits.map((value, i) => ({ value, factor: -1n << BigInt(FRACTION_BITS + i) }))]);
  let factors = bits.slice(0, octaveBits).map((value, i) => emit.sum([{ value, factor: (1n << (1n << BigInt(i))) - 1n }], 1n));
  if (below !== undefined) factors.push(bits[below]!);
  while (factors.length > 1) {
    const half = factors.length >> 1;
    const products = apart(emit, emit.multiply(emit.concat(factors.slice(0, half)), emit.concat(factors.slice(half, 2 * half))), half);
    factors = [...products, ...factors.slice(2 * half)];
  }
  return { fraction, weight: factors[0]! };
}

const designOf = ({ out, value, fractionBits }: RealStep, typeOf: Lowering['typeOf']): ExpDesign => designExp(known(typeOf(value), out), typeOf(value).fractionBits, fractionBits, out);

/**
 * e^value. The nearest integer but for ¾ + e^value · 2^−26.6 units where the value has at most 17 fraction bits; `error` says it for others. Results below a
 * quarter of a unit are 0. Bits of the value, a polynomial, and two more truncations.
 */
export const exp: Operator<RealStep> = {
  infer: (step, typeOf) => ({ shape: typeOf(step.value).shape, fractionBits: step.fractionBits, range: designOf(step, typeOf).range }),
  lower: (step, lowering) => exponential(lowering, lowering.register(step.value), designOf(step, lowering.typeOf)),
  clear: ({ value, out }, valueOf) => valueOf(value).map((x) => {
    const power = Math.exp(toNumber(x));
    if (!Number.isFinite(power)) throw new PlanError('CS0620', `\`${out}\` overflows`);
    return exactly(power);
  }),
  error: (step, typeOf) => {
    const design = designOf(step, typeOf);
    return (x) => expError(design, x!);
  },
};
