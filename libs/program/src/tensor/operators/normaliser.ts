import { type Dyadic, dyadic } from '../../dyadic.js';
import { normalised, octavesOf } from '../numeric/octaves.js';
import { type Operator, bitLength, known, malformed } from '../operator.js';
import { type TensorStep } from '../steps.js';

type Normaliser = Extract<TensorStep, { op: 'normaliser' }>;

/** j for a raw integer whose highest bit is `octave`: the greatest with x · 2^(power · j) < 2^bits. */
const shiftOf = ({ bits, power }: Normaliser, octave: number): number => Math.floor((bits - 1 - octave) / power);

/**
 * What brings numbers of any magnitude to one: [3, …]: 2^j, j, and whether x ≠ 0, for the greatest j with x · 2^(power · j) < 2^bits, where x is the raw integer;
 * for x = 0 as for 1, but the last. Exact. Bits of the value and a thermometer of them, of which all three are linear.
 */
export const normaliser: Operator<Normaliser> = {
  infer: (step, typeOf) => {
    const { out, value, bits, power } = step;
    const type = typeOf(value);
    const { min, max } = known(type, out);
    if (min < 0n || max >= 1n << BigInt(bits)) throw malformed(`\`${out}\` brings to ${bits} bits what is negative or larger`);
    if (power !== 1 && power !== 2) throw malformed(`\`${out}\` has no such power`);
    const most = shiftOf(step, Math.max(0, bitLength(min) - 1));
    return { shape: [3, ...type.shape], fractionBits: 0, range: { min: 0n, max: 1n << BigInt(Math.max(most, bitLength(BigInt(most)))) } };
  },
  lower: (step, { emit, register, typeOf }) => {
    const { byOctave } = normalised(emit, emit.shared(register(step.value)), octavesOf(typeOf(step.value).range!));
    const most = shiftOf(step, 0);
    return emit.concat([byOctave((e) => 1n << BigInt(shiftOf(step, e)), 1n << BigInt(most)), byOctave((e) => BigInt(shiftOf(step, e)), BigInt(most)), byOctave(() => 1n)].map((each) => emit.shared(each)));
  },
  clear: (step, valueOf, typeOf) => {
    const { fractionBits } = typeOf(step.value);
    // ⌊log₂ x⌋ of the exact value, which is that of the raw integer; below one unit as for a unit.
    const values = valueOf(step.value);
    const each = (of: (octave: number) => bigint): Dyadic[] => values.map(({ m, e }) => dyadic(of(m <= 0n ? 0 : Math.max(0, bitLength(m) - 1 + e + fractionBits))));
    return [...each((octave) => 1n << BigInt(shiftOf(step, octave))), ...each((octave) => BigInt(shiftOf(step, octave))), ...values.map(({ m }) => dyadic(m > 0n ? 1n : 0n))];
  },
};
