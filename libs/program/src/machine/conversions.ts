import { addBits, allSet, carries, carryOut, carrySave, groupOf, joined } from './circuits.js';
import { type Emitter, valueBitsOf, wordBitsOf } from './emitter.js';
import { type Register, type Style } from './instructions.js';

/**
 * From words to bits and back, for the three styles. x is a shared word with |x| < 2^V, V = `valueBitsOf(style)`, two's complement or its
 * residue modulo p; results are exact.
 *
 * `masked-ring`, over Z_2^64: r = 2^f·r_h + r_l is a random word whose parts and bits are shared ahead. c = x + 2^62 + r is opened; then
 * ⌊(x + 2^62)/2^f⌋ = ⌊c/2^f⌋ − r_h − [c_l < r_l] + 2^(64−f)·w, where w tells whether the sum wrapped. As x + 2^62 < 2^63, w = r₆₃ ∧ ¬c₆₃.
 * Where |x| < 2^b is known, b takes the place of 62: all is modulo 2^(b+2), and the mask is as short.
 *
 * `masked-field`, modulo p = 2^61 − 1: with r̄ = p − r, whose bits are those of r inverted, x + 2^59 = c + r̄ + w − 2^61·w, the addition with
 * end-around carry w.
 *
 * `addends`, over Z_2^64: x + 2^62 is the sum of three words, each known to two parties. A carry-save adder makes them two, s and t; the
 * carries over position f are m_(f−1) and that of s + t, and those over the top m_63 and s₆₃ ∨ t₆₃.
 */

/** Lanes from which on an adder that runs ahead of the inputs is a ripple: fewer ANDs for more rounds. */
const rippleFromLanes = 4096;

/** A register of one plane: 1 where x < 0, for |x| < 2^below. Of Z_2^64 no more bits are looked at than that. */
export function isNegative(emit: Emitter, x: Register, below = 63): Register {
  switch (emit.style) {
    case 'masked-ring': {
      // x = c − r modulo 2^(below + 1); the sign is c ⊕ r ⊕ the borrow, at bit `below`.
      const { c, bits } = openUnderMask(emit, x, below + 1);
      const borrow = groupOf(emit, borrows(emit, c, bits, below), 0, below, 'generate').generate;
      return emit.xor(emit.xor(emit.planesBetween(bits, below, below + 1), emit.openPlanes(c, below, 1)), borrow);
    }
    case 'masked-field': {
      const opened = openUnderFieldMask(emit, x);
      const low = groupOf(emit, opened, 0, 59, 'both');
      const wrapped = endAroundCarry(emit, joined(emit, groupOf(emit, opened, 59, 61, 'both'), low));
      // Bit 59 of x + 2^59, inverted.
      return emit.not(emit.xor(emit.planesBetween(opened.propagate, 59, 60), carryOut(emit, low, wrapped)));
    }
    case 'addends': {
      const { s, t } = twoAddends(emit, x, below + 1);
      const sign = emit.xor(emit.planesBetween(s, below, below + 1), emit.planesBetween(t, below, below + 1));
      // t has no bit 0, so that position 0 makes no carry.
      return below < 2 ? sign : emit.xor(sign, carryOfSum(emit, emit.planesBetween(s, 1, below), emit.planesBetween(t, 1, below)));
    }
  }
}

/** A register of one plane: 1 where x = 0, for |x| < 2^below. */
export function isZero(emit: Emitter, x: Register, below = 63): Register {
  const width = below + 1;
  switch (emit.style) {
    case 'masked-ring': {
      const { c, bits } = openUnderMask(emit, x, width);
      return allSet(emit, emit.not(emit.xor(bits, emit.openPlanes(c, 0, width))));
    }
    case 'masked-field': {
      // c_i ⊕ r̄_i for all i: c is r.
      return allSet(emit, openUnderFieldMask(emit, x, 0n).propagate);
    }
    case 'addends': {
      // s + t = 0 just where s ⊕ t is (s ∨ t) shifted left by one.
      const { s, t } = twoAddends(emit, x, width);
      const either = emit.or(emit.planesBetween(s, 0, below), emit.planesBetween(t, 0, below));
      const shiftedOnce = emit.planes([[either, -1], ...Array.from({ length: below }, (_, i) => [either, i] as const)]);
      return allSet(emit, emit.not(emit.xor(emit.xor(s, t), shiftedOnce)));
    }
  }
}

/** ⌊x / 2^bits⌋ for bits ≥ 1 and |x| < 2^below: rounds towards −∞, exactly. */
export function truncate(emit: Emitter, x: Register, bits: number, below = valueBitsOf(emit.style)): Register {
  // From `below` bits on it is 0 or −1.
  const f = Math.min(bits, below);
  const offset = 1n << BigInt(emit.style === 'masked-ring' ? below : valueBitsOf(emit.style));
  const centred = emit.plus(x, offset);
  const back = -(offset >> BigInt(f));
  if (emit.isOpen(x)) return emit.plus(emit.shift(centred, f), back);
  switch (emit.style) {
    case 'masked-ring': {
      const width = below + 2;
      const { r, high, top, low } = splitMask(emit, emit.lengthOf(x), f, width);
      const c = openLow(emit, emit.add(centred, r), width);
      const borrow = groupOf(emit, borrows(emit, c, low, f), 0, f, 'generate').generate;
      const wraps = emit.scale(top, emit.openToWords(emit.not(emit.openPlanes(c, width - 1, 1))));
      return emit.sum([
        { value: emit.shift(c, f), factor: 1n }, { value: high, factor: -1n }, { value: toWords(emit, borrow), factor: -1n },
        { value: wraps, factor: 1n << BigInt(width - f) },
      ], back);
    }
    case 'masked-field': {
      const { generate, propagate, c, inverse } = openUnderFieldMask(emit, x);
      const low = groupOf(emit, { generate, propagate }, 0, f, 'both');
      const wrapped = endAroundCarry(emit, joined(emit, groupOf(emit, { generate, propagate }, f, 61, 'both'), low));
      const words = toWords(emit, emit.stack([carryOut(emit, low, wrapped), wrapped]));
      const lanes = emit.lengthOf(x);
      return emit.sum([
        { value: emit.shift(c, f), factor: 1n }, { value: inverse(f), factor: 1n }, { value: emit.slice(words, 0, lanes), factor: 1n },
        { value: emit.slice(words, lanes, 2 * lanes), factor: -(1n << BigInt(61 - f)) },
      ], back);
    }
    case 'addends': {
      const addends = emit.addends(centred, 3, 64);
      // Only the planes that a carry over f or over the top comes from.
      const named = [...Array.from({ length: f }, (_, i) => i), ...[62, 63].filter((i) => i >= f)];
      const some = addends.map((addend) => emit.planes(named.map((i) => [addend, i] as const))) as unknown as readonly [Register, Register, Register];
      const { sum, majority } = carrySave(emit, some, named.length);
      const at = (i: number): number => named.indexOf(i);
      const shifted = (i: number): readonly [Register, number] => [majority, i === 0 ? -1 : at(i - 1)];
      // t has no bit 0, so that position 0 makes no carry.
      const low = Array.from({ length: f - 1 }, (_, i) => i + 1);
      const carry = low.length === 0 ? [] : [carryOfSum(emit, emit.planes(low.map((i) => [sum, at(i)] as const)), emit.planes(low.map(shifted)))];
      const over = emit.or(emit.planes([[sum, at(63)]]), emit.planes([shifted(63)]));
      const lanes = emit.lengthOf(x);
      const words = toWords(emit, emit.stack([emit.planes([[majority, at(63)]]), over, emit.planes([[majority, at(f - 1)]]), ...carry]));
      const word = (i: number): Register => emit.slice(words, i * lanes, (i + 1) * lanes);
      const wrap = -(1n << BigInt(64 - f));
      return emit.sum([
        { value: emit.shiftAddends(centred, f), factor: 1n }, { value: word(0), factor: wrap }, { value: word(1), factor: wrap },
        { value: word(2), factor: 1n }, ...carry.map(() => ({ value: word(3), factor: 1n })),
      ], back);
    }
  }
}

/** The carry out of s + t. */
const carryOfSum = (emit: Emitter, s: Register, t: Register): Register =>
  groupOf(emit, { generate: emit.and(s, t), propagate: emit.xor(s, t) }, 0, emit.planesOf(s), 'generate').generate;

/** The low `width` ≤ V bits of x ≥ 0, plane 0 the lowest. */
export function toBits(emit: Emitter, x: Register, width: number): Register {
  switch (emit.style) {
    case 'masked-ring': {
      const { c, bits } = openUnderMask(emit, x, width);
      const { generate, propagate } = borrows(emit, c, bits, width);
      // c − r: bit i is c_i ⊕ r_i ⊕ borrow into i, and `propagate` is c_i ⊕ r_i inverted.
      const difference = emit.not(propagate);
      if (width === 1) return difference;
      const borrow = carries(emit, { generate: emit.planesBetween(generate, 0, width - 1), propagate: emit.planesBetween(propagate, 0, width - 1) }, width - 1);
      return emit.xor(difference, emit.planes([[borrow, -1], ...Array.from({ length: width - 1 }, (_, i) => [borrow, i] as const)]));
    }
    case 'masked-field': {
      const { generate, propagate } = openUnderFieldMask(emit, x, 0n);
      const all = groupOf(emit, { generate, propagate }, 0, 61, 'both');
      const wrapped = endAroundCarry(emit, all);
      if (width === 1) return emit.xor(emit.planesBetween(propagate, 0, 1), wrapped);
      const into = carries(emit, { generate, propagate }, width - 1, wrapped);
      return emit.xor(emit.planesBetween(propagate, 0, width), emit.stack([wrapped, into]));
    }
    case 'addends': {
      if (width === 1) {
        const [a, b, c] = emit.addends(x, 3, 1) as unknown as [Register, Register, Register];
        return emit.xor(emit.xor(a, b), c);
      }
      const { s, t } = twoAddends(emit, x, width);
      return addBits(emit, s, t, width, { ripple: false, carry: false });
    }
  }
}

/** Bits as words 0 and 1, planes · lanes of them, plane by plane. */
export function toWords(emit: Emitter, bits: Register): Register {
  if (emit.style === 'addends') {
    const [a, b, c] = emit.inject(bits, 3) as [Register, Register, Register];
    return exclusiveOr(emit, exclusiveOr(emit, a, b), c);
  }
  const { word, bit } = emit.daBits(emit.planesOf(bits), emit.lanesOf(bits));
  const difference = emit.openToWords(emit.openBits(emit.xor(bits, bit)));
  // d ⊕ b = d + b − 2·d·b
  return emit.sum([{ value: difference, factor: 1n }, { value: emit.scale(word, emit.sum([{ value: difference, factor: -2n }], 1n)), factor: 1n }]);
}

/** x ⊕ y of words 0 and 1. */
export const exclusiveOr = (emit: Emitter, x: Register, y: Register): Register =>
  emit.sum([{ value: x, factor: 1n }, { value: y, factor: 1n }, { value: emit.multiply(x, y), factor: -2n }]);

// masked-ring

/** x + r modulo 2^width opened, and the bits of r: uniform for all who look, as r modulo 2^width is. */
function openUnderMask(emit: Emitter, x: Register, width: number): { c: Register; bits: Register } {
  const { r, bits } = emit.before(() => {
    const r = emit.random(emit.lengthOf(x), width);
    return { r, bits: sumOfOwnWords(emit, r, width, 0).bits };
  });
  return { c: openLow(emit, emit.add(x, r), width), bits };
}

/** The low `width` bits of a word opened: nothing of the others, which are shifted out first. */
function openLow(emit: Emitter, x: Register, width: number): Register {
  return width === 64 ? emit.open(x) : emit.shift(emit.open(emit.times(x, 1n << BigInt(64 - width))), 64 - width);
}

/** A random word r = 2^f·high + low below 2^width: itself, high, its top bit as a word, and the bits of low. */
function splitMask(emit: Emitter, length: number, f: number, width: number): { r: Register; high: Register; top: Register; low: Register } {
  return emit.before(() => {
    const low = boundedMask(emit, length, f);
    const high = boundedMask(emit, length, width - f);
    return {
      r: emit.sum([{ value: low.word, factor: 1n }, { value: high.word, factor: 1n << BigInt(f) }]),
      high: high.word,
      top: toWords(emit, emit.planesBetween(high.bits, width - f - 1, width - f)),
      low: low.bits,
    };
  });
}

/** A random word below 2^width and its bits: the sum of the parties' own ones, less its carries (edaBits, ePrint 2020/338, Fig. 8). */
function boundedMask(emit: Emitter, length: number, width: number): { word: Register; bits: Register } {
  const own = emit.random(length, width);
  const extra = Math.ceil(Math.log2(emit.parties));
  const { bits } = sumOfOwnWords(emit, own, width, extra);
  // Bits beyond the 64th are not part of the word.
  const kept = Math.min(extra, 64 - width);
  if (kept === 0) return { word: own, bits };
  const over = toWords(emit, emit.planesBetween(bits, width, width + kept));
  return {
    word: emit.sum([{ value: own, factor: 1n }, ...Array.from({ length: kept }, (_, j) => ({ value: emit.slice(over, j * length, (j + 1) * length), factor: -(1n << BigInt(width + j)) }))]),
    bits: emit.planesBetween(bits, 0, width),
  };
}

/** The bits of a sum of one word below 2^width of each party: width + extra of them. */
function sumOfOwnWords(emit: Emitter, own: Register, width: number, extra: number): { bits: Register } {
  const planes = Math.min(64, width + extra);
  const lanes = emit.lengthOf(own);
  let values = [...emit.addends(own, emit.parties, planes)];
  const ripple = lanes >= rippleFromLanes;
  // Pairs of addends side by side. A sum of 2^j words below 2^width is below 2^(width + j).
  for (let bits = width; values.length > 1; bits++) {
    const wide = Math.min(planes, bits + 1);
    const next: Register[] = [];
    for (let i = 0; i + 1 < values.length; i += 2) {
      const narrow = Math.min(bits, planes);
      const sum = addBits(emit, emit.planesBetween(values[i]!, 0, narrow), emit.planesBetween(values[i + 1]!, 0, narrow), narrow, { ripple, carry: wide > narrow });
      next.push(padded(emit, sum, planes));
    }
    if (values.length % 2 === 1) next.push(values.at(-1)!);
    values = next;
  }
  return { bits: values[0]! };
}

const padded = (emit: Emitter, bits: Register, planes: number): Register => {
  const has = emit.planesOf(bits);
  return has === planes ? bits : emit.planes(Array.from({ length: planes }, (_, i) => [bits, i < has ? i : -1] as const));
};

/** Where c − r borrows, for the low `width` bits: generate ¬c∧r, propagate ¬(c ⊕ r). Local, as c is open. */
function borrows(emit: Emitter, c: Register, bits: Register, width: number): { generate: Register; propagate: Register } {
  const low = emit.planesBetween(bits, 0, width);
  const opened = emit.openPlanes(c, 0, width);
  return { generate: emit.and(low, emit.not(opened)), propagate: emit.not(emit.xor(low, opened)) };
}

// masked-field

interface FieldMasked {
  readonly c: Register;
  readonly generate: Register;
  readonly propagate: Register;
  /** ⌊(p − r) / 2^f⌋ as a word. */
  inverse(f: number): Register;
}

/** x + offset opened under a random element whose 61 bits are shared, and where its addition to p − r generates and hands on carries. */
function openUnderFieldMask(emit: Emitter, x: Register, offset = 1n << 59n): FieldMasked {
  const lanes = emit.lengthOf(x);
  const width = wordBitsOf(emit.style);
  const { word, bit } = emit.before(() => emit.daBits(width, lanes));
  const plane = (i: number): Register => emit.slice(word, i * lanes, (i + 1) * lanes);
  const r = emit.before(() => emit.sum(Array.from({ length: width }, (_, i) => ({ value: plane(i), factor: 1n << BigInt(i) }))));
  const c = emit.open(emit.sum([{ value: x, factor: 1n }, { value: r, factor: 1n }], offset));
  const opened = emit.openPlanes(c, 0, width);
  const inverted = emit.not(bit);
  return {
    c,
    generate: emit.and(inverted, opened),
    propagate: emit.xor(inverted, opened),
    inverse: (f) => emit.sum(
      Array.from({ length: width - f }, (_, i) => ({ value: plane(f + i), factor: -(1n << BigInt(i)) })),
      (1n << BigInt(width - f)) - 1n,
    ),
  };
}

/** Whether the sum wraps at p: it does when it carries out, and when it is p itself. */
const endAroundCarry = (emit: Emitter, all: { generate: Register; propagate: Register }): Register => emit.xor(all.generate, all.propagate);

// addends

/** Two Boolean-shared words with the sum of the three addends of x, modulo 2^width. */
function twoAddends(emit: Emitter, x: Register, width: number): { s: Register; t: Register } {
  const [a, b, c] = emit.addends(x, 3, width) as unknown as [Register, Register, Register];
  const { sum, shifted } = carrySave(emit, [a, b, c], width);
  return { s: sum, t: shifted };
}

export const styleOf = (suite: 'additive-z64' | 'replicated-z64' | 'shamir-p61'): Style =>
  suite === 'additive-z64' ? 'masked-ring' : suite === 'replicated-z64' ? 'addends' : 'masked-field';
