import fc from 'fast-check';
import { seededRandomness } from '#testing';
import { seedBytes } from '../ot/index.js';
import { type AheParameters, Mask, aheSets, answerBytes, encrypt, modulo, readCiphertext } from './index.js';
import { Setting } from './testing/setting.js';

const anyWord = fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.constantFrom(0n, 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n));

test('sums of products of polynomials over Z_2^64 decrypt to what they are, at the coefficients that are needed', () => {
  const setting = new Setting(aheSets.words, seededRandomness('words'));
  const { degree } = aheSets.words;
  const anySparse = fc.uniqueArray(fc.record({ at: fc.nat(degree - 1), word: anyWord }), { selector: ({ at }) => at, maxLength: 6 });
  const anyNeeded = fc.record({ start: fc.nat(15), over: fc.nat(15) }).map(({ start, over }) => ({ start, step: 16 + over, count: Math.floor((degree - 1 - start) / (16 + over)) + 1 }));
  const dense = (sparse: readonly { at: number; word: bigint }[]): BigUint64Array => {
    const words = new BigUint64Array(degree);
    for (const { at, word } of sparse) words[at] = word;
    return words;
  };
  fc.assert(fc.property(fc.array(fc.tuple(anySparse, anySparse), { minLength: 1, maxLength: 3 }), anyNeeded, anyWord, (pairs, needed, mask) => {
    const expected = new BigUint64Array(degree);
    for (const [x, y] of pairs) {
      for (const left of x) {
        for (const right of y) {
          const at = left.at + right.at;
          expected[at % degree] = BigInt.asUintN(64, expected[at % degree]! + (at < degree ? 1n : -1n) * left.word * right.word);
        }
      }
    }
    const answer = setting.answer(pairs.map(([x]) => setting.encrypt(dense(x))), pairs.map(([, y]) => dense(y)), needed, new BigUint64Array(needed.count).fill(mask));
    expect(answer).toHaveLength(answerBytes(aheSets.words, needed.count));
    expect(setting.decrypt(answer, needed)).toEqual(BigUint64Array.from({ length: needed.count }, (_, j) => BigInt.asUintN(64, expected[needed.start + j * needed.step]! + mask)));
  }), { numRuns: 15 });
});

test.each(aheSets.slots)('multiples of plaintexts in slots decrypt to what they are: `$name`', (parameters) => {
  const setting = new Setting(parameters, seededRandomness('slots'));
  const { scheme, memory, t } = setting;
  fc.assert(fc.property(fc.array(anyWord, { minLength: 1, maxLength: 50 }), fc.bigInt(-(2n ** 56n), 2n ** 56n), (words, factor) => {
    const x = BigUint64Array.from(words);
    const coefficients = setting.decrypt(setting.answer([setting.encrypt(x)], [BigUint64Array.of(BigInt.asUintN(64, factor))]));
    expect(coefficients.every((each) => each < t)).toBe(true);
    for (const prime of scheme.slotPrimes) {
      const slots = memory.within(() => {
        const poly = scheme.ring.zero();
        memory.kernels.residueAddWords(poly, setting.put(coefficients), scheme.degree, prime, 1);
        scheme.ring.forward(prime, poly);
        return Array.from(new Uint32Array(memory.bytes.buffer, poly, x.length));
      });
      expect(slots).toEqual(words.map((word) => modulo(BigInt.asIntN(64, word) * factor, prime)));
    }
  }), { numRuns: 10 });
});

test.each<AheParameters>([...aheSets.slots, aheSets.words])('a ciphertext with a coefficient that is not reduced is none: `$name`', (parameters) => {
  const { scheme, key, coins } = new Setting(parameters, seededRandomness('malformed'));
  const mask = (): Mask => new Mask(scheme, new Uint8Array(seedBytes), 1);
  const ciphertext = encrypt(scheme, key, coins, mask());
  expect(readCiphertext(scheme, ciphertext, mask())).toBeDefined();
  for (const at of [0, Math.floor(ciphertext.length / 2), ciphertext.length - 8]) {
    expect(readCiphertext(scheme, Uint8Array.from(ciphertext, (byte, i) => (i >= at && i < at + 8 ? 255 : byte)), mask())).toBeUndefined();
  }
});

test('a stream of masks that ran out makes none, and a prime has its own tables', () => {
  const setting = new Setting(aheSets.words, seededRandomness('masks'));
  const { memory, scheme } = setting;
  expect(() => scheme.ring.forward(97, scheme.ring.zero())).toThrow('no tables for the prime 97');
  const poly = scheme.ring.zero();
  Object.defineProperty(memory, 'kernels', { value: { ...memory.kernels, residueUniform: () => scheme.degree - 1 } });
  expect(() => new Mask(scheme, new Uint8Array(seedBytes), 1).next(poly)).toThrow('a stream of masks ran out');
});
