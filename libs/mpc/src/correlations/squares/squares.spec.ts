import { randomBytes } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { columnsFor, extensionMemoryBytes } from '../../ot/index.js';
import { lanePair, makes, memoryPair, k } from '../../ot/testing/pairs.js';
import { maxBatchSquares, ownSquares, receiveSquares, sendSquares } from '../index.js';
import { gilboa } from '../products/index.js';
import { wireBytes } from '../../channel/index.js';

const low = (value: bigint): bigint => BigInt.asUintN(64, value);
const edges = [0n, 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n];
const words = (length: number): BigUint64Array =>
  new BigUint64Array(new Uint8Array(randomBytes(8 * length)).buffer).map((word, i) => (i % 3 === 0 ? edges[(i / 3) % edges.length]! : word));
const ownMemory = (): KernelMemory => new KernelMemory(3 * 8 * maxBatchSquares + 4096);

describe.each(makes)('on %s', (_, make) => {
  it.each([0, 1, 15])('two parties hold shares of the squares of %i words', async (count) => {
    const { lanes, written } = lanePair();
    const memories = memoryPair(Math.max(128, columnsFor(64 * count)));
    const { batches: [batch] } = await make(lanes, memories, [columnsFor(64 * count)]);
    const [sender, receiver] = batch!;
    const own = [words(count), words(count)] as const;
    const shares = own.map((a) => ownSquares(ownMemory(), a)) as [BigUint64Array, BigUint64Array];
    const before = written[0].written.length;
    await Promise.all([sendSquares(sender, memories[0], own[0], shares[0]), receiveSquares(receiver, memories[1], own[1], shares[1])]);
    expect([...shares[0]].map((share, i) => low(share + shares[1][i]!))).toEqual([...own[0]].map((a, i) => low((a + own[1][i]!) ** 2n)));
    // One product for each, where a triple takes two.
    expect(written[0].written.slice(before).reduce((sum, frame) => sum + frame.length, 0)).toBe(wireBytes(gilboa.payloadBytes(count)));
  });
});

it('as many as a batch takes', async () => {
  const count = maxBatchSquares;
  for (const [, make] of [makes[0]!, makes.at(-1)!]) {
    const { lanes } = lanePair();
    const memories = memoryPair(columnsFor(64 * count));
    const { batches: [batch] } = await make(lanes, memories, [columnsFor(64 * count)]);
    const own = [words(count), words(count)] as const;
    const shares = own.map((a) => ownSquares(ownMemory(), a)) as [BigUint64Array, BigUint64Array];
    const [one, other] = [0, 1].map(() => new KernelMemory(extensionMemoryBytes(k, columnsFor(64 * count)) + 1024 * count)) as [KernelMemory, KernelMemory];
    await Promise.all([sendSquares(batch![0], one, own[0], shares[0]), receiveSquares(batch![1], other, own[1], shares[1])]);
    expect(shares[0].findIndex((share, i) => low(share + shares[1][i]!) !== low((own[0][i]! + own[1][i]!) ** 2n))).toBe(-1);
  }
});

it('three parties do, pair by pair', async () => {
  const count = 21;
  const own = [words(count), words(count), words(count)];
  const shares = own.map((a) => ownSquares(ownMemory(), a));
  const [, make] = makes[0]!;
  for (const [p, q] of [[0, 1], [2, 0], [1, 2]] as const) {
    const { lanes } = lanePair();
    const memory = new KernelMemory(extensionMemoryBytes(k, columnsFor(64 * count)));
    const { batches: [batch] } = await make(lanes, [memory, memory], [columnsFor(64 * count)]);
    await Promise.all([sendSquares(batch![0], memory, own[p]!, shares[p]!), receiveSquares(batch![1], memory, own[q]!, shares[q]!)]);
  }
  expect(shares[0]!.map((share, i) => low(share + shares[1]![i]! + shares[2]![i]!))).toEqual(own[0]!.map((a, i) => low((a + own[1]![i]! + own[2]![i]!) ** 2n)));
});
