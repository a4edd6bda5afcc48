import { exactly, toNumber } from '../../dyadic.js';
import { ceilSqrt, floorSqrt } from '../../fraction.js';
import { SERIES, polynomialWithin } from '../numeric/chebyshev.js';
import { rootOfPower } from '../numeric/constants.js';
import { functionError, unitOf } from '../numeric/mantissa.js';
import { type Octaves, normalised, octavesOf } from '../numeric/octaves.js';
import { evaluated } from '../numeric/polynomial.js';
import { FRACTION_BITS, WORK_BITS, above, rounded } from '../numeric/rounded.js';
import { type Operator, type Range, type TensorType, known, malformed } from '../operator.js';
import { type RealStep } from '../steps.js';

/** √M for M in [1/2, 1]; by u = 4M − 3 its derivative is below 0.18. */
const ROOT = polynomialWithin(SERIES.squareRoot, 2 ** -FRACTION_BITS / 4);
const ROOT_ERROR = functionError(ROOT, 0.18);

/**
 * √x · 2^(scale/2) of a raw integer x in octave e: √M · w with M = x / 2^(e + 1) in [1/2, 1) and w = 2^((e + 1 + scale)/2), which is 0 for x = 0. √M is taken
 * to `rootBits`, w to `weightBits`.
 */
interface Design {
  readonly octaves: Octaves;
  readonly scale: number;
  readonly rootBits: number;
  readonly weightBits: number;
}

function designOf(range: Range, scale: number, out: string): Design {
  if (range.min < 0n) throw malformed(`\`${out}\` is the root of what can be negative`, ['declare a range from 0 on, or take `relu` or `abs` first']);
  const octaves = octavesOf(range);
  const largest = Math.max(0, Math.ceil((octaves.highest + 1 + scale) / 2));
  const rootBits = Math.min(FRACTION_BITS, WORK_BITS - 5 - largest);
  if (rootBits < 4) throw malformed(`\`${out}\` has no room for its result`, ['declare a narrower range, or fewer fraction bits']);
  return { octaves, scale, rootBits, weightBits: WORK_BITS - 2 - largest - rootBits };
}

/** w at `weightBits`, rounded down. */
const weightOf = ({ scale, weightBits }: Design, e: number): bigint => {
  const exponent = e + 1 + scale + 2 * weightBits;
  return exponent < 0 ? 0n : rootOfPower(exponent);
};

const errorOf = ({ rootBits, weightBits }: Design, root: number): number => 0.5 + 2 ** -weightBits + root * 1.42 * (ROOT_ERROR + 2 ** (-rootBits - 1));

function planned({ out, value, fractionBits }: RealStep, typeOf: (name: string) => TensorType): { design: Design; type: TensorType } {
  const type = typeOf(value);
  const range = known(type, out);
  const scale = 2 * fractionBits - type.fractionBits;
  const design = designOf(range, scale, out);
  // In an integer where the scale is negative, too.
  const wide = (x: bigint): bigint => x << BigInt(Math.max(0, scale));
  const down = BigInt(Math.max(0, -scale));
  const [low, high] = [floorSqrt(wide(range.min) >> down), ceilSqrt((wide(range.max) >> down) + 1n)];
  const error = above(errorOf(design, Number(high)));
  return { design, type: { shape: type.shape, fractionBits, range: { min: low > error ? low - error : 0n, max: high + error } } };
}

/**
 * √value for values from 0 on. The nearest integer but for ½ + 2^−2 + √value · 2^−27.9 units at most, where the result is below 2^26; see `error` for larger
 * ones. √0 = 0. Bits of the value, octaves, a polynomial in M, and two more products.
 */
export const sqrt: Operator<RealStep> = {
  infer: (step, typeOf) => planned(step, typeOf).type,
  lower: (step, { emit, register, typeOf }) => {
    const { design: { octaves, rootBits, weightBits }, design } = planned(step, typeOf);
    const { mantissa, byOctave } = normalised(emit, emit.shared(register(step.value)), octaves);
    const root = rounded(emit, evaluated(emit, unitOf(emit, mantissa, octaves.highest + 1), ROOT), 2 * FRACTION_BITS - rootBits);
    return rounded(emit, emit.multiply(root, byOctave((e) => weightOf(design, e))), rootBits + weightBits);
  },
  clear: ({ value }, valueOf) => valueOf(value).map((x) => exactly(Math.sqrt(Math.max(0, toNumber(x))))),
  error: (step, typeOf) => {
    const { design } = planned(step, typeOf);
    return (x) => errorOf(design, Math.sqrt(x!) * 2 ** step.fractionBits);
  },
};
