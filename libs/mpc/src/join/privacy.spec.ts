import { memoryLinks, recordedLink } from '#testing';
import { type Half } from './index.js';
import { binding, matches, runJoin } from './testing/pair.js';

/** A smoke test of what the headers argue. */
const keys = (count: number, first = 0): string[] => Array.from({ length: count }, (_, i) => `key ${first + i}`);

/** How far some bits of words are from uniform: χ² of 15 degrees of freedom. */
function chiSquare(words: Iterable<bigint>, from: number): number {
  const cells = new Array<number>(16).fill(0);
  let count = 0;
  for (const word of words) {
    cells[Number((word >> BigInt(from)) & 15n)]! += 1;
    count += 1;
  }
  return cells.reduce((sum, each) => sum + (each - count / 16) ** 2 / (count / 16), 0);
}
/** Exceeded with a probability below 10^-9. */
const limit = 75;
const wordsOf = ({ tags, columns }: Half): BigUint64Array[] => [tags, ...columns];

test.each([['all', 0], ['none', 10_000]])('either half alone is uniform where %s of the rows match, whatever the columns hold', async (_, first) => {
  const joined = await runJoin({ left: keys(3000), right: keys(3000, first), columns: [keys(3000).map(() => 0n), keys(3000).map(() => 42n)] });
  for (const half of [joined.left, joined.right]) for (const words of wordsOf(half)) for (const from of [0, 30, 45]) expect(chiSquare(words, from)).toBeLessThan(limit);
  expect(matches(joined).size).toBe(first === 0 ? 3000 : 0);
  // Of equal columns, the shares of matching bins differ too.
  expect(new Set(joined.left.columns[1]).size).toBe(joined.size.bins);
});

test('the left party sees in a bin that does not match what it sees in one that does', async () => {
  const { places, left, right } = await runJoin({ left: keys(4000), right: keys(2000), columns: [keys(2000).map(() => 7n)] });
  const [yes, no]: [bigint[], bigint[]] = [[], []];
  left.tags.forEach((tag, bin) => (tag === right.tags[bin] ? yes : no).push(left.columns[0]![bin]!));
  expect([yes.length, no.length]).toEqual([2000, places.rows.length - 2000]);
  for (const words of [yes, no]) expect(chiSquare(words, 5)).toBeLessThan(limit);
});

test('no key, name or column is on the wire, and another session sends other bytes for the same tables', async () => {
  const sent = async (session: number): Promise<Buffer> => {
    const links = memoryLinks(2);
    const written = [0, 1].map((party) => {
      const link = recordedLink(links[party]![1 - party]!);
      links[party]![1 - party] = link;
      return link.written;
    });
    const { places } = await runJoin({ left: ['some key'], right: ['some key'], columns: [[0x1234567890abcdefn]] }, { links, binding: { ...binding, sessionId: new Uint8Array(32).fill(session) } });
    const wire = Buffer.concat(written.flat());
    const bin = places.rows.findIndex((row) => row === 0);
    for (const secret of ['some key', places.points.subarray(16 * bin, 16 * bin + 16), Uint8Array.from([0xef, 0xcd, 0xab, 0x90, 0x78, 0x56, 0x34, 0x12])]) expect(wire.includes(secret)).toBe(false);
    return wire;
  };
  const [one, other] = [await sent(1), await sent(2)];
  expect(one.length).toBe(other.length);
  expect(one.equals(other)).toBe(false);
});
