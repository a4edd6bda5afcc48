import { type Emitter } from '../../machine/emitter.js';
import { type Register } from '../../machine/instructions.js';
import { type Polynomial } from './chebyshev.js';
import { FRACTION_BITS, apart, roundedTogether } from './rounded.js';

/** A part of the sum: shares with FRACTION_BITS fraction bits, or twice as many where it is `wide`; or a number that everybody knows. */
type Term = { readonly value: Register; readonly wide: boolean } | { readonly known: number };

const integer = (value: number, bits: number): bigint => BigInt(Math.round(value * 2 ** bits));

/**
 * Σ c_i u^i at 2·FRACTION_BITS fraction bits, not yet rounded, for u at FRACTION_BITS. Estrin's scheme: pairs, then pairs of pairs with u², u⁴, …; a
 * polynomial of degree below 2^d takes d products after one another, the last of which the caller truncates.
 */
export function evaluated(emit: Emitter, u: Register, { coefficients }: Polynomial): Register {
  let power = u;
  let terms = pairs(coefficients.map((known): Term => ({ known }))).map(([low, high]) => joined(emit, low, high, u));
  while (terms.length > 1) {
    // The lowest term is only added to, and so stays wide; the others are factors once more.
    const wide = terms.slice(1).flatMap((term) => ('value' in term && term.wide ? [term.value] : []));
    const [square, ...narrow] = roundedTogether(emit, [emit.multiply(power, power), ...wide], FRACTION_BITS) as [Register, ...Register[]];
    power = square;
    terms = terms.map((term, i) => (i > 0 && 'value' in term && term.wide ? { value: narrow.shift()!, wide: false } : term));
    const factors = terms.flatMap((term, i) => (i % 2 === 1 && 'value' in term ? [term.value] : []));
    const products = factors.length === 0 ? [] : apart(emit, emit.multiply(emit.concat(factors), repeated(emit, power, factors.length)), factors.length);
    terms = pairs(terms).map(([low, high]) => joined(emit, low, high, power, high && 'value' in high ? products.shift() : undefined));
  }
  return (terms[0] as Extract<Term, { value: Register }>).value;
}

/** low + high · power, where `product` is that of shares. */
function joined(emit: Emitter, low: Term, high: Term | undefined, power: Register, product?: Register): Term {
  if (high === undefined) return low;
  const added = 'value' in low ? [{ value: low.value, factor: low.wide ? 1n : 1n << BigInt(FRACTION_BITS) }] : [];
  const scaled = 'known' in high ? { value: power, factor: integer(high.known, FRACTION_BITS) } : { value: product!, factor: 1n };
  return { value: emit.sum([...added, scaled], 'known' in low ? integer(low.known, 2 * FRACTION_BITS) : 0n), wide: true };
}

const pairs = <T>(items: readonly T[]): (readonly [T, T | undefined])[] => Array.from({ length: Math.ceil(items.length / 2) }, (_, i) => [items[2 * i]!, items[2 * i + 1]]);

const repeated = (emit: Emitter, value: Register, times: number): Register => emit.concat(Array.from({ length: times }, () => value));

/** How far the sum is from the polynomial, in real numbers: what the roundings of coefficients and of intermediate values add up to. */
export function roundingError({ coefficients }: Polynomial): number {
  const half = 2 ** (-FRACTION_BITS - 1);
  let power = { error: 0 };
  let sums = Array.from({ length: Math.ceil(coefficients.length / 2) }, (_, i) => ({
    size: Math.abs(coefficients[2 * i]!) + Math.abs(coefficients[2 * i + 1] ?? 0), error: half,
  }));
  while (sums.length > 1) {
    power = { error: 2 * power.error + power.error ** 2 + half };
    const terms = sums.map(({ size, error }, i) => ({ size, error: i === 0 ? error : error + half }));
    sums = Array.from({ length: Math.ceil(terms.length / 2) }, (_, i) => {
      const [low, high] = [terms[2 * i]!, terms[2 * i + 1]];
      return high ? { size: low.size + high.size, error: low.error + high.error * (1 + power.error) + high.size * power.error } : low;
    });
  }
  return sums[0]!.error;
}
