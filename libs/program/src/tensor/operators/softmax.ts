import { type Dyadic, exactly, toNumber } from '../../dyadic.js';
import { type PlanStep } from '../../plan.js';
import { type Lowering, type Operator, bitLength, known, lengthOf, malformed } from '../operator.js';
import { greatest, spreadOf } from './compare.js';
import { type DivisionDesign, designDivision, divisionError, quotientOf } from './divide.js';
import { type ExpDesign, designExp, expError, exponential } from './exp.js';

type Step = Extract<PlanStep, { op: 'softmax' }>;

/** Fraction bits of the exponentials: a few more than the result has. */
const EXTRA_BITS = 6;
const MOST_BITS = 26;

interface Design {
  readonly rows: number;
  readonly columns: number;
  readonly bits: number;
  readonly exponent: ExpDesign;
  /** Added to every sum so that it is at least 1 for certain: how far e^0 can be too small. */
  readonly slack: bigint;
  readonly division: DivisionDesign;
}

function designOf({ out, value, fractionBits }: Step, typeOf: Lowering['typeOf']): Design {
  const type = typeOf(value);
  const size = type.shape.at(-1);
  if (size === undefined) throw malformed(`\`${out}\` works along an axis that its operand lacks`);
  // Rows without elements have nothing that adds up to 1; they are as good as no rows.
  const columns = Math.max(1, size);
  if (fractionBits < 0) throw malformed(`\`${out}\` has a scale that a softmax does not reach`);
  const { min, max } = known(type, out);
  const bits = Math.min(MOST_BITS, fractionBits + EXTRA_BITS);
  const exponent = designExp({ min: min - max, max: 0n }, type.fractionBits, bits, out);
  const one = 1n << BigInt(bits);
  const slack = BigInt(Math.ceil(expError(exponent, 0)));
  const division = designDivision({ min: one, max: BigInt(columns) * (exponent.range.max + slack) }, bitLength(exponent.range.max), fractionBits, out);
  return { rows: lengthOf(type.shape) / columns, columns, bits, exponent, slack, division };
}

/** In units: the errors of the numerator, of the denominator, which is at least 1, and of their quotient. */
function errorOf({ columns, bits, exponent, slack, division }: Design, fractionBits: number): number {
  const one = 2 ** bits;
  const each = expError(exponent, 0) / one;
  const quotient = divisionError(division, fractionBits)(one, one);
  return quotient + 2 ** fractionBits * (each + columns * each + Number(slack) / one) * 1.01;
}

/**
 * e^value / Σ e^value along the last axis, of what is left when the greatest of the axis is taken off: no value overflows, and a range of any width will do.
 * Off by at most 1 + (columns + 3) · 2^−4 units for 20 fraction bits or fewer; see `error`. The maximum, the exponentials, one division.
 */
export const softmax: Operator<Step> = {
  infer: (step, typeOf) => {
    const { exponent, division } = designOf(step, typeOf);
    const { fractionBits } = step;
    const type = typeOf(step.value);
    const { min, max } = known(type, step.out);
    const error = BigInt(Math.ceil(divisionError(division, fractionBits)(Number(exponent.range.max), 2 ** Math.min(MOST_BITS, fractionBits + EXTRA_BITS))));
    return { shape: type.shape, fractionBits, range: { min: 0n, max: (1n << BigInt(fractionBits)) + error + 1n }, peak: { min: min - max, max: max - min } };
  },
  lower: (step, lowering) => {
    const { emit, register } = lowering;
    const { rows, columns, exponent, slack, division } = designOf(step, lowering.typeOf);
    if (columns === 1) return emit.repeat(emit.constant([1n << BigInt(step.fractionBits)]), rows);
    const x = emit.shared(register(step.value));
    const { min, max } = known(lowering.typeOf(step.value), step.out);
    const byRow = Uint32Array.from({ length: rows * columns }, (_, i) => Math.floor(i / columns));
    const most = greatest(lowering, Array.from({ length: columns }, (_, j) => emit.gather(x, Uint32Array.from({ length: rows }, (__, i) => i * columns + j))), spreadOf(lowering.typeOf(step.value)));
    const powers = exponential(lowering, emit.subtract(x, emit.gather(most, byRow)), { min: min - max, max: 0n }, exponent);
    const sums = emit.plus(emit.sumAxis(powers, rows, columns, 1), slack);
    return quotientOf(lowering, powers, sums, division, (inverse) => emit.gather(inverse, byRow));
  },
  clear: ({ value }, valueOf, typeOf) => {
    const columns = typeOf(value).shape.at(-1)!;
    const source = valueOf(value).map(toNumber);
    return source.map((x, i): Dyadic => {
      const row = source.slice(i - (i % columns), i - (i % columns) + columns);
      const most = Math.max(...row);
      return exactly(Math.exp(x - most) / row.reduce((sum, each) => sum + Math.exp(each - most), 0));
    });
  },
  error: (step, typeOf) => {
    const design = designOf(step, typeOf);
    return () => errorOf(design, step.fractionBits);
  },
};

