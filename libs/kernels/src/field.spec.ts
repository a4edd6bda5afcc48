import { outcomes, someWords } from './testing/outcomes.js';

const p = 2n ** 61n - 1n;
const extremes = [0n, 1n, 2n ** 29n, 2n ** 31n - 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 60n - 1n, 2n ** 60n, p - 2n, p - 1n];
const counts = [0, 1, 2, 3, 7, 16, 113, 131];
const both = <T>(expected: T): { wasm: T; plain: T } => ({ wasm: expected, plain: expected });

/** The remainder by folding, so that it shares nothing with the twin. */
function mod(value: bigint): bigint {
  if (value < 0n) return (p - mod(-value)) * (mod(-value) === 0n ? 0n : 1n);
  let rest = value;
  while (rest > p) rest = (rest >> 61n) + (rest & p);
  return rest === p ? 0n : rest;
}
const elements = (count: number, phase = 0): BigUint64Array => someWords(count, extremes, phase).map(mod);

describe.each(counts)('%i elements', (count) => {
  test.each([
    ['fieldAdd', (_: bigint, l: bigint, r: bigint) => l + r],
    ['fieldSubtract', (_: bigint, l: bigint, r: bigint) => l - r],
    ['fieldMultiply', (_: bigint, l: bigint, r: bigint) => l * r],
    ['fieldMultiplyAdd', (t: bigint, l: bigint, r: bigint) => t + l * r],
  ] as const)('%s', (name, value) => {
    const regions = { target: elements(count), left: elements(count), right: elements(count, 1) };
    const { target, left, right } = regions;
    expect(outcomes(regions, (k, at) => k[name](at.target, at.left, at.right, count)))
      .toEqual(both({ ...regions, target: target.map((t, i) => mod(value(t, left[i]!, right[i]!))) }));
    expect(outcomes(regions, (k, at) => k[name](at.left, at.left, at.right, count)))
      .toEqual(both({ ...regions, left: left.map((l, i) => mod(value(l, l, right[i]!))) }));
    expect(outcomes(regions, (k, at) => k[name](at.right, at.left, at.right, count)))
      .toEqual(both({ ...regions, right: right.map((r, i) => mod(value(r, left[i]!, r))) }));
    expect(outcomes(regions, (k, at) => k[name](at.left, at.left, at.left, count)))
      .toEqual(both({ ...regions, left: left.map((l) => mod(value(l, l, l))) }));
  });

  test.each([...extremes, 0x123456789abcdefn])('fieldScale and fieldScaleAdd by %i', (f) => {
    const regions = { target: elements(count), source: elements(count, 1), factor: BigUint64Array.of(f) };
    const { target, source } = regions;
    expect(outcomes(regions, (k, at) => k.fieldScale(at.target, at.source, at.factor, count))).toEqual(both({ ...regions, target: source.map((s) => mod(s * f)) }));
    expect(outcomes(regions, (k, at) => k.fieldScale(at.source, at.source, at.factor, count))).toEqual(both({ ...regions, source: source.map((s) => mod(s * f)) }));
    expect(outcomes(regions, (k, at) => k.fieldScaleAdd(at.target, at.source, at.factor, count)))
      .toEqual(both({ ...regions, target: target.map((t, i) => mod(t + source[i]! * f)) }));
    expect(outcomes(regions, (k, at) => k.fieldScaleAdd(at.source, at.source, at.factor, count)))
      .toEqual(both({ ...regions, source: source.map((s) => mod(s + s * f)) }));
  });

  test('fieldFromWords of any words', () => {
    const source = someWords(count, [0n, p, p - 1n, p + 1n, 2n ** 61n, 2n ** 62n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n - 2n]);
    const target = source.map((word) => mod(word & p));
    expect(outcomes({ target: someWords(count), source }, (k, at) => k.fieldFromWords(at.target, at.source, count))).toEqual(both({ target, source }));
    expect(outcomes({ source }, (k, at) => k.fieldFromWords(at.source, at.source, count))).toEqual(both({ source: target }));
  });

  test('fieldFromSigned, and fieldToSigned back', () => {
    const signed = BigInt64Array.from(someWords(count), (word, i) =>
      [0n, 1n, -1n, 2n ** 60n - 1n, 1n - 2n ** 60n][i] ?? BigInt.asIntN(60, word));
    const source = new BigUint64Array(signed.buffer);
    const target = BigUint64Array.from(signed, mod);
    const fresh = someWords(count);
    expect(outcomes({ target: fresh, source }, (k, at) => k.fieldFromSigned(at.target, at.source, count))).toEqual(both({ target, source }));
    expect(outcomes({ source }, (k, at) => k.fieldFromSigned(at.source, at.source, count))).toEqual(both({ source: target }));
    expect(outcomes({ target, source: fresh }, (k, at) => k.fieldToSigned(at.source, at.target, count))).toEqual(both({ target, source }));
    expect(outcomes({ target }, (k, at) => k.fieldToSigned(at.target, at.target, count))).toEqual(both({ target: source }));
  });
});

test('every two extremes are multiplied in each of twelve places that follow each other', () => {
  const count = 12 * extremes.length ** 2;
  const left = BigUint64Array.from({ length: count }, (_, i) => extremes[Math.floor(i / 12) % extremes.length]!);
  const right = BigUint64Array.from({ length: count }, (_, i) => extremes[Math.floor(i / 12 / extremes.length)]!);
  const target = new BigUint64Array(count).fill(p - 1n);
  const products = left.map((l, i) => mod(l * right[i]!));
  const { wasm } = outcomes({ target, left, right }, (k, at) => k.fieldMultiply(at.target, at.left, at.right, count));
  expect(wasm.target).toEqual(products);
  const added = outcomes({ target, left, right }, (k, at) => k.fieldMultiplyAdd(at.target, at.left, at.right, count));
  expect(added.wasm.target).toEqual(products.map((product) => mod(product + p - 1n)));
});

test.each([
  [0, 3, 2], [2, 0, 3], [2, 3, 0], [1, 1, 1], [3, 1, 1], [1, 17, 1], [4, 9, 1], [2, 5, 3], [3, 4, 8], [1, 3, 21], [2, 1, 64], [5, 2, 9],
])('fieldSumAxis of %i x %i x %i', (outer, length, inner) => {
  for (const source of [elements(outer * length * inner), new BigUint64Array(outer * length * inner).fill(p - 1n)]) {
    const sums = BigUint64Array.from({ length: outer * inner }, (_, at) => {
      const [o, i] = [Math.floor(at / inner), at % inner];
      return mod(Array.from({ length }, (__, l) => source[(o * length + l) * inner + i]!).reduce((sum, word) => sum + word, 0n));
    });
    const target = someWords(outer * inner);
    expect(outcomes({ target, source }, (k, at) => k.fieldSumAxis(at.target, at.source, outer, length, inner))).toEqual(both({ target: sums, source }));
  }
});

describe('fieldMatrixMultiplyAdd', () => {
  const sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9];
  const shapes = [
    ...sizes.flatMap((rows) => sizes.map((columns) => [rows, 5, columns] as const)),
    ...sizes.flatMap((inner) => [[5, inner, 9], [1, inner, 14], [8, inner, 1]] as const),
    [3, 130, 11], [1, 1, 100], [100, 1, 1],
  ] as const;

  test.each(shapes)('of %i x %i by %i columns', (rows, inner, columns) => {
    const fills: ((count: number, phase: number) => BigUint64Array)[] = [elements, (count) => new BigUint64Array(count).fill(p - 1n)];
    for (const fill of fills) {
      const left = fill(rows * inner, 0);
      const right = fill(inner * columns, 1);
      const target = fill(rows * columns, 0);
      const expected = target.map((word, at) => {
        const [i, j] = [Math.floor(at / columns), at % columns];
        return mod(Array.from({ length: inner }, (_, k) => left[i * inner + k]! * right[k * columns + j]!).reduce((sum, term) => sum + term, word));
      });
      expect(outcomes({ target, left, right }, (k, at) => k.fieldMatrixMultiplyAdd(at.target, at.left, at.right, rows, inner, columns)))
        .toEqual(both({ target: expected, left, right }));
    }
  });
});
