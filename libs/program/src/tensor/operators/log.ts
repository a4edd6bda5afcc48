import { exactly, toNumber } from '../../dyadic.js';
import { PlanError } from '../../errors.js';
import { SERIES, polynomialWithin } from '../numeric/chebyshev.js';
import { timesLn2 } from '../numeric/constants.js';
import { functionError, unitOf } from '../numeric/mantissa.js';
import { normalised, octavesOf } from '../numeric/octaves.js';
import { evaluated } from '../numeric/polynomial.js';
import { FRACTION_BITS, above, rounded } from '../numeric/rounded.js';
import { type Operator, known, malformed } from '../operator.js';
import { type RealStep } from '../steps.js';

/** ln M for M in [1/2, 1]; by u = 4M − 3 its derivative is at most 1/2. */
const LOGARITHM = polynomialWithin(SERIES.logarithm, 2 ** -FRACTION_BITS / 4);
const LOGARITHM_ERROR = functionError(LOGARITHM, 0.5);

const errorOf = (fractionBits: number): number => 1 + LOGARITHM_ERROR * 2 ** fractionBits;

/**
 * ln(value) for a range above 0: ln M + (e + 1) · ln 2 with M in [1/2, 1) and e the octave. Off by less than 1 + 2^(fractionBits − 27) units. Bits of the
 * value, octaves, a polynomial.
 */
export const log: Operator<RealStep> = {
  infer: ({ out, value, fractionBits }, typeOf) => {
    const type = typeOf(value);
    const range = known(type, out);
    if (range.min <= 0n) throw malformed(`\`${out}\` is the logarithm of what can be 0 or less`, ['declare a range above 0, or take the maximum with a constant above 0 first']);
    if (fractionBits > 2 * FRACTION_BITS || fractionBits < -8) throw malformed(`\`${out}\` has a scale that a logarithm does not reach`);
    const { lowest, highest } = octavesOf(range);
    const error = above(errorOf(fractionBits));
    const end = (octave: number): bigint => timesLn2(BigInt(octave - type.fractionBits), fractionBits);
    return { shape: type.shape, fractionBits, range: { min: end(lowest) - error, max: end(highest + 1) + error } };
  },
  lower: ({ out, value, fractionBits }, { emit, register, typeOf }) => {
    const type = typeOf(value);
    const octaves = octavesOf(known(type, out));
    const { mantissa, byOctave } = normalised(emit, emit.shared(register(value)), octaves);
    const ofMantissa = rounded(emit, evaluated(emit, unitOf(emit, mantissa, octaves.highest + 1), LOGARITHM), 2 * FRACTION_BITS - fractionBits);
    return emit.add(ofMantissa, byOctave((e) => timesLn2(BigInt(e + 1 - type.fractionBits), fractionBits)));
  },
  clear: ({ value, out }, valueOf) => valueOf(value).map((x) => {
    if (x.m <= 0n) throw new PlanError('CS0620', `\`${out}\` is the logarithm of 0 or less`);
    return exactly(Math.log(toNumber(x)));
  }),
  error: ({ fractionBits }) => () => errorOf(fractionBits),
};
