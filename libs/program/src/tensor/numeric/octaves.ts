import { anyFrom } from '../../machine/circuits.js';
import { toBits, toWords } from '../../machine/conversions.js';
import { type Emitter } from '../../machine/emitter.js';
import { type Register } from '../../machine/instructions.js';
import { type Range } from '../operator.js';
import { apart, bitLength } from './rounded.js';

/** Where the highest bit of a number can be that is not negative: from `lowest` to `highest`, or nowhere when it may be 0. */
export interface Octaves {
  readonly lowest: number;
  readonly highest: number;
  readonly zero: boolean;
}

export const octavesOf = ({ min, max }: Range): Octaves => ({ lowest: Math.max(0, bitLength(min) - 1), highest: Math.max(0, bitLength(max) - 1), zero: min === 0n });

/** A number x with its octave e = ⌊log₂ x⌋, which nobody learns. */
export interface Normalised {
  /** x · 2^(highest − e), whose highest bit is always `highest`; 2^highest for x = 0. */
  readonly mantissa: Register;
  /** Words value(e), or `zero` for x = 0: local. */
  byOctave(value: (e: number) => bigint, zero?: bigint): Register;
}

/**
 * The bits of x, ored from the top, say for each octave whether x reaches it: a thermometer, of which every function of e is a linear combination.
 * Nothing of this is done where the range leaves one octave only.
 */
export function normalised(emit: Emitter, x: Register, octaves: Octaves): Normalised {
  const { lowest, highest, zero } = octaves;
  const first = zero ? lowest : lowest + 1;
  const reached = first > highest ? [] : apart(emit, toWords(emit, anyFrom(emit, emit.planesBetween(toBits(emit, x, highest + 1), first, highest + 1))), highest + 1 - first);
  const byOctave = (value: (e: number) => bigint, whenZero = 0n): Register => {
    const at = (e: number): bigint => (e < lowest ? whenZero : value(e));
    if (reached.length === 0) return emit.repeat(emit.constant([at(lowest)]), emit.lengthOf(x));
    return emit.sum(reached.map((word, i) => ({ value: word, factor: at(first + i) - at(first + i - 1) })), at(first - 1));
  };
  if (reached.length === 0) return { mantissa: x, byOctave };
  const shifted = emit.multiply(x, byOctave((e) => 1n << BigInt(highest - e)));
  return { mantissa: zero ? emit.add(shifted, byOctave(() => 0n, 1n << BigInt(highest))) : shifted, byOctave };
}
