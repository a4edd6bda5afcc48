import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { type Tables, idealJoin, matches, runJoin } from './testing/pair.js';

const keys = (count: number, first = 0): string[] => Array.from({ length: count }, (_, i) => `key ${first + i}`);
const words = (count: number): bigint[] => [...new BigUint64Array(new Uint8Array(randomBytes(8 * count)).buffer)];

/** What a join of the tables in clear gives, by left row. */
function clear({ left, right, columns = [] }: Tables): Map<number, bigint[]> {
  const rows = new Map(right.map((key, row) => [key, row]));
  return new Map(left.flatMap((key, i) => (rows.has(key) ? [[i, columns.map((column) => column[rows.get(key)!]!)] as const] : [])));
}

// The parties, and the functionality that they realise.
describe.each([['the parties', runJoin], ['the ideal functionality', idealJoin]] as const)('by %s', (_by, join) => {
  test.each<[string, Tables]>([
    ['nothing with nothing', { left: [], right: [] }],
    ['nothing with something', { left: [], right: keys(3), columns: [[1n, 2n, 3n]] }],
    ['something with nothing', { left: keys(3), right: [], columns: [[]] }],
    ['one with the same', { left: ['a'], right: ['a'], columns: [[2n ** 64n - 1n], [0n]] }],
    ['one with another', { left: ['a'], right: ['b'], columns: [[7n]] }],
    ['all match', { left: keys(100), right: keys(100).reverse(), columns: [words(100), words(100), words(100)] }],
    ['none match', { left: keys(100), right: keys(100, 1000), columns: [words(100)] }],
    ['half match, of tables of odd sizes', { left: keys(301), right: keys(77, 250), columns: [words(77)] }],
    ['tables smaller than declared', { left: keys(20), right: keys(31, 10), leftRows: 128, rightRows: 64, columns: [words(31)] }],
    ['more bins than a batch', { left: keys(60_000), right: keys(3000, 59_000), columns: [words(3000)] }],
  ])('%s', async (_, tables) => {
    expect(new Map([...matches(await join(tables))].sort(([a], [b]) => a - b))).toEqual(clear(tables));
  });

  test('any tables join as in clear', async () => {
    const table = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 });
    await fc.assert(fc.asyncProperty(table, table, fc.integer({ min: 0, max: 3 }), async (left, right, width) => {
      const tables = { left: left.map(String), right: right.map(String), columns: Array.from({ length: width }, () => words(right.length)) };
      expect(new Map([...matches(await join(tables))].sort(([a], [b]) => a - b))).toEqual(clear(tables));
    }), { numRuns: 15 });
  });
});
