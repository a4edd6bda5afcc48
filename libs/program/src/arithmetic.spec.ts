import fc from 'fast-check';
import { DoubleDouble } from './double-double.js';
import { add, exactly, multiply, negate, quotient, toNumber } from './dyadic.js';
import { exponentAbove } from './ranges.js';
import { chooseScales } from './scales.js';

const finite = fc.double({ min: -1e100, max: 1e100, noNaN: true });
/** Bit patterns anywhere in the range, rather than mostly its ends. */
const spread = fc.tuple(fc.double({ min: 0.5, max: 1, noNaN: true }), fc.integer({ min: -300, max: 300 }), fc.boolean()).map(([m, e, minus]) => (minus ? -m : m) * 2 ** e);

describe('dyadic numbers', () => {
  it('hold every double exactly', () => {
    fc.assert(fc.property(fc.oneof(finite, spread), (x) => toNumber(exactly(x)) === x));
    for (const x of [0, 5e-324, -5e-324, 2 ** -1022, 1e308, 2 ** 53 + 2]) expect(toNumber(exactly(x))).toBe(x);
  });
  it('divide, add and multiply as doubles do where those are exact or correctly rounded', () => {
    fc.assert(fc.property(spread, spread, (a, b) => {
      expect(quotient(exactly(a), exactly(b))).toBe(a / b);
      expect(toNumber(add(exactly(a), exactly(b)))).toBe(a + b === 0 ? 0 : a + b);
      expect(toNumber(multiply(exactly(a), exactly(b)))).toBe(a * b);
    }));
  });
});

describe('a double-double sum', () => {
  it('is the exact one to 100 bits, of differences and of their squares', () => {
    fc.assert(fc.property(fc.array(fc.oneof(spread, fc.constantFrom(1e6, 1e6 + 2 ** -30, -3)), { maxLength: 40 }), spread, (values, c) => {
      const [sum, squares] = [new DoubleDouble(), new DoubleDouble()];
      let [exact, exactSquares, size, squareSize] = [exactly(0), exactly(0), 0, 0];
      for (const x of values) {
        sum.addDifference(x, c);
        squares.addSquaredDifference(x, c);
        const d = add(exactly(x), negate(exactly(c)));
        [exact, exactSquares, size, squareSize] = [add(exact, d), add(exactSquares, multiply(d, d)), size + Math.abs(x - c), squareSize + (x - c) ** 2];
      }
      const off = (s: DoubleDouble, e: typeof exact): number => Math.abs(toNumber(add(add(exactly(s.high), exactly(s.low)), negate(e))));
      expect(off(sum, exact)).toBeLessThanOrEqual(size * 2 ** -99);
      expect(off(squares, exactSquares)).toBeLessThanOrEqual(squareSize * 2 ** -97);
    }));
  });
  it('rounds to the nearest integer at a scale beyond 53 bits', () => {
    const sum = new DoubleDouble();
    sum.add(2 ** 40, 0);
    sum.add(0.3, 0);
    expect(sum.toFixed(20)).toBe((1n << 60n) + BigInt(Math.round(0.3 * 2 ** 20)));
    expect(sum.toFixed(-1)).toBe(1n << 39n);
  });
});

describe('scales', () => {
  it('exponentAbove is the least power of two above', () => {
    fc.assert(fc.property(spread.map(Math.abs), (y) => 2 ** exponentAbove(y) > y && 2 ** (exponentAbove(y) - 1) <= y));
    expect([0.5, 1, 2, 3].map(exponentAbove)).toEqual([0, 1, 2, 2]);
  });
  const number = (bound: number) => ({ bound, integer: false });
  it('give both factors of one product the same number of bits', () => {
    const { fractionBits, products: [{ limbs }] } = chooseScales([{ left: number(2 ** 20), right: number(2 ** -10) }], number(0));
    const [{ leftBits, rightBits }] = limbs.slice(-1);
    expect(leftBits + rightBits).toBe(fractionBits);
    expect(limbs).toHaveLength(2);
  });
  it('take an integer factor as it is', () => {
    const { products, fractionBits } = chooseScales([{ left: { bound: 99, integer: true }, right: number(1) }], number(1));
    expect(products[0].limbs).toEqual([{ leftBits: 0, rightBits: fractionBits }]);
  });
  it('are exact where all is integer and small', () => {
    const integer = { bound: 1000, integer: true };
    expect(chooseScales([{ left: integer, right: integer }], integer).error).toBe(0);
  });
  it('may be negative', () => {
    const { fractionBits, error, bound } = chooseScales([{ left: number(1e30), right: number(1e20) }], number(1));
    expect(fractionBits).toBeLessThan(0);
    expect(error / bound).toBeLessThan(2 ** -38);
  });
  it('keep the error of a sum near 2^-40 of its range, for many features too', () => {
    for (const features of [1, 10, 64]) {
      const { error, bound } = chooseScales(Array.from({ length: features }, (_, j) => ({ left: number(10 ** (j % 7)), right: number(10 ** -(j % 5)) })), number(10));
      expect(error / bound).toBeLessThan(2 ** -36);
    }
  });
  it('do not mind factors that are always 0', () => {
    expect(chooseScales([{ left: number(0), right: number(5) }, { left: number(7), right: number(0) }, { left: number(0), right: number(0) }], number(0))).toMatchObject({ error: 0, bound: 0 });
    expect(chooseScales([{ left: number(0), right: number(5) }], number(1e-30)).error).toBeLessThan(1e-45);
  });
});
