import { matrixScratchBytes } from './index.js';
import { outcomes, someWords } from './testing/outcomes.js';

const extremes = [0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n];
const counts = [0, 1, 2, 3, 7, 16, 65, 131];
const low = (value: bigint): bigint => BigInt.asUintN(64, value);
const both = <T>(expected: T): { wasm: T; plain: T } => ({ wasm: expected, plain: expected });

/** Three operands of which the last two meet in all pairs of extremes. */
const operands = (count: number): Record<'target' | 'left' | 'right', BigUint64Array> =>
  ({ target: someWords(count), left: someWords(count, extremes), right: someWords(count, extremes, 1) });

describe.each(counts)('%i words', (count) => {
  test.each([
    ['addWords', (_: bigint, l: bigint, r: bigint) => l + r],
    ['subtractWords', (_: bigint, l: bigint, r: bigint) => l - r],
    ['multiplyWords', (_: bigint, l: bigint, r: bigint) => l * r],
    ['multiplyAddWords', (t: bigint, l: bigint, r: bigint) => t + l * r],
  ] as const)('%s', (name, value) => {
    const regions = operands(count);
    const { target, left, right } = regions;
    expect(outcomes(regions, (k, at) => k[name](at.target, at.left, at.right, count)))
      .toEqual(both({ ...regions, target: target.map((t, i) => low(value(t, left[i]!, right[i]!))) }));
    expect(outcomes(regions, (k, at) => k[name](at.left, at.left, at.right, count)))
      .toEqual(both({ ...regions, left: left.map((l, i) => low(value(l, l, right[i]!))) }));
    expect(outcomes(regions, (k, at) => k[name](at.right, at.left, at.right, count)))
      .toEqual(both({ ...regions, right: right.map((r, i) => low(value(r, left[i]!, r))) }));
    expect(outcomes(regions, (k, at) => k[name](at.left, at.left, at.left, count)))
      .toEqual(both({ ...regions, left: left.map((l) => low(value(l, l, l))) }));
  });

  test.each(extremes)('scaleWords and scaleAddWords by %i', (factor) => {
    const { target, left } = operands(count);
    const regions = { target, left, factor: BigUint64Array.of(factor) };
    expect(outcomes(regions, (k, at) => k.scaleWords(at.target, at.left, at.factor, count)))
      .toEqual(both({ ...regions, target: left.map((l) => low(l * factor)) }));
    expect(outcomes(regions, (k, at) => k.scaleWords(at.left, at.left, at.factor, count)))
      .toEqual(both({ ...regions, left: left.map((l) => low(l * factor)) }));
    expect(outcomes(regions, (k, at) => k.scaleAddWords(at.target, at.left, at.factor, count)))
      .toEqual(both({ ...regions, target: target.map((t, i) => low(t + left[i]! * factor)) }));
    expect(outcomes(regions, (k, at) => k.scaleAddWords(at.left, at.left, at.factor, count)))
      .toEqual(both({ ...regions, left: left.map((l) => low(l + l * factor)) }));
  });

  test('a factor or a word may be the first of the target', () => {
    const { left } = operands(count + 1);
    expect(outcomes({ left }, (k, at) => k.scaleWords(at.left, at.left, at.left, count + 1))).toEqual(both({ left: left.map((l) => low(l * left[0]!)) }));
    expect(outcomes({ left }, (k, at) => k.fillWords(at.left, at.left, count + 1))).toEqual(both({ left: left.map(() => left[0]!) }));
  });

  test('fillWords', () => {
    const regions = { target: someWords(count), word: someWords(1) };
    expect(outcomes(regions, (k, at) => k.fillWords(at.target, at.word, count))).toEqual(both({ ...regions, target: regions.target.map(() => regions.word[0]!) }));
  });

  test.each([0, 1, 31, 32, 63])('shiftRightWords by %i', (bits) => {
    const { target, left } = operands(count);
    const shifted = left.map((l) => l >> BigInt(bits));
    expect(outcomes({ target, left }, (k, at) => k.shiftRightWords(at.target, at.left, bits, count))).toEqual(both({ target: shifted, left }));
    expect(outcomes({ left }, (k, at) => k.shiftRightWords(at.left, at.left, bits, count))).toEqual(both({ left: shifted }));
  });

  test('gatherWords, with zeros', () => {
    const source = someWords(17);
    const indices = Uint32Array.from({ length: count }, (_, i) => (i % 5 === 3 ? 0xffffffff : (7 * i) % 17));
    const regions = { target: someWords(count), source, indices };
    const target = BigUint64Array.from(indices, (index) => source[index] ?? 0n);
    expect(outcomes(regions, (k, at) => k.gatherWords(at.target, at.source, at.indices, count))).toEqual(both({ ...regions, target }));
  });
});

test.each([
  [0, 3, 2], [2, 0, 3], [2, 3, 0], [1, 1, 1], [3, 1, 1], [1, 17, 1], [4, 9, 1], [2, 5, 3], [3, 4, 8], [1, 3, 21], [2, 1, 64], [5, 2, 9],
])('sumAxis of %i x %i x %i', (outer, length, inner) => {
  const source = someWords(outer * length * inner, extremes);
  const target = someWords(outer * inner);
  const sums = target.map((_, at) => {
    const [o, i] = [Math.floor(at / inner), at % inner];
    return low(Array.from({ length }, (__, l) => source[(o * length + l) * inner + i]!).reduce((sum, word) => sum + word, 0n));
  });
  expect(outcomes({ target, source }, (k, at) => k.sumAxis(at.target, at.source, outer, length, inner))).toEqual(both({ target: sums, source }));
});

/** By columns of `right` and rows of `left`, so that it shares nothing with the twin. */
function product(left: BigUint64Array, right: BigUint64Array, [rows, inner, columns]: readonly [number, number, number]): BigUint64Array {
  const column = (j: number): bigint[] => Array.from({ length: inner }, (_, k) => right[k * columns + j]!);
  const transposed = Array.from({ length: columns }, (_, j) => column(j));
  return BigUint64Array.from({ length: rows * columns }, (_, at) => {
    const row = left.subarray(Math.floor(at / columns) * inner).subarray(0, inner);
    return low(transposed[at % columns]!.reduce((sum, factor, k) => sum + factor * row[k]!, 0n));
  });
}

describe('matrixMultiplyAdd', () => {
  const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15];
  const shapes = [
    ...sizes.flatMap((rows) => sizes.map((columns) => [rows, 3, columns] as const)),
    ...sizes.flatMap((inner) => [[5, inner, 9], [1, inner, 14], [8, inner, 1], [2, inner, 7]] as const),
    [1, 300, 29], [3, 257, 15], [70, 520, 1], [13, 513, 8], [2, 255, 30], [1, 1, 200], [200, 1, 1], [33, 256, 16],
  ] as const;

  test.each(shapes)('of %i x %i by %i columns', (...shape) => {
    const [rows, inner, columns] = shape;
    const left = someWords(rows * inner, extremes);
    const right = someWords(inner * columns, extremes, 1);
    const target = someWords(rows * columns, extremes);
    const expected = product(left, right, shape).map((word, i) => low(word + target[i]!));
    const scratch = new Uint8Array(matrixScratchBytes(...shape));
    const done = outcomes({ target, left, right, scratch }, (k, at) => k.matrixMultiplyAdd(at.target, at.left, at.right, ...shape, at.scratch));
    for (const { scratch: _, ...after } of Object.values(done)) expect(after).toEqual({ target: expected, left, right });
  });

  test('of all ones, whose products carry into every bit', () => {
    const shape = [9, 300, 11] as const;
    const ones = (count: number): BigUint64Array => new BigUint64Array(count).fill(2n ** 64n - 1n);
    const regions = { target: ones(99), left: ones(2700), right: ones(3300), scratch: new Uint8Array(matrixScratchBytes(...shape)) };
    const { wasm } = outcomes(regions, (k, at) => k.matrixMultiplyAdd(at.target, at.left, at.right, ...shape, at.scratch));
    expect(wasm.target).toEqual(new BigUint64Array(99).fill(299n));
  });
});
