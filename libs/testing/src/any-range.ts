import fc from 'fast-check';
import { type ColumnDeclaration } from '#program';

/** A range anywhere between 1e-30 and 1e30, of either sign or both, sometimes of one value only. */
export const anyRange = fc.oneof(
  fc.record({ exponent: fc.integer({ min: -30, max: 30 }), low: fc.double({ min: -1, max: 1, noNaN: true }), width: fc.constantFrom(0, 1e-3, 0.5, 1) })
    .map(({ exponent, low, width }) => ({ type: 'number' as const, min: low * 10 ** exponent, max: (low + width) * 10 ** exponent })),
  fc.record({ bits: fc.integer({ min: 0, max: 52 }), low: fc.double({ min: -1, max: 0, noNaN: true }), high: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ bits, low, high }) => ({ type: 'integer' as const, min: Math.ceil(low * 2 ** bits), max: Math.floor(high * 2 ** bits) })),
).filter(({ min, max }) => (min === 0 && max === 0) || Math.max(Math.abs(min), Math.abs(max)) > 1e-90);

/** A place within a range: mostly its ends, where overflow would happen. */
export const anyPlace = fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }));
export function valueAt(range: ColumnDeclaration, place: number): number {
  if (range.type === 'category' || range.type === 'key') throw new Error('not numeric');
  const value = range.min + (range.max - range.min) * place;
  return Math.min(range.max, Math.max(range.min, range.type === 'integer' ? Math.round(value) : value));
}
