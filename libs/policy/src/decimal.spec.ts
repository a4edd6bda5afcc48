import fc from 'fast-check';
import { canonicalDecimal, compareDecimals, decimalLeft, sumOfDecimals } from './decimal.js';

test.each([
  ['0.5', '0.5'], ['0.50', '0.5'], ['00.5', '0.5'], ['4.0', '4'], ['010', '10'], ['0', '0'], ['0.000', '0'], ['0.000001', '0.000001'],
  ['-1', undefined], ['.5', undefined], ['5.', undefined], ['1e3', undefined], ['1,000', undefined], ['', undefined], ['NaN', undefined], ['9'.repeat(41), undefined],
])('%j is written %j', (text, canonical) => {
  expect(canonicalDecimal(text)).toBe(canonical);
});

test('nothing is rounded', () => {
  expect(sumOfDecimals('0.1', '0.2')).toBe('0.3');
  expect(sumOfDecimals('9007199254740993', '0.0000000000000001')).toBe('9007199254740993.0000000000000001');
  expect(compareDecimals('0.30000000000000004', '0.3')).toBeGreaterThan(0);
  expect(compareDecimals('10', '9')).toBeGreaterThan(0);
  expect(compareDecimals('0.50', '0.5')).toBe(0);
  expect(decimalLeft('4', '3.75')).toBe('0.25');
  expect(decimalLeft('4', '4.1')).toBe('0');
});

test('what is no decimal is an error, never a number', () => {
  for (const bad of ['-1', 'many', '1e3', '']) {
    expect(() => compareDecimals(bad, '1')).toThrow();
    expect(() => sumOfDecimals('1', bad)).toThrow();
  }
});

test('sums and differences are those of whole numbers', () => {
  const decimal = fc.tuple(fc.nat(1e6), fc.nat(999)).map(([whole, thousandths]) => ({ text: `${whole}.${String(thousandths).padStart(3, '0')}`, thousandths: whole * 1000 + thousandths }));
  fc.assert(fc.property(decimal, decimal, (a, b) => {
    expect(Math.sign(compareDecimals(a.text, b.text))).toBe(Math.sign(a.thousandths - b.thousandths));
    expect(compareDecimals(sumOfDecimals(a.text, b.text), canonicalDecimal(((a.thousandths + b.thousandths) / 1000).toFixed(3)) ?? '')).toBe(0);
    expect(decimalLeft(sumOfDecimals(a.text, b.text), b.text)).toBe(canonicalDecimal(a.text));
  }));
});
