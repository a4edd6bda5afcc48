import fc from 'fast-check';
import { memoryLinks, seededRandomness } from '#testing';
import { isSound } from '#program/plans';
import { aheSets, answerDistance } from '../../../ahe/index.js';
import { latticeTableBytes } from '../lattice.js';
import { addUp, anyWords, endsOf, sentBy, withKeys } from '../testing/pair.js';
import { type MatrixShape, latticeMatrixBytes, latticeMatrixMemoryBytes, latticeMatrixPlan, receiveLatticeMatrix, sendLatticeMatrix } from './index.js';

const ends = (shape: MatrixShape) =>
  endsOf('matrix', latticeMatrixMemoryBytes(shape) - latticeTableBytes('matrix'), memoryLinks(2), (self) => seededRandomness(`matrix ${self}`));
const shapeOf = (rows: number, inner: number, columns: number): MatrixShape => ({ rows, inner, columns });

function multiply({ rows, inner, columns }: MatrixShape, x: BigUint64Array, y: BigUint64Array): BigUint64Array {
  return BigUint64Array.from({ length: rows * columns }, (_, at) => {
    const [r, c] = [Math.floor(at / columns), at % columns];
    let sum = 0n;
    for (let j = 0; j < inner; j++) sum += x[r * inner + j]! * y[j * columns + c]!;
    return BigInt.asUintN(64, sum);
  });
}

test.each<[number, number, number]>([
  [0, 3, 2], [3, 0, 2], [3, 2, 0], [1, 1, 1], [3, 5, 1], [1, 7, 9], [17, 33, 5], [100, 300, 1], [1, 300, 100], [2, 9, 300], [300, 9, 2], [8200, 3, 1], [9, 1100, 9], [40, 60, 50], [260, 70, 130],
])('the shares of %i × %i words times %i columns add up, and send what the plan says', async (rows, inner, columns) => {
  const shape = shapeOf(rows, inner, columns);
  const [a, b] = await withKeys(ends(shape));
  const [x, y] = [anyWords(rows * inner), anyWords(inner * columns)];
  const before = sentBy(a);
  const [s, r] = await Promise.all([sendLatticeMatrix(a, shape, x), receiveLatticeMatrix(b, shape, y)]);
  expect(addUp(s, r)).toEqual(multiply(shape, x, y));
  expect(sentBy(a) - before).toBe(latticeMatrixBytes(rows, inner, columns));
});

test('of any small shape', async () => {
  const [a, b] = await withKeys(ends(shapeOf(200, 200, 200)));
  await fc.assert(fc.asyncProperty(fc.nat(40), fc.nat(40), fc.nat(40), async (rows, inner, columns) => {
    const shape = shapeOf(rows, inner, columns);
    const [x, y] = [anyWords(rows * inner), anyWords(inner * columns)];
    const [s, r] = await Promise.all([sendLatticeMatrix(a, shape, x), receiveLatticeMatrix(b, shape, y)]);
    expect(addUp(s, r)).toEqual(multiply(shape, x, y));
  }), { numRuns: 12 });
});

test.each([2n ** 63n, 2n ** 64n - 1n])('where all words are %i', async (word) => {
  const shape = shapeOf(40, 500, 3);
  const [a, b] = await withKeys(ends(shape));
  const [x, y] = [new BigUint64Array(20_000).fill(word), new BigUint64Array(1500).fill(word)];
  const [s, r] = await Promise.all([sendLatticeMatrix(a, shape, x), receiveLatticeMatrix(b, shape, y)]);
  expect(addUp(s, r)).toEqual(multiply(shape, x, y));
});

test('shares are fresh every time, also of 0', async () => {
  const shape = shapeOf(5, 4, 3);
  const [a, b] = await withKeys(ends(shape));
  const shares: bigint[] = [];
  for (let run = 0; run < 2; run++) {
    for (const share of await Promise.all([sendLatticeMatrix(a, shape, new BigUint64Array(20)), receiveLatticeMatrix(b, shape, new BigUint64Array(12))])) shares.push(...share);
  }
  expect(new Set(shares).size).toBe(4 * 15);
});

describe('the plan', () => {
  test('lets the party encrypt whose matrix makes less to send', () => {
    expect(latticeMatrixPlan(shapeOf(784, 128, 128))).toMatchObject({ owner: 'receiver', window: shapeOf(16, 4, 128), bytes: 11_016_404 });
    expect(latticeMatrixPlan(shapeOf(128, 128, 784))).toMatchObject({ owner: 'sender', bytes: 11_016_404 });
    expect(latticeMatrixBytes(784, 128, 1)).toBe(945_728);
    expect(latticeMatrixPlan(shapeOf(0, 5, 5))).toBeUndefined();
  });

  test.each([shapeOf(1, 1, 1), shapeOf(784, 128, 128), shapeOf(4000, 4000, 1), shapeOf(1, 100_000, 1), shapeOf(4000, 4000, 4000), shapeOf(64, 300_000, 784)])(
    'of %p is private, fills the ring and keeps few ciphertexts', (shape) => {
      const { shape: seen, window } = latticeMatrixPlan(shape)!;
      expect(window.rows * window.inner * window.columns).toBe(8192);
      expect(Math.ceil(seen.inner / window.inner)).toBeLessThanOrEqual(256);
      const rows = Math.min(seen.rows, window.rows);
      expect(Math.log2(answerDistance(aheSets.words, { terms: rows * seen.inner, bound: 2 ** 63, coefficients: rows * window.columns }))).toBeLessThanOrEqual(-40);
      expect(latticeMatrixMemoryBytes(shape)).toBeLessThan(128 * 1024 * 1024);
    });

  test('counts a window as unsound whose noise would tell more than 2^-40', () => {
    expect(isSound(shapeOf(2048, 2 ** 10, 1), shapeOf(2048, 4, 1))).toBe(true);
    expect(isSound(shapeOf(2048, 2 ** 20, 1), shapeOf(2048, 4, 1))).toBe(false);
  });
});

test('a matrix of another shape is refused, and so is an end without keys', async () => {
  const shape = shapeOf(2, 2, 1);
  const [a, b] = ends(shape);
  await expect(sendLatticeMatrix(a, shape, anyWords(3))).rejects.toThrow('another shape');
  await expect(receiveLatticeMatrix(b, shape, anyWords(3))).rejects.toThrow('another shape');
  await expect(sendLatticeMatrix(a, shape, anyWords(4))).rejects.toThrow('the key of its owner');
  await expect(receiveLatticeMatrix(b, shape, anyWords(2))).rejects.toThrow('a key of its own');
});
