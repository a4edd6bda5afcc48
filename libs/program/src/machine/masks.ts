import { addBits } from './circuits.js';
import { type Emitter } from './emitter.js';
import { type Register } from './instructions.js';
import { toWords, weighted } from './words.js';

/**
 * Random words that are made ahead of the inputs, and under which `conversions.ts` opens words.
 *
 * A random word whose bits are shared too is what Escudero, Ghosh, Keller, Rachuri, Scholl call an edaBit (CRYPTO 2020, ePrint 2020/338). No pool has them as a kind of their own:
 * `edaBits` makes those that a plan takes, of two parties as there (Fig. 8: an adder over the parties' own words), and else as sums of random bits that are shared both ways.
 * That is where they cost least: n parties would take n − 1 adders, of which each AND costs a pair of parties two transfers, where a random bit costs it one; and a stock of ANDs and
 * random bits serves masks of any width, where edaBits are of one. No cut and choose, as all here is semi-honest. `addends` opens no mask and takes none.
 */

/** Lanes from which on an adder that runs ahead of the inputs is a ripple: fewer ANDs for more rounds. */
const rippleFromLanes = 4096;

/** A shared random word with its bits, plane 0 the lowest. */
export interface EdaBits {
  readonly word: Register;
  readonly bits: Register;
}

/** Random words and their low `width` bits: over Z_2^64 uniform modulo 2^width, of which two parties' may be more; by Shamir sharing below 2^width. For styles that mask. */
export function edaBits(emit: Emitter, length: number, width: number): EdaBits {
  if (emit.style === 'masked-field' || emit.parties > 2) return ofRandomBits(emit, length, width);
  const word = emit.random(length, width);
  return { word, bits: sumOfOwnWords(emit, word, width, width) };
}

/** A random word r = 2^f·high + low below 2^width: itself, high, its top bit as a word, and the bits of low. */
export function splitMask(emit: Emitter, length: number, f: number, width: number): { r: Register; high: Register; top: Register; low: Register } {
  return emit.before(() => {
    const low = boundedMask(emit, length, f);
    const high = boundedMask(emit, length, width - f);
    return { r: emit.sum([{ value: low.word, factor: 1n }, { value: high.word, factor: 1n << BigInt(f) }]), high: high.word, top: high.top(), low: low.bits };
  });
}

interface BoundedMask extends EdaBits {
  /** The top bit as a word. */
  top(): Register;
}

/**
 * A random word below 2^width and its bits. Of two parties: the sum of their own ones, less its carry (edaBits, ePrint 2020/338, Fig. 8), for one AND a bit. Of more it is
 * made of random bits that are shared both ways: a transfer a bit for each pair, of which adders of so many words would take two for every AND.
 */
function boundedMask(emit: Emitter, length: number, width: number): BoundedMask {
  if (emit.parties > 2) return ofRandomBits(emit, length, width);
  const own = emit.random(length, width);
  // The 65th bit is not part of a word.
  const planes = Math.min(64, width + 1);
  const all = sumOfOwnWords(emit, own, width, planes);
  const bits = emit.planesBetween(all, 0, width);
  const top = (): Register => toWords(emit, emit.planesBetween(bits, width - 1, width));
  if (planes === width) return { word: own, bits, top };
  const over = toWords(emit, emit.planesBetween(all, width, width + 1));
  return { word: emit.sum([{ value: own, factor: 1n }, { value: over, factor: -(1n << BigInt(width)) }]), bits, top };
}

function ofRandomBits(emit: Emitter, length: number, width: number): BoundedMask {
  const { word, bit } = emit.daBits(width, length);
  return { word: weighted(emit, word, width, length), bits: bit, top: () => emit.slice(word, (width - 1) * length, width * length) };
}

/** The low bits, `planes` of them, of the sum of two parties' words below 2^width. */
function sumOfOwnWords(emit: Emitter, own: Register, width: number, planes: number): Register {
  const [left, right] = emit.addends(own, 2, width) as [Register, Register];
  return addBits(emit, left, right, width, { ripple: emit.lengthOf(own) >= rippleFromLanes, carry: planes > width });
}
