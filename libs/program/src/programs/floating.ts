import { type TensorBuilder, type OutputOptions } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { type OpenedTensors } from './opened.js';

/** Bits of a number that is brought to a mantissa: what every suite can truncate. */
const WIDE_BITS = 58;
/** Fraction bits of a mantissa. */
const MANTISSA_BITS = 28;
/** Fraction bits of the powers that align addends. */
const POWER_BITS = 28;

/**
 * Secret floating-point numbers, element by element: mantissa · 2^(step · exponent), with a mantissa of 28 bits below 4 in magnitude; 0 has the mantissa 0. A fixed
 * scale keeps six digits of numbers of about one magnitude; a statistic has them at any (Aliasgari, Blanton, Zhang, Steele, NDSS 2013).
 * An operation is off by 2^−26 of its result at most where its operands have mantissas from 1/4 on, as `of` and `normalised` make them.
 */
export class Floating {
  private constructor(
    readonly mantissa: Tensor, readonly exponent: Tensor,
    /** Of base 4 (2), which has a root, or of base 2 (1). */
    readonly step: 1 | 2,
    /** 1 where the number is not 0, where that is known. */
    readonly nonzero?: Tensor,
  ) {}

  /** Numbers below 2^58 as raw integers. Of base 4. */
  static of(given: Tensor): Floating {
    const x = given.fractionBits % 2 === 0 ? given : given.at(given.fractionBits + 1);
    const magnitude = x.range!.min < 0n ? x.abs() : x;
    const { power, shift, nonzero } = normaliserOf(magnitude, WIDE_BITS, 2);
    const end = 2 ** (WIDE_BITS - x.fractionBits);
    const mantissa = x.times(power, { fractionBits: x.fractionBits, between: [x.range!.min < 0n ? -end : 0, end] }).shifted(WIDE_BITS - x.fractionBits).at(MANTISSA_BITS);
    return new Floating(x.range!.min > 0n ? mantissa.within(1 / 4, 1) : mantissa, shift.negated().plus((WIDE_BITS - x.fractionBits) / 2), 2, nonzero);
  }

  /** mantissa · 4^exponent. */
  static made(mantissa: Tensor, exponent: Tensor): Floating {
    return new Floating(mantissa, exponent, 2);
  }

  /** mantissa · 2^exponent, for a mantissa of 28 fraction bits, of which `nonzero` tells whether it is 0. */
  static scaled(mantissa: Tensor, exponent: Tensor, nonzero?: Tensor): Floating {
    return new Floating(mantissa.at(MANTISSA_BITS), exponent, 1, nonzero);
  }

  /** The numbers of this, and then those of others: vectors of base 2. */
  static joined(parts: readonly Floating[]): Floating {
    const alike = parts.map((part) => part.#inTwos());
    const builder = parts[0]!.mantissa.builder;
    const join = (of: (part: Floating) => Tensor): Tensor => builder.concat(alike.map(of));
    const one = (part: Floating): Tensor => part.nonzero ?? builder.constant(Array.from({ length: part.mantissa.length }, () => 1));
    return new Floating(join(({ mantissa }) => mantissa), join(({ exponent }) => exponent), 1, join(one));
  }

  negated(): Floating {
    return new Floating(this.mantissa.negated(), this.exponent, this.step, this.nonzero);
  }

  times(other: Floating): Floating {
    const [a, b] = this.#alike(other);
    return new Floating(a.mantissa.times(b.mantissa, { fractionBits: MANTISSA_BITS }), a.exponent.plus(b.exponent), a.step, this.#bothNonzero(other));
  }

  /** Whether a product is 0, where that follows without looking at it. */
  #bothNonzero(other: Floating): Tensor | undefined {
    if (other.#isPositive()) return this.nonzero;
    if (this.#isPositive()) return other.nonzero;
    return this.nonzero && other.nonzero?.times(this.nonzero, { fractionBits: 0 });
  }

  squared(): Floating {
    const square = this.mantissa.squared({ fractionBits: MANTISSA_BITS });
    const most = Number(square.range!.max) * 2 ** -MANTISSA_BITS;
    return new Floating(square.within(0, most), this.exponent.times(2), this.step, this.nonzero);
  }

  /** The other's mantissas are above 0 by their range. */
  over(other: Floating): Floating {
    const [a, b] = this.#alike(other);
    return new Floating(a.mantissa.dividedBy(b.mantissa, { fractionBits: MANTISSA_BITS }), a.exponent.minus(b.exponent), a.step, this.nonzero);
  }

  reciprocal(): Floating {
    return new Floating(this.mantissa.reciprocal({ fractionBits: MANTISSA_BITS }), this.exponent.negated(), this.step);
  }

  /** Of numbers of base 4 from 0 on. */
  sqrt(): Floating {
    if (this.step !== 2) throw new TypeError('the root of a number whose exponent may be odd');
    return new Floating(this.mantissa.sqrt({ fractionBits: MANTISSA_BITS }), this.exponent, 1);
  }

  /** The sum along the first axis: addends are aligned to the greatest exponent of those that are not 0. Off by 2^−28 of the greatest for each of them. */
  total(): Floating {
    const { min, max } = this.exponent.range!;
    const spread = Number(max - min);
    if (!this.nonzero && !this.#isPositive()) throw new TypeError('the sum of what may be 0, where nobody knows whether it is');
    // A 0 goes below all others.
    const level = this.nonzero ? this.exponent.plus(this.nonzero.minus(1).times(spread + 1)) : this.exponent;
    const greatest = level.max(0);
    const below = greatest.minus(level).within(0, this.nonzero ? 2 * spread + 1 : spread);
    const powers = this.mantissa.builder.constant(Array.from({ length: Number(below.range!.max) + 1 }, (_, by) => 2 ** (-this.step * by)), { fractionBits: POWER_BITS });
    return new Floating(this.mantissa.times(powers.lookup(below), { fractionBits: MANTISSA_BITS }).sum(0), greatest, this.step);
  }

  /** With mantissas from 1/4 on where the base is 4, from 1/2 on where it is 2: one way to write every number. */
  normalised(): Floating {
    const { mantissa, step } = this;
    const { min, max } = mantissa.range!;
    const magnitude = min < 0n ? mantissa.abs() : mantissa;
    const longest = [min, max].reduce((most, end) => Math.max(most, (end < 0n ? -end : end).toString(2).length), MANTISSA_BITS);
    const bits = longest + ((longest - MANTISSA_BITS) % step);
    const { power, shift, nonzero } = normaliserOf(magnitude, bits, step);
    const extra = bits - MANTISSA_BITS;
    const wide = mantissa.times(power, { fractionBits: MANTISSA_BITS, between: [min < 0n ? -(2 ** extra) : 0, 2 ** extra] }).shifted(extra).at(MANTISSA_BITS);
    return new Floating(min > 0n ? wide.within(2 ** -step, 1) : wide, this.exponent.minus(shift).plus(extra / step), step, nonzero);
  }

  /** 0 where `bit` is 0. */
  where(bit: Tensor): Floating {
    const nonzero = this.nonzero && this.nonzero.times(bit, { fractionBits: 0 });
    return new Floating(this.mantissa.times(bit, { fractionBits: MANTISSA_BITS }), this.exponent.times(bit, { fractionBits: 0 }), this.step, nonzero);
  }

  /** On the program's word, as with `within`. */
  within(least: number, most: number): Floating {
    return new Floating(this.mantissa.within(least, most), this.exponent, this.step, this.nonzero);
  }

  /** The same places of mantissas and of exponents. */
  shaped(of: (tensor: Tensor) => Tensor): Floating {
    return new Floating(of(this.mantissa), of(this.exponent), this.step, this.nonzero && of(this.nonzero));
  }

  #isPositive(): boolean {
    return this.mantissa.range!.min > 0n;
  }

  #alike(other: Floating): [Floating, Floating] {
    if (this.step === other.step) return [this, other];
    return [this.#inTwos(), other.#inTwos()];
  }

  #inTwos(): Floating {
    return this.step === 1 ? this : new Floating(this.mantissa, this.exponent.times(2), 1, this.nonzero);
  }

  /** What the receivers learn: the number, in the one way in which it can be written, and 0 where `valid` is 0. */
  open(builder: TensorBuilder, name: string, valid?: Tensor, options: OutputOptions = {}): void {
    const written = this.normalised();
    const shown = written.where(valid ? written.nonzero!.times(valid, { fractionBits: 0 }) : written.nonzero!).#inTwos();
    builder.output(name, shown.mantissa, options);
    builder.output(exponentOf(name), shown.exponent, options);
  }
}

const exponentOf = (name: string): string => `${name}.exponent`;

/** The numbers that `Floating.open` opened. */
export function floatingOf(opened: OpenedTensors, name: string): number[] {
  const exponents = opened.numbers(exponentOf(name));
  return opened.numbers(name).map((mantissa, i) => mantissa * 2 ** exponents[i]!);
}

/** x · `power` has `bits` bits: `power` is 2^(step · shift). */
function normaliserOf(x: Tensor, bits: number, step: 1 | 2): { power: Tensor; shift: Tensor; nonzero: Tensor } {
  const all = x.normaliser(bits, step);
  const { min, max } = x.range!;
  const [least, most] = [max, min].map((end) => Math.floor((bits - (end < 2n ? 1 : end.toString(2).length)) / step)) as [number, number];
  const root = all.pick(0, 0).within(2 ** least, 2 ** most);
  return { power: step === 1 ? root : root.squared(), shift: all.pick(0, 1).within(least, most), nonzero: all.pick(0, 2).within(0, 1) };
}
