import { addBits, allSet, carries, carryOut, carrySave, groupOf, joined } from './circuits.js';
import { type Emitter, valueBitsOf, wordBitsOf } from './emitter.js';
import { type Register, type Style } from './instructions.js';
import { edaBits, splitMask } from './masks.js';
import { toWords, weighted } from './words.js';

export { toWords };

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

/** A register of one plane: 1 where 0 ≤ x < 2^63, or 2^59 modulo p, for any element x at all. */
export function isNatural(emit: Emitter, x: Register): Register {
  if (emit.style !== 'masked-field') return emit.not(isNegative(emit, x));
  // Bit 59 of x + 2^59 is 1 and bit 60 is 0: the latter is p₆₀ ⊕ g₅₉ ⊕ p₅₉∧k, where k is carried into bit 59.
  const opened = openUnderFieldMask(emit, x);
  const low = groupOf(emit, opened, 0, 59, 'both');
  const wrapped = endAroundCarry(emit, joined(emit, groupOf(emit, opened, 59, 61, 'both'), low));
  const carried = carryOut(emit, low, wrapped);
  const propagate = emit.planesBetween(opened.propagate, 59, 60);
  const top = emit.xor(emit.xor(emit.planesBetween(opened.propagate, 60, 61), emit.planesBetween(opened.generate, 59, 60)), emit.and(propagate, carried));
  return emit.and(emit.xor(propagate, carried), emit.not(top));
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

// masked-ring

/** x + r modulo 2^width opened, and the bits of r: uniform for all who look, as r modulo 2^width is. */
function openUnderMask(emit: Emitter, x: Register, width: number): { c: Register; bits: Register } {
  const { word, bits } = emit.before(() => edaBits(emit, emit.lengthOf(x), width));
  return { c: openLow(emit, emit.add(x, word), width), bits };
}

/** The low `width` bits of a word opened: nothing of the others, which are shifted out first. */
function openLow(emit: Emitter, x: Register, width: number): Register {
  return width === 64 ? emit.open(x) : emit.shift(emit.open(emit.times(x, 1n << BigInt(64 - width))), 64 - width);
}

/** Where c − r borrows, for the low `width` bits: generate ¬c∧r, propagate ¬(c ⊕ r). Local, as c is open. */
export function borrows(emit: Emitter, c: Register, bits: Register, width: number): { generate: Register; propagate: Register } {
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
  const r = emit.before(() => weighted(emit, word, width, lanes));
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
