import { type ShamirPlayer, memoryLinks, recordedLink, runShamir, settleShamir, shareVectors, wordsAt } from '#testing';
import { labelOf } from '../../channel/index.js';
import { wordsStride } from '../suite.js';

/** A smoke test of what the header argues: t parties see the same whatever is shared, and no mask is used twice. */
const length = 6000;
const same = (value: bigint): bigint[] => Array.from({ length }, () => value);
const subsets = (parties: number, size: number): number[][] =>
  Array.from({ length: 2 ** parties }, (_, chosen) => Array.from({ length: parties }, (__, party) => party).filter((party) => (chosen >> party) & 1)).filter((set) => set.length === size);

/** How far the top two bits of several parties' shares together are from uniform: χ², for 4^t cells. */
function chiSquare(shares: readonly BigUint64Array[]): number {
  const cells = new Array<number>(4 ** shares.length).fill(0);
  for (let i = 0; i < length; i++) cells[shares.reduce((cell, share) => 4 * cell + Number(share[i]! >> 59n), 0)]! += 1;
  const expected = length / cells.length;
  return cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
/** Exceeded with a probability below 10^-9 for 3 and for 15 degrees of freedom. */
const limit = [0, 45, 75];

const multiply = async ({ suite, memory }: ShamirPlayer, left: number, right: number, count: number): Promise<number> => {
  const out = memory.take(wordsStride(count));
  await suite.round(memory, [{ op: 'multiply', out, left, right, length: count }]);
  return out;
};

describe.each([3, 4, 5])('of %i parties', (parties) => {
  const threshold = Math.floor((parties - 1) / 2);

  it.each([0n, 1n, 1n - (1n << 59n)])('the shares of any t parties but the owner are uniform for %i', async (value) => {
    const shares = await runShamir(parties, {}, async (player) => wordsAt(player, (await shareVectors(player, [same(value)]))[0]!, length));
    for (const set of subsets(parties, threshold)) if (!set.includes(0)) expect(chiSquare(set.map((party) => shares[party]!))).toBeLessThan(limit[threshold]!);
    // Together t + 1 are not, or nothing would have been shared.
    expect(new Set(shares.map((share) => share[0]!)).size).toBeGreaterThan(1);
  });

  it('with the same coins an expander holds the same share of any value', async () => {
    const [one, other] = await Promise.all([3n, -8n].map((value) =>
      runShamir(parties, {}, async (player) => wordsAt(player, (await shareVectors(player, [[value]]))[0]!, 1)[0]!)));
    for (let party = 0; party < parties; party++) expect([party, one![party] === other![party]]).toEqual([party, party >= parties - threshold]);
  });

  it('the shares of any t parties of a product are uniform, although its operands are zeros that everybody knows', async () => {
    const shares = await runShamir(parties, {}, async (player) => {
      await shareVectors(player, []);
      const zeros = player.memory.take(wordsStride(length));
      player.memory.bytes.fill(0, zeros, zeros + 8 * length);
      return wordsAt(player, await multiply(player, zeros, zeros, length), length);
    });
    for (const set of subsets(parties, threshold)) expect(chiSquare(set.map((party) => shares[party]!))).toBeLessThan(limit[threshold]!);
  });

  it('bits are shared by uniform bytes', async () => {
    const bytes = await runShamir(parties, { daBits: length }, async ({ suite, memory }) => {
      const [word, bit] = [memory.take(wordsStride(length)), memory.take(length)];
      suite.daBits!(memory, 1, length, word, bit);
      return memory.bytes.slice(bit, bit + length);
    });
    for (const share of bytes) {
      const cells = new Array<number>(16).fill(0);
      for (const byte of share) cells[byte >> 4]! += 1;
      expect(cells.reduce((sum, count) => sum + (count - length / 16) ** 2 / (length / 16), 0)).toBeLessThan(limit[2]!);
    }
  });

  it('no two rounds are masked alike', async () => {
    const links = memoryLinks(parties).map((row) => row.map((link) => link && recordedLink(link)));
    await runShamir(parties, { links }, async (player) => {
      await shareVectors(player, []);
      const zeros = player.memory.take(64);
      player.memory.bytes.fill(0, zeros, zeros + 64);
      for (let round = 0; round < 3; round++) await multiply(player, zeros, zeros, 4);
    });
    const bodies = links.flat().flatMap((link) => link?.written ?? []).filter((frame) => frame.length === 20 + 32).map((frame) => Buffer.from(frame.subarray(20)).toString('hex'));
    expect(bodies.length).toBe(3 * (2 * threshold + 1) * (parties - 1 - threshold));
    expect(new Set(bodies).size).toBe(bodies.length);
  });
});

it('a round that is run again is masked anew', async () => {
  const links = memoryLinks(4);
  const recorded = links.map((row) => row.map((link) => link && recordedLink(link)));
  const row = [...recorded[3]!];
  // The spare party crashes in place of its first round's messages.
  recorded[3] = row.map((link) => link && {
    ...link,
    async write(frame: Uint8Array) {
      if (tagOf(frame) === labelOf('shamir-p61/1', 'round').tag) row.forEach((each) => each?.close());
      await link.write(frame);
    },
  });
  await settleShamir(4, { links: recorded }, async (player) => {
    await shareVectors(player, []);
    const zeros = player.memory.take(64);
    player.memory.bytes.fill(0, zeros, zeros + 64);
    await multiply(player, zeros, zeros, 4);
    await multiply(player, zeros, zeros, 4);
  });
  const frames = recorded.flat().flatMap((link) => link?.written ?? []).filter((frame) => frame.length === 20 + 32);
  const of = (step: string): string[] => frames.filter((frame) => tagOf(frame) === labelOf('shamir-p61/1', step).tag).map((frame) => Buffer.from(frame.subarray(20)).toString('hex'));
  expect(of('again').length).toBeGreaterThan(0);
  expect(new Set([...of('again'), ...of('round')]).size).toBe(of('again').length + of('round').length);
});

const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);
