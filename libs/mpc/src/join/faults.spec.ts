import { joinTraffic } from '#program/plans';
import { type RecordedLink, memoryLinks, recordedLink, tamperedLink, tampers, whenQuiet } from '#testing';
import { type Link, ProtocolAbort, labelOf, wireBytes } from '../channel/index.js';
import { type Tables, matches, runJoin, sizeOf } from './testing/pair.js';

const tables: Tables = { left: ['a', 'b', 'c'], right: ['b', 'c', 'd', 'e'], columns: [[1n, 2n, 3n, 4n], [5n, 6n, 7n, 8n]] };

/** Every message and its sender: 0 is the left party. */
const messages = {
  keys: { from: 0, protocol: 'masny-rindal-k-pke-768/1', bytes: 32 + 128 * 2304 },
  ciphertexts: { from: 1, protocol: 'masny-rindal-k-pke-768/1', bytes: 128 * 2176 },
  trees: { from: 1, protocol: 'softspoken/1', bytes: 4096 },
  'corrections of seeds': { from: 1, protocol: 'softspoken/1', message: 'corrections', bytes: 4 * 512 },
  corrections: { from: 0, protocol: 'kkrt/1', bytes: 56 * 768 },
  slots: { from: 1, protocol: 'rb-okvs/1', bytes: 3 * 8 * (Math.ceil(1.1 * 12) + 256) },
} as const;
const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);
const labelOfMessage = (name: keyof typeof messages): number => {
  const each = messages[name];
  return labelOf(each.protocol, 'message' in each ? each.message : name).tag;
};

function recorded(): { links: (Link | undefined)[][]; written: (from: 0 | 1) => readonly Uint8Array[] } {
  const links = memoryLinks(2);
  const records = links.map((row, party): RecordedLink => {
    const link = recordedLink(row[1 - party]!);
    row[1 - party] = link;
    return link;
  });
  return { links, written: (from) => records[from]!.written };
}

test('a join sends the messages of its figures, in the bytes that their headers state', async () => {
  const { links, written } = recorded();
  const { peers } = await runJoin(tables, { links });
  for (const [name, { from, bytes }] of Object.entries(messages)) {
    const frames = written(from).filter((frame) => tagOf(frame) === labelOfMessage(name as keyof typeof messages));
    expect([name, frames.reduce((sum, frame) => sum + frame.length, 0)]).toEqual([name, wireBytes(bytes)]);
  }
  const sentBy = (party: number): number => Object.values(messages).reduce((sum, { from, bytes }) => sum + (from === party ? wireBytes(bytes) : 0), 0);
  expect(joinTraffic(sizeOf(tables), 'k-pke-768')).toEqual({ left: sentBy(0), right: sentBy(1) });
  expect(peers.map(({ bytesSent }) => bytesSent)).toEqual([sentBy(0), sentBy(1)]);
  expect(peers.map((peer) => peer.turns(2))).toEqual([4, 4]);
});

test('10^5 rows with 10^5 take the bytes that the header states', () => {
  const keys = { length: 100_000 } as readonly string[];
  const { left, right } = joinTraffic(sizeOf({ left: keys, right: keys, columns: [[]] }), 'k-pke-768');
  expect(left + right).toBe(13_145_924);
});

test('what the wire shows does not depend on how many rows there are, or match', async () => {
  const framesOf = async (left: readonly string[], right: readonly string[]): Promise<number[][]> => {
    const { links, written } = recorded();
    await runJoin({ left, right, columns: [right.map(() => 1n)], leftRows: 10, rightRows: 20 }, { links });
    return ([0, 1] as const).map((from) => written(from).map((frame) => frame.length));
  };
  const shown = await framesOf([], []);
  expect(await framesOf(['a'], ['a'])).toEqual(shown);
  expect(await framesOf([...'abcdefghij'], [...'abcdefghijklmnopqrst'])).toEqual(shown);
});

const faults = Object.entries(tampers).filter(([kind]) => kind !== 'altered');
describe.each(Object.keys(messages) as (keyof typeof messages)[])('a message `%s`', (name) => {
  test.each(faults)('that is %s ends the join', async (kind, tamper) => {
    const { from } = messages[name];
    const first = recorded();
    await runJoin(tables, { links: first.links });
    const which = first.written(from).findIndex((frame) => tagOf(frame) === labelOfMessage(name));
    const links = memoryLinks(2);
    links[from]![1 - from] = tamperedLink(links[from]![1 - from]!, which, tamper);
    const close = (): void => links.forEach((row) => row.forEach((link) => link?.close()));
    const stopLooking = whenQuiet(links, close);
    const result = await runJoin(tables, { links }).catch((error: unknown) => error);
    stopLooking();
    // The last message of a party has nothing after it on the lane that could show that it came twice; the transcripts do.
    if ((name === 'slots' || name === 'corrections') && kind === 'repeated') expect(result).not.toBeInstanceOf(ProtocolAbort);
    else expect(result).toBeInstanceOf(ProtocolAbort);
  });
});

test('altered slots never match by accident, and no other row is taken for the one that is asked for', async () => {
  const first = recorded();
  await runJoin(tables, { links: first.links });
  const which = first.written(1).findIndex((frame) => tagOf(frame) === labelOfMessage('slots'));
  const links = memoryLinks(2);
  links[1]![0] = tamperedLink(links[1]![0]!, which, (frame) => [frame.map((byte, i) => (i < 20 ? byte : byte ^ 0x55))]);
  // Every slot is altered alike: a value whose band has an odd number of bits is off. What is left of matches is right.
  for (const [row] of matches(await runJoin(tables, { links }))) expect([1, 2]).toContain(row);
});
