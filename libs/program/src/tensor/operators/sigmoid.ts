import { exactly, toNumber } from '../../dyadic.js';
import { atLeast } from '../../machine/circuits.js';
import { toBits, toWords } from '../../machine/conversions.js';
import { type Emitter } from '../../machine/emitter.js';
import { type Register } from '../../machine/instructions.js';
import { WORK_BITS, apart, rounded } from '../numeric/rounded.js';
import { type Lowering, type Operator, type Range, bitLength, known, magnitude, malformed, shifted } from '../operator.js';
import { type RealStep } from '../steps.js';
import { NEAR_SIGMOID_ERROR, isNear, nearSigmoid } from './near-sigmoid.js';
import { NEAR_UNITS } from './product.js';
import { END, PIECES, SPLINE_ERROR, UNIT_BITS } from './spline.js';

interface Piece {
  readonly from: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const ONE = 1 << UNIT_BITS;
/** From −∞ on: 0, twelve pieces, 1. */
const PIECES_FROM: readonly Piece[] = [
  { from: -Infinity, a: 0, b: 0, c: 0 },
  ...PIECES.toReversed().map(({ a, b, c }, i): Piece => ({ from: -(PIECES[PIECES.length - i]?.from ?? END), a: -a, b, c: ONE - c })),
  ...PIECES,
  { from: END, a: 0, b: 0, c: ONE },
];

/** Fraction bits of x that count, and below which power of two its square is a working value. */
const MOST_BITS = 16;
const REACH_BITS = 29;

/** Knots are multiples of 2^−1. A knot that is passed by all values, or by none, is not asked for. */
type Knot = bigint | 'all' | 'none';

interface Design {
  readonly bits: number;
  /** The cells of 1/2 from the least value on that every knot is at. */
  readonly knots: readonly Knot[];
  readonly firstCell: bigint;
  readonly cellBits: number;
  /** Whether values beyond the spline are set to 0 first. */
  readonly wide: boolean;
  readonly scaled: Range;
}

function designOf({ out, value }: RealStep, typeOf: Lowering['typeOf']): Design {
  const { fractionBits, range } = typeOf(value);
  const bits = Math.min(MOST_BITS, Math.max(1, fractionBits));
  const scaled = shifted(known({ shape: [], fractionBits, range }, out), fractionBits - bits);
  // Rounding may take the greatest into the next cell.
  const [first, last] = [scaled.min >> BigInt(bits - 1), (scaled.max + 1n) >> BigInt(bits - 1)];
  const knots = PIECES_FROM.slice(1).map(({ from }): Knot => {
    const cell = BigInt(2 * from);
    return cell <= first ? 'all' : cell > last ? 'none' : cell - first;
  });
  return { bits, knots, firstCell: first, cellBits: bitLength(last - first), wide: bitLength(magnitude(scaled)) >= REACH_BITS, scaled };
}

/** The spline at `fractionBits`. The piece follows from the bits of x from 1/2 on. */
function spline({ emit }: Lowering, raw: Register, excess: number, { bits, knots, firstCell, cellBits, wide }: Design, fractionBits: number): Register {
  const x = rounded(emit, emit.shared(raw), excess);
  const asked = knots.filter((knot) => typeof knot === 'bigint');
  const cells = (): Register => {
    const all = toBits(emit, emit.plus(x, -firstCell << BigInt(bits - 1)), bits - 1 + cellBits);
    return emit.planesBetween(all, bits - 1, bits - 1 + cellBits);
  };
  const passed = asked.length === 0 ? [] : apart(emit, toWords(emit, beyond(emit, cells(), asked)), asked.length);
  /** What a number of every piece is for the piece that x lies in: it changes at the knots that x has passed. */
  const ofPiece = (values: readonly bigint[]): Register => {
    const steps = knots.map((knot, i) => ({ knot, factor: values[i + 1]! - values[i]! }));
    const constant = steps.reduce((sum, { knot, factor }) => (knot === 'all' ? sum + factor : sum), values[0]!);
    const terms = steps.filter(({ knot }) => typeof knot === 'bigint').map(({ factor }, i) => ({ value: passed[i]!, factor }));
    return terms.length === 0 ? emit.repeat(emit.constant([constant]), emit.lengthOf(x)) : emit.sum(terms, constant);
  };
  const coefficient = (of: 'a' | 'b' | 'c', shift: number): Register => ofPiece(PIECES_FROM.map((piece) => BigInt(piece[of]) << BigInt(shift)));
  const inner = wide ? emit.multiply(x, ofPiece(PIECES_FROM.map((_, i) => (i === 0 || i === PIECES_FROM.length - 1 ? 0n : 1n)))) : x;
  const total = emit.sum([emit.multiply(emit.multiply(inner, inner), coefficient('a', 0)), emit.multiply(inner, coefficient('b', bits)), coefficient('c', 2 * bits)]
    .map((value) => ({ value, factor: 1n })));
  return rounded(emit, total, UNIT_BITS + 2 * bits - fractionBits);
}

const beyond = (emit: Emitter, cells: Register, knots: readonly bigint[]): Register => emit.stack(knots.map((knot) => atLeast(emit, cells, knot)));

/** A near truncation, and more than an error of the spline below 0 and above 1 makes of a unit. */
const OUTER_UNITS = NEAR_UNITS + 5n;

/**
 * 1 / (1 + e^−value), by a quadratic spline of 12 pieces on [−8, 8] and 0 or 1 beyond. Off by at most 0.00035 and one unit; never falls by more than a unit.
 * Bits of the value, its piece, two products, and one truncation. Where it may be
 * `near`, x to twelve bits and both truncations are near ones, and it is off by at most 0.0006 and eight units with up to five parties, 0.0009 and 14 units with 16.
 */
export const sigmoid: Operator<RealStep> = {
  infer: (step, typeOf) => {
    const { fractionBits, value, out } = step;
    if (fractionBits < 0 || fractionBits > WORK_BITS - 2) throw malformed(`\`${out}\` has a scale that a sigmoid does not reach`);
    if (step.near && isNear(typeOf(value))) return { shape: typeOf(value).shape, fractionBits, range: { min: -OUTER_UNITS, max: (1n << BigInt(fractionBits)) + OUTER_UNITS } };
    return { shape: typeOf(value).shape, fractionBits, range: { min: 0n, max: 1n << BigInt(fractionBits) }, peak: designOf(step, typeOf).scaled };
  },
  lower: (step, lowering) => {
    if (step.near && isNear(lowering.typeOf(step.value))) return nearSigmoid(lowering, lowering.register(step.value), step.value, step.fractionBits);
    const design = designOf(step, lowering.typeOf);
    return spline(lowering, lowering.register(step.value), lowering.typeOf(step.value).fractionBits - design.bits, design, step.fractionBits);
  },
  clear: ({ value }, valueOf) => valueOf(value).map((x) => exactly(1 / (1 + Math.exp(-toNumber(x))))),
  error: ({ fractionBits, near }) => () => (near ? Number(OUTER_UNITS) + NEAR_SIGMOID_ERROR * 2 ** fractionBits : 1 + SPLINE_ERROR * 2 ** fractionBits),
};
