import { addBits, carries, carrySave } from './circuits.js';
import { borrows, toWords, truncate } from './conversions.js';
import { type Emitter } from './emitter.js';
import { type Register } from './instructions.js';
import { weighted } from './words.js';

/**
 * Division by a power of two to within a unit or two, never more: a truncation whose carries from below are left out. One round where words are opened under masks, and two
 * ANDs and two bits as words with addends, in place of circuits over all bits that are cut off.
 *
 * `masked-ring`: the mask is r = 2^f·r_h + r_l with r_h a sum of random bits that are shared both ways and r_l the sum of a word below 2^f of each of n parties.
 * With half of what the n words carry in the mean, (n − 1)·2^(f−1), taken off ahead and h = ⌈(n − 1)/2⌉, so that nothing is below 0,
 * T = x + 2^b + h·2^f − (n − 1)·2^(f−1) + r, and c = T modulo 2^w is opened, for |x| < 2^b and w = b + 3; r modulo 2^w is uniform, as r_h is and as one party's part
 * of r_l is modulo 2^f. T < 2^w + 2^(b+1) + (h + (n − 1)/2)·2^f, and the last two are at most 2^(w−1) for f ≤ b − 3 and n ≤ 16. So T wraps just where r_h's top bit
 * is 1 and that of c is 0, and ⌊c/2^f⌋ − r_h + 2^(w−f)·[it wraps] is ⌊(x + 2^b)/2^f⌋ + h, less or more by (n + 1)/2.
 *
 * `masked-field`: x + 2^59 = c + r̄ + w − 2^61·w as in `conversions.ts`; as x + 2^59 < 2^60, w is whether c or r̄ has its top bit.
 *
 * `addends`: the sum of the shifted addends, up to 2 less; wraps over the top from its two topmost bits.
 */
export interface Nearly {
  /** x / 2^bits, off by less than `nearlyError(parties)`. */
  readonly word: Register;
  /** The low bits of that word in two's complement, plane 0 the lowest. Circuits, made when they are asked for. */
  lowBits(width: number): Register;
}

/** A near truncation is off by less than this, in units. */
export const nearlyError = (parties: number): number => Math.max(2.5, (parties + 2) / 2);

/** x / 2^bits for |x| < 2^below; below + 3 ≤ 64 and bits ≤ below − 3, or it is exact. */
export function truncateNearly(emit: Emitter, x: Register, bits: number, below: number): Register {
  if (emit.isOpen(x) || bits < 1 || below > 58 || bits > below - 3) return bits < 1 ? emit.times(x, 1n << BigInt(-bits)) : truncate(emit, x, bits, below);
  return nearly(emit, x, bits, below).word;
}

export function nearly(emit: Emitter, x: Register, bits: number, below: number): Nearly {
  switch (emit.style) {
    case 'masked-ring': return inRing(emit, x, bits, below);
    case 'masked-field': return inField(emit, x, bits);
    case 'addends': return ofAddends(emit, x, bits);
  }
}

function inRing(emit: Emitter, x: Register, f: number, below: number): Nearly {
  const width = below + 3;
  const lanes = emit.lengthOf(x);
  const high = emit.before(() => emit.daBits(width - f, lanes));
  const { mask, word } = emit.before(() => {
    const sum = weighted(emit, high.word, width - f, lanes);
    return { word: sum, mask: emit.sum([{ value: emit.random(lanes, f), factor: 1n }, { value: sum, factor: 1n << BigInt(f) }]) };
  });
  const top = emit.before(() => emit.slice(high.word, (width - f - 1) * lanes, (width - f) * lanes));
  const lift = BigInt(Math.ceil((emit.parties - 1) / 2));
  const offset = (1n << BigInt(below)) + (lift << BigInt(f)) - (BigInt(emit.parties - 1) << BigInt(f - 1));
  const c = emit.shift(emit.open(emit.times(emit.sum([{ value: x, factor: 1n }, { value: mask, factor: 1n }], offset), 1n << BigInt(64 - width))), 64 - width);
  const shifted = emit.plus(emit.shift(c, f), -(1n << BigInt(below - f)) - lift);
  const wraps = emit.scale(top, emit.openToWords(emit.not(emit.openPlanes(c, width - 1, 1))));
  return {
    word: emit.sum([{ value: shifted, factor: 1n }, { value: word, factor: -1n }, { value: wraps, factor: 1n << BigInt(width - f) }]),
    lowBits: (planes) => {
      const { generate, propagate } = borrows(emit, shifted, high.bit, planes);
      return differenceOf(emit, generate, emit.not(propagate), propagate, planes);
    },
  };
}

/** half ⊕ what is carried into each position. */
function differenceOf(emit: Emitter, generate: Register, half: Register, propagate: Register, planes: number): Register {
  if (planes === 1) return half;
  const carried = carries(emit, { generate: emit.planesBetween(generate, 0, planes - 1), propagate: emit.planesBetween(propagate, 0, planes - 1) }, planes - 1);
  return emit.xor(half, emit.planes([[carried, -1], ...Array.from({ length: planes - 1 }, (_, i) => [carried, i] as const)]));
}

function inField(emit: Emitter, x: Register, f: number): Nearly {
  const [width, lanes] = [61, emit.lengthOf(x)];
  const { word, bit } = emit.before(() => emit.daBits(width, lanes));
  const r = emit.before(() => weighted(emit, word, width, lanes));
  const high = emit.before(() => weighted(emit, emit.slice(word, f * lanes, width * lanes), width - f, lanes));
  const c = emit.open(emit.sum([{ value: x, factor: 1n }, { value: r, factor: 1n }], 1n << 59n));
  // w = 1 − [r has its top bit]·[c has not], as r̄ is r inverted; ⌊r̄ / 2^f⌋ = 2^(61−f) − 1 − ⌊r / 2^f⌋. One is added for what two floors lack of their sum in the mean.
  const both = emit.scale(emit.slice(word, (width - 1) * lanes, width * lanes), emit.openToWords(emit.not(emit.openPlanes(c, width - 1, 1))));
  const shifted = emit.shift(c, f);
  return {
    word: emit.sum([{ value: shifted, factor: 1n }, { value: high, factor: -1n }, { value: both, factor: 1n << BigInt(width - f) }], -(1n << BigInt(59 - f))),
    lowBits: (planes) => {
      if (planes > 59 - f) throw new RangeError('bits beyond those of values');
      const inverted = emit.not(emit.planesBetween(bit, f, f + planes));
      const opened = emit.openPlanes(emit.plus(shifted, 1n), 0, planes);
      const propagate = emit.xor(inverted, opened);
      return differenceOf(emit, emit.and(inverted, opened), propagate, propagate, planes);
    },
  };
}

function ofAddends(emit: Emitter, x: Register, f: number): Nearly {
  // Half a unit for each addend, which rounds down.
  const half = 3n << BigInt(f - 1);
  const centred = emit.plus(x, (1n << 62n) + half);
  const tops = emit.addends(centred, 3, 64).map((addend) => emit.planesBetween(addend, 62, 64)) as unknown as readonly [Register, Register, Register];
  const { sum, majority } = carrySave(emit, tops, 2);
  const over = emit.or(emit.planes([[sum, 1]]), emit.planes([[majority, 0]]));
  const lanes = emit.lengthOf(x);
  const words = toWords(emit, emit.stack([emit.planes([[majority, 1]]), over]));
  const wrap = -(1n << BigInt(64 - f));
  return {
    word: emit.sum([
      { value: emit.shiftAddends(centred, f), factor: 1n }, { value: emit.slice(words, 0, lanes), factor: wrap }, { value: emit.slice(words, lanes, 2 * lanes), factor: wrap },
    ], -(1n << BigInt(62 - f))),
    lowBits: (planes) => {
      const parts = emit.addends(emit.plus(x, half), 3, f + planes).map((addend) => emit.planesBetween(addend, f, f + planes)) as unknown as readonly [Register, Register, Register];
      const { sum: s, shifted } = carrySave(emit, parts, planes);
      return planes === 1 ? s : addBits(emit, s, shifted, planes, { ripple: false, carry: false });
    },
  };
}
