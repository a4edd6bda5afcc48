import { anyOf, atLeast } from '../../machine/circuits.js';
import { toWords } from '../../machine/conversions.js';
import { type Emitter } from '../../machine/emitter.js';
import { type Register } from '../../machine/instructions.js';
import { nearly, nearlyError, truncateNearly } from '../../machine/nearly.js';
import { MAX_PARTIES } from '../../suites.js';
import { apart } from '../numeric/rounded.js';
import { type Lowering, type TensorType, bitsOf } from '../operator.js';
import { PIECES, SPLINE_ERROR, UNIT_BITS } from './spline.js';

/** Fraction bits of x that count. */
const X_BITS = 12;
/** |x| in cells of 1/2 below 8. */
const [CELL, CELLS] = [X_BITS - 1, 4];
/** The least sign's place: one bit above the cells tells |x| ≥ 8. */
const LEAST_WIDTH = CELL + CELLS + 2;
/** |x| < 2^below for what is opened under a mask. */
const MOST_BELOW = 57;

/** How far it is off, but for what the last truncation is: the spline, and x by a near truncation to units of 2^−12, where the slope is at most 1/4. */
export const NEAR_SIGMOID_ERROR = SPLINE_ERROR + (nearlyError(MAX_PARTIES) / 4) * 2 ** -X_BITS;

/** Whether x has a scale and a range that it works for: the exact one does for all others. */
export const isNear = ({ fractionBits, range }: TensorType): boolean => range !== undefined && fractionBits > X_BITS && belowOf({ fractionBits, range }) <= MOST_BELOW;

const belowOf = ({ fractionBits, range }: Pick<TensorType, 'fractionBits' | 'range'>): number => Math.max(bitsOf(range!), fractionBits - X_BITS + LEAST_WIDTH - 2);

/**
 * The spline of `sigmoid` for an x that is truncated nearly, by the bits under the same mask. σ(x) − 1/2 = b·x + t·(a·x² + c) for the piece that |x| lies in and the sign t,
 * with a and b 0 from |x| = 8 on, whatever the square is there.
 */
export function nearSigmoid({ emit, typeOf }: Lowering, raw: Register, value: string, fractionBits: number): Register {
  const type = typeOf(value);
  const below = belowOf(type);
  const excess = type.fractionBits - X_BITS;
  const { word: x, lowBits } = nearly(emit, emit.shared(raw), excess, below);
  const width = below - excess + 2;
  const bits = lowBits(width);
  const sign = emit.planesBetween(bits, width - 1, width);
  const magnitude = emit.xor(emit.planesBetween(bits, CELL, width - 1), emit.planes(Array.from({ length: width - 1 - CELL }, () => [sign, 0] as const)));
  const cells = emit.planesBetween(magnitude, 0, CELLS);
  const beyond = anyOf(emit, emit.planesBetween(magnitude, CELLS, width - 1 - CELL));
  const knots = PIECES.slice(1).map(({ from }) => atLeast(emit, cells, BigInt(2 * from)));
  const passed = emit.or(emit.stack([...knots, beyond]), emit.planes(Array.from({ length: PIECES.length }, () => [beyond, 0] as const)));
  const square = emit.multiply(x, x);
  const { odd, slope } = (emit.style === 'addends' ? bySign : bySignedKnots)(emit, sign, passed, square);
  const total = emit.sum([{ value: odd, factor: 1n }, { value: emit.multiply(slope, x), factor: 1n << BigInt(X_BITS) }], 1n << BigInt(UNIT_BITS + 2 * X_BITS - 1));
  return truncateNearly(emit, total, UNIT_BITS + 2 * X_BITS - fractionBits, UNIT_BITS + 2 * X_BITS + 2);
}

interface Parts {
  /** t·(a·x² + c). */
  readonly odd: Register;
  /** b. */
  readonly slope: Register;
}

/** By how much a coefficient changes at each knot. At 8 the slope and the square end, and σ − 1/2 is 1/2. */
const changes = (of: 'a' | 'b' | 'c'): bigint[] => {
  const values = [...PIECES.map((piece) => BigInt(piece[of])), of === 'c' ? 1n << BigInt(UNIT_BITS) : 0n];
  return values.slice(1).map((value, i) => value - values[i]!);
};
const first = (of: 'a' | 'b' | 'c'): bigint => BigInt(PIECES[0][of]);
const half = 1n << BigInt(UNIT_BITS - 1);
const scaled = (value: bigint): bigint => value << BigInt(2 * X_BITS);

/** Where a bit as a word costs products of words: the sign multiplies at the end. */
function bySign(emit: Emitter, sign: Register, passed: Register, square: Register): Parts {
  const [negative, ...knots] = apart(emit, toWords(emit, emit.stack([sign, passed])), 1 + PIECES.length) as [Register, ...Register[]];
  const selected = (of: 'a' | 'b' | 'c', scale = (each: bigint): bigint => each, less = 0n): Register =>
    emit.sum(changes(of).map((change, i) => ({ value: knots[i]!, factor: scale(change) })), scale(first(of) - less));
  const even = emit.add(emit.multiply(selected('a'), square), selected('c', scaled, half));
  return { odd: emit.multiply(emit.sum([{ value: negative, factor: -2n }], 1n), even), slope: selected('b') };
}

/** Where it costs next to nothing: every knot once for each sign. */
function bySignedKnots(emit: Emitter, sign: Register, passed: Register, square: Register): Parts {
  const below = emit.and(passed, emit.planes(Array.from({ length: PIECES.length }, () => [sign, 0] as const)));
  const words = apart(emit, toWords(emit, emit.stack([sign, below, emit.xor(passed, below)])), 1 + 2 * PIECES.length);
  const [negative, negatives, positives] = [words[0]!, words.slice(1, 1 + PIECES.length), words.slice(1 + PIECES.length)];
  const signed = (of: 'a' | 'c', scale = (each: bigint): bigint => each, less = 0n): Register => emit.sum([
    { value: negative, factor: scale(-2n * (first(of) - less)) },
    ...changes(of).flatMap((change, i) => [{ value: positives[i]!, factor: scale(change) }, { value: negatives[i]!, factor: scale(-change) }]),
  ], scale(first(of) - less));
  const slope = emit.sum(changes('b').flatMap((change, i) => [{ value: positives[i]!, factor: change }, { value: negatives[i]!, factor: change }]), first('b'));
  return { odd: emit.add(emit.multiply(signed('a'), square), signed('c', scaled, half)), slope };
}
