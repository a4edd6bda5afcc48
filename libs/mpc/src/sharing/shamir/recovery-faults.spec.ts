import { memoryLinks, settleShamir, shamirScenario } from '#testing';
import { type Link, ProtocolAbort, labelOf } from '../../channel/index.js';

/** Four parties, of whom party 1 crashes, and party 3 or 0 sends something else than it should while the others go on without it. */
const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);
const HEAD = 20;
/** Frames of party 1 before rounds whose losses are agreed on. */
const FIRST_GUARDED = 8;

/** What parties 0, 2 and 3 come to: the codes and messages with which they stop; `done` with the right outputs. */
async function run(crashAt: number, liars: number | readonly number[], step: 'lost' | 'correction', lie: (frame: Uint8Array) => void, silentTo?: number): Promise<(string | ProtocolAbort)[]> {
  const links = memoryLinks(4);
  const crashing = [...links[1]!];
  let written = 0;
  links[1] = crashing.map((link): Link | undefined => link && {
    ...link,
    async write(frame) {
      if (++written > crashAt) {
        // A link that stays open tells its party nothing.
        for (const [peer, each] of crashing.entries()) if (peer !== silentTo) each?.close();
        throw new Error('crashed');
      }
      await link.write(frame);
    },
  });
  const { tag } = labelOf('shamir-p61/1', step);
  for (const liar of [liars].flat()) links[liar] = links[liar]!.map((link): Link | undefined => link && {
    ...link,
    write(frame) {
      if (tagOf(frame) !== tag) return link.write(frame);
      const other = frame.slice();
      lie(other);
      return link.write(other);
    },
  });
  const ends = await settleShamir(4, { ...shamirScenario.setting, links }, shamirScenario.run);
  return ends.filter((_, party) => party !== 1).map((end) => {
    if (end.status === 'fulfilled') {
      expect(end.value).toEqual(shamirScenario.outputs);
      return 'done';
    }
    if (!(end.reason instanceof ProtocolAbort)) throw end.reason as Error;
    return end.reason;
  });
}

/** How the others stop over all moments of the crash. */
async function reasons(liar: number, step: 'lost' | 'correction', lie: (frame: Uint8Array) => void, silentTo?: number): Promise<string[]> {
  const found: string[] = [];
  for (let crashAt = silentTo === undefined ? 0 : FIRST_GUARDED; crashAt < 18; crashAt++) {
    for (const end of await run(crashAt, liar, step, lie, silentTo)) if (end instanceof ProtocolAbort) found.push(`${end.code} ${end.step} ${end.message}`);
  }
  return found;
}

const notice = (frame: Uint8Array): DataView => new DataView(frame.buffer, frame.byteOffset + HEAD);

test.each([[3, 2], [3, 0], [3, 3], [0, 2], [0, 0]])('party %i names party %i as lost, and nobody goes on', async (liar, named) => {
  const found = await reasons(liar, 'lost', (frame) => notice(frame).setUint32(0, named, true));
  expect(found).toContainEqual(expect.stringMatching(/^CS0702 .*lost different parties/));
});

test.each([[2, 'CS0702 .*lost different parties'], [1000, 'CS0702 .*lost different parties']])('a notice of a round %i ahead is not believed', async (rounds, wanted) => {
  expect(await reasons(3, 'lost', (frame) => notice(frame).setUint32(4, notice(frame).getUint32(4, true) + rounds, true))).toContainEqual(expect.stringMatching(new RegExp(`^${wanted}`)));
});

test('a notice of a round that is over asks for what nobody keeps', async () => {
  const found = await reasons(3, 'lost', (frame) => notice(frame).setUint32(4, notice(frame).getUint32(4, true) - 1, true));
  expect(found).toContainEqual(expect.stringMatching(/^CS0704 .*a round that is over/));
});

test('a correction that is no element, or lies on no polynomial with the others, is not taken', async () => {
  expect(await reasons(0, 'correction', (frame) => frame.fill(0xff, HEAD))).toContainEqual(expect.stringMatching(/^CS0703 correction /));
  expect(await reasons(0, 'correction', (frame) => void (frame[HEAD]! ^= 1))).toContainEqual(expect.stringMatching(/^CS0709 correction /));
});

test('a party that has not noticed goes on by what it hears, and not where it hears that it is lost itself, or one that is not there', async () => {
  expect(await reasons(3, 'lost', () => undefined, 2)).toEqual([]);
  for (const named of [2, 7]) {
    const lie = (frame: Uint8Array): void => notice(frame).setUint32(0, named, true);
    for (const liar of [0, 3]) expect(await reasons(liar, 'lost', lie, 2)).toContainEqual(expect.stringMatching(/^CS0702 .*lost different parties/));
  }
});

test('a party that all others say is lost stops, and does not go on without itself', async () => {
  for (let crashAt = FIRST_GUARDED; crashAt < 18; crashAt++) {
    const [, named] = await run(crashAt, [0, 3], 'lost', (frame) => notice(frame).setUint32(0, 2, true), 2);
    if (named !== 'done') expect(named).toMatchObject({ code: 'CS0702', step: 'lost', message: expect.stringContaining('lost different parties') as string });
  }
  expect(await run(FIRST_GUARDED, [0, 3], 'lost', (frame) => notice(frame).setUint32(0, 2, true), 2)).not.toContain('done');
});
