import { outcomes, someBytes, someWords } from './testing/outcomes.js';

test.each([0, 1, 7, 8, 9, 64, 1001])('bitsToWords of %i bits', (count) => {
  const regions = { target: someWords(count), bits: someBytes(Math.ceil(count / 8)) };
  const target = regions.target.map((_, i) => BigInt((regions.bits[i >> 3]! >> (i & 7)) & 1));
  const expected = { ...regions, target };
  expect(outcomes(regions, (k, at) => k.bitsToWords(at.target, at.bits, count))).toEqual({ wasm: expected, plain: expected });
});

test('bitsToWords at places that are not multiples of 16', () => {
  const regions = { words: someWords(40), bits: someBytes(5) };
  const words = regions.words.map((word, i) => (i < 1 || i > 30 ? word : BigInt((regions.bits[1 + ((i - 1) >> 3)]! >> ((i - 1) & 7)) & 1)));
  const expected = { ...regions, words };
  expect(outcomes(regions, (k, at) => k.bitsToWords(at.words + 8, at.bits + 1, 30))).toEqual({ wasm: expected, plain: expected });
});
