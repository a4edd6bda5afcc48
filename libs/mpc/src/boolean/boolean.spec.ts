import { randomBytes } from 'node:crypto';
import { idealCorrelations, memoryLinks } from '#testing';
import { Mesh, labelOf } from '../channel/index.js';
import { addModulo } from './adder.js';
import { type Gates, andAll, xor } from './and.js';
import { allAtLeast } from './at-least.js';
import { invert, shiftLeft } from './words.js';

const low = (value: bigint): bigint => BigInt.asUintN(64, value);
const edges = [0n, 1n, 2n ** 32n - 1n, 2n ** 63n, 2n ** 64n - 1n];
const words = (length: number): BigUint64Array =>
  new BigUint64Array(new Uint8Array(randomBytes(8 * length)).buffer).map((word, i) => (i < edges.length ? edges[i]! : word));

/** Runs every party's part on gates with enough AND triples. */
async function together<T>(parties: number, andWords: number, part: (gates: Gates, self: number) => Promise<T>): Promise<{ results: T[]; rounds: number }> {
  const links = memoryLinks(parties);
  const meshes = links.map((row, self) => Mesh.over(self, parties, row));
  const results = await Promise.all(meshes.map(async (mesh, self) => {
    const { boolean } = await idealCorrelations(Uint8Array.of(3), self, parties, { triples: 0, andWords, matrixTriples: [] });
    const result = await part({ mesh, triples: boolean }, self);
    expect(() => boolean.take(1)).toThrow('more triples');
    return result;
  }));
  return { results, rounds: meshes[0]!.rounds };
}

const opened = (shares: readonly BigUint64Array[]): BigUint64Array => shares.reduce(xor);

test.each([2, 3, 5])('%i parties AND pairs of different lengths in one round', async (parties) => {
  const [x, y] = [Array.from({ length: parties }, () => words(9)), Array.from({ length: parties }, () => words(9).reverse())];
  const { results, rounds } = await together(parties, 12, (gates, self) =>
    andAll(gates, [[x[self]!, y[self]!], [x[self]!.subarray(0, 3), x[self]!.subarray(3, 6)], [new BigUint64Array(0), new BigUint64Array(0)]]));
  const [left, right] = [opened(x), opened(y)];
  expect(opened(results.map(([first]) => first!))).toEqual(left.map((word, i) => word & right[i]!));
  expect(opened(results.map(([, second]) => second!))).toEqual(left.slice(0, 3).map((word, i) => word & left[3 + i]!));
  expect(rounds).toBe(1);
});

test.each([2, 3, 4, 5])('%i addends add up modulo 2^64 in the stated rounds and AND words', async (addends) => {
  const parties = 3;
  const shares = Array.from({ length: addends }, () => Array.from({ length: parties }, () => words(8)));
  const { results, rounds } = await together(parties, 8 * (addends - 2 + 12), (gates, self) => addModulo(gates, shares.map((each) => each[self]!)));
  const clear = shares.map(opened);
  expect(opened(results)).toEqual(clear[0]!.map((_, i) => low(clear.reduce((sum, addend) => sum + addend[i]!, 0n))));
  expect(rounds).toBe(addends - 2 + 7);
});

test.each([0, 1, 31, 32, 33, 63])('words shift left by %i wires', (by) => {
  const input = words(9);
  expect(shiftLeft(input, by)).toEqual(input.map((word) => low(word << BigInt(by))));
});

test('words invert', () => {
  const input = words(7);
  const inverted = input.slice();
  invert(inverted);
  expect(inverted).toEqual(input.map((word) => low(~word)));
});

test('an opened byte that is not a bit is refused', async () => {
  const links = memoryLinks(2);
  const honest = links[1]![0]!;
  const output = labelOf('gmw/1', 'output').tag;
  const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer).getUint32(8, true);
  links[1]![0] = { ...honest, write: (frame) => honest.write(tagOf(frame) === output ? frame.with(-1, 2) : frame) };
  const [opening] = links.map(async (row, self) => {
    const { boolean } = await idealCorrelations(Uint8Array.of(3), self, 2, { triples: 0, andWords: 12, matrixTriples: [] });
    return allAtLeast({ mesh: Mesh.over(self, 2, row), triples: boolean }, [{ share: BigUint64Array.of(7n), bound: 3 }]);
  });
  await expect(opening).rejects.toMatchObject({ code: 'CS0703', blame: 1, step: 'output' });
});
