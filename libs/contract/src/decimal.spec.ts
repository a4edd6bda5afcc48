import { expect, it } from '@jest/globals';
import { decimalText } from './decimal.js';

it.each([[0, '0'], [-0, '0'], [1.5, '1.5'], [1e21, `1${'0'.repeat(21)}`], [1.25e-7, '0.000000125'], [-2e-10, '-0.0000000002'], [1.7976931348623157e308, `17976931348623157${'0'.repeat(292)}`]])('%d is the decimal %s', (value, text) => {
  expect(decimalText(value)).toBe(text);
  expect(Number(decimalText(value))).toBe(value === 0 ? 0 : value);
});

it.each([NaN, Infinity, -Infinity])('%d has none', (value) => expect(() => decimalText(value)).toThrow(RangeError));
