import { randomBytes } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { memoryLinks, seededRandomness } from '#testing';
import { Peer } from '../../channel/index.js';
import {
  Lattice, type LatticeKind, type LatticeParty, type MatrixShape, latticeKeysBytes, latticeMatrixBytes, latticeMatrixMemoryBytes, latticeProductsBytes,
  latticeTableBytes, productsMemoryBytes, receiveLatticeKeys, receiveLatticeMatrix, receiveLatticeProducts, sendLatticeKeys, sendLatticeMatrix, sendLatticeProducts,
} from './index.js';

const low = (value: bigint): bigint => BigInt.asUintN(64, value);
const edges = [0n, 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];
const words = (length: number): BigUint64Array =>
  new BigUint64Array(new Uint8Array(randomBytes(8 * length)).buffer).map((word, i) => (i % 3 === 0 ? edges[(i / 3) % edges.length]! : word));

/** Two ends with keys both ways. */
async function pair(kind: LatticeKind, passingBytes: number): Promise<readonly [LatticeParty, LatticeParty]> {
  const links = memoryLinks(2);
  const parties = [0, 1].map((self): LatticeParty => ({
    lane: new Peer(1 - self, links[self]![1 - self]!).lane(2),
    lattice: new Lattice(new KernelMemory(latticeTableBytes(kind) + passingBytes), kind),
    randomness: seededRandomness(`${kind} ${self}`),
  }));
  const [a, b] = parties as [LatticeParty, LatticeParty];
  const [ownA, peersB] = await Promise.all([sendLatticeKeys(a), receiveLatticeKeys(b)]);
  const [peersA, ownB] = await Promise.all([receiveLatticeKeys(a), sendLatticeKeys(b)]);
  for (const { lane: { peer } } of parties) expect(peer.bytesSent).toBe(latticeKeysBytes(kind));
  return [{ ...a, own: ownA, peers: peersA }, { ...b, own: ownB, peers: peersB }];
}

const sentBy = ({ lane: { peer } }: LatticeParty): number => peer.bytesSent + peer.bytesReceived;

test('the shares of sums of products add up, for all sizes and extreme words', async () => {
  const [a, b] = await pair('products', productsMemoryBytes);
  for (const factors of [1, 2]) {
    for (const count of [0, 1, 3, 8191, 8192, 16_385]) {
      const [x, y] = [0, 1].map(() => Array.from({ length: factors }, () => words(count))) as [BigUint64Array[], BigUint64Array[]];
      const before = sentBy(a);
      const [s, r] = await Promise.all([sendLatticeProducts(a, x), receiveLatticeProducts(b, y)]);
      expect(s.map((share, i) => low(share + r[i]!))).toEqual(BigUint64Array.from({ length: count }, (_, i) => low(x.reduce((sum, of, f) => sum + of[i]! * y[f]![i]!, 0n))));
      expect(sentBy(a) - before).toBe(latticeProductsBytes(count, factors));
    }
  }
}, 60_000);

function multiply({ rows, inner, columns }: MatrixShape, x: BigUint64Array, y: BigUint64Array): BigUint64Array {
  return BigUint64Array.from({ length: rows * columns }, (_, at) => {
    const [r, c] = [Math.floor(at / columns), at % columns];
    let sum = 0n;
    for (let j = 0; j < inner; j++) sum += x[r * inner + j]! * y[j * columns + c]!;
    return low(sum);
  });
}

test.each<[number, number, number]>([
  [0, 3, 2], [3, 0, 2], [1, 1, 1], [3, 5, 1], [1, 7, 9], [17, 33, 5], [100, 300, 1], [2, 9, 300], [300, 9, 2], [8200, 3, 1],
])('the shares of a matrix of %i × %i words times one of %i columns add up', async (rows, inner, columns) => {
  const shape = { rows, inner, columns };
  const [a, b] = await pair('matrix', latticeMatrixMemoryBytes(shape) - latticeTableBytes('matrix'));
  const [x, y] = [words(rows * inner), words(inner * columns)];
  const before = sentBy(a);
  const [s, r] = await Promise.all([sendLatticeMatrix(a, shape, x), receiveLatticeMatrix(b, shape, y)]);
  expect(s.map((share, i) => low(share + r[i]!))).toEqual(multiply(shape, x, y));
  expect(sentBy(a) - before).toBe(latticeMatrixBytes(rows, inner, columns));
}, 60_000);
