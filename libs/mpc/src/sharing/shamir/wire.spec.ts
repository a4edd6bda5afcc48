import { type RecordedLink, memoryLinks, openAt, recordedLink, runShamir, shareVectors } from '#testing';
import { labelOf, wireBytes } from '../../channel/index.js';
import { wordsStride } from '../suite.js';

/** The header's cost, byte by byte: what each party sends to each other. */
const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);
const [lengths, products, ands, openedWords, openedBits, daBits, matrix] = [[3, 20_000, 7], 130, { planes: 3, lanes: 41 }, 9, { planes: 2, lanes: 5 }, 300, { rows: 4, inner: 9, columns: 6 }];

describe.each([3, 4, 5])('of %i parties', (parties) => {
  const threshold = Math.floor((parties - 1) / 2);
  const isAfter = (from: number, to: number): boolean => (to - from + parties) % parties <= parties - 1 - threshold;
  const isBefore = (from: number, to: number): boolean => (from - to + parties) % parties <= threshold;
  const everybodySends = parties % 2 === 0;
  const when = (sends: boolean, bytes: number): number => (sends ? bytes : 0);
  /** Bodies of the messages with which a party sends a step to another; an empty one where something has to be sent. */
  const expected: Record<string, (from: number, to: number) => number[]> = {
    seed: (from, to) => [when(isBefore(from, to), 16)],
    // A batch is dealt; then one level of products after the other.
    bits: (from, to) => [
      when(from <= threshold && isAfter(from, to), 9 * daBits),
      // Of two or three dealers one pair at each level.
      ...Array.from({ length: threshold }, () => when(from <= 2 * threshold && isAfter(from, to), 8 * daBits)),
    ],
    input: (from, to) => [when(isAfter(from, to), 8 * (lengths[from] ?? 0))],
    round: (from, to) => {
      const opening = 8 * openedWords + openedBits.planes * openedBits.lanes;
      const dealing = 8 * products + ands.planes * ands.lanes + 8 * matrix.rows * matrix.columns;
      return [when(from <= 2 * threshold && isAfter(from, to), dealing) + opening, when(from <= 2 * threshold && isAfter(from, to), 8 * products)];
    },
    output: (_, to) => [when(to === 1, 8 * products)],
  };

  it('the messages are what the header states', async () => {
    const links = memoryLinks(parties);
    const recorded = links.map((row) => row.map((link) => link && recordedLink(link)));
    await runShamir(parties, { links: recorded as (RecordedLink | undefined)[][], daBits }, async (player) => {
      const { suite, memory } = player;
      await shareVectors(player, lengths.map((length) => Array.from({ length }, () => 1n)));
      const [x, y, z, bit] = [0, 0, 0, 0].map(() => memory.take(wordsStride(1000))) as [number, number, number, number];
      memory.bytes.fill(0, x, bit + 8000);
      await suite.round(memory, [
        { op: 'multiply', out: z, left: x, right: y, length: products }, { op: 'and', out: memory.take(1024), left: bit, right: bit, ...ands },
        { op: 'matmul', out: memory.take(1024), left: x, right: y, ...matrix }, { op: 'openWords', out: memory.take(1024), value: x, length: openedWords },
        { op: 'openBits', out: memory.take(1024), value: bit, ...openedBits },
      ]);
      await suite.round(memory, [{ op: 'multiply', out: z, left: x, right: y, length: products }]);
      memory.bytes.fill(0, z, z + 8 * products);
      await openAt(player, z, products, [1]);
    });
    for (const [step, bodies] of Object.entries(expected)) {
      const { tag } = labelOf('shamir-p61/1', step);
      for (let from = 0; from < parties; from++) {
        for (let to = 0; to < parties; to++) {
          if (from === to) continue;
          const sent = recorded[from]![to]!.written.filter((frame) => tagOf(frame) === tag).reduce((sum, { length }) => sum + length, 0);
          const sendsEmpty = everybodySends && (step === 'round' || step === 'output');
          const bytes = bodies(from, to).reduce((sum, body) => sum + (body > 0 || sendsEmpty ? wireBytes(body) : 0), 0);
          expect([step, from, to, sent]).toEqual([step, from, to, bytes]);
        }
      }
    }
  });
});
