import { outcomes, someBytes } from './testing/outcomes.js';

const both = <T>(expected: T): { wasm: T; plain: T } => ({ wasm: expected, plain: expected });

/** Logarithms to the base x + 1, which generates the group (FIPS 197, 4.2): another way to the product than its definition. */
const powers = Array.from({ length: 255 }, () => 1);
for (let i = 1; i < 255; i++) {
  const double = powers[i - 1]! << 1;
  powers[i] = (double ^ powers[i - 1]! ^ (double >= 256 ? 0x11b : 0)) & 255;
}
const logarithm = (element: number): number => powers.indexOf(element);
const product = (left: number, right: number): number => (left === 0 || right === 0 ? 0 : powers[(logarithm(left) + logarithm(right)) % 255]!);

test('the generator has 255 powers, and FIPS 197 has {57} · {83} = {c1}', () => {
  expect(new Set(powers).size).toBe(255);
  expect(product(0x57, 0x83)).toBe(0xc1);
});

const operands = (bytes: number): Record<'target' | 'left' | 'right', Uint8Array> => ({ target: someBytes(bytes), left: someBytes(bytes), right: someBytes(bytes) });

test('all pairs of elements are multiplied', () => {
  const regions = { target: new Uint8Array(65_536), left: Uint8Array.from({ length: 65_536 }, (_, i) => i & 255), right: Uint8Array.from({ length: 65_536 }, (_, i) => i >> 8) };
  const target = regions.left.map((left, i) => product(left, regions.right[i]!));
  const { wasm, plain } = outcomes(regions, (k, at) => k.byteFieldMultiply(at.target, at.left, at.right, 65_536));
  expect(Buffer.compare(wasm.target, target)).toBe(0);
  expect(Buffer.compare(plain.target, target)).toBe(0);
});

describe.each([0, 16, 48, 272])('%i bytes', (bytes) => {
  const regions = operands(bytes);
  const { target, left, right } = regions;

  test.each([
    ['byteFieldMultiply', (_: number, l: number, r: number) => product(l, r)],
    ['byteFieldMultiplyXor', (t: number, l: number, r: number) => t ^ product(l, r)],
  ] as const)('%s', (name, value) => {
    expect(outcomes(regions, (k, at) => k[name](at.target, at.left, at.right, bytes)))
      .toEqual(both({ ...regions, target: target.map((t, i) => value(t, left[i]!, right[i]!)) }));
    expect(outcomes(regions, (k, at) => k[name](at.left, at.left, at.right, bytes)))
      .toEqual(both({ ...regions, left: left.map((l, i) => value(l, l, right[i]!)) }));
    expect(outcomes(regions, (k, at) => k[name](at.right, at.left, at.right, bytes)))
      .toEqual(both({ ...regions, right: right.map((r, i) => value(r, left[i]!, r)) }));
  });

  test.each([0, 1, 2, 3, 0x1b, 0x57, 0x80, 0xff])('byteFieldScale and byteFieldScaleXor by %i', (factor) => {
    const scaled = left.map((l) => product(l, factor));
    expect(outcomes(regions, (k, at) => k.byteFieldScale(at.target, at.left, factor, bytes))).toEqual(both({ ...regions, target: scaled }));
    expect(outcomes(regions, (k, at) => k.byteFieldScale(at.left, at.left, factor, bytes))).toEqual(both({ ...regions, left: scaled }));
    expect(outcomes(regions, (k, at) => k.byteFieldScaleXor(at.target, at.left, factor, bytes)))
      .toEqual(both({ ...regions, target: target.map((t, i) => t ^ scaled[i]!) }));
    expect(outcomes(regions, (k, at) => k.byteFieldScaleXor(at.left, at.left, factor, bytes)))
      .toEqual(both({ ...regions, left: left.map((l, i) => l ^ scaled[i]!) }));
  });
});

test.each([0, 128, 384])('%i bits become bytes and come back', (count) => {
  for (const bits of [someBytes(count / 8), new Uint8Array(count / 8), new Uint8Array(count / 8).fill(255)]) {
    const digits = Array.from(bits, (byte) => byte.toString(2).padStart(8, '0').split('').reverse().join('')).join('');
    const spread = Uint8Array.from(digits, Number);
    expect(outcomes({ target: someBytes(count), bits }, (k, at) => k.bitsToBytes(at.target, at.bits, count))).toEqual(both({ target: spread, bits }));
    const source = spread.map((bit, i) => bit | (37 * i & 254));
    expect(outcomes({ bits: someBytes(count / 8), source }, (k, at) => k.bytesToBits(at.bits, at.source, count))).toEqual(both({ bits, source }));
  }
});
