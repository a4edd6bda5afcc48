import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { type Tamper, memoryLinks, tamperedLink, tampers } from '#testing';
import { Peer, labelOf, roundMessageBytes, wireBytes } from '../../channel/index.js';
import { type Make, lanePair, makes, memoryPair } from '../testing/pairs.js';
import { columnsFor, receiveStrings, sendStrings } from '../index.js';

const bitOf = (bits: Uint8Array, j: number): 0 | 1 => ((bits[j >> 3]! >> (j & 7)) & 1) as 0 | 1;
const tag = labelOf('string-transfers/1', 'payload').tag;
const payloads = (frames: readonly Uint8Array[]): Uint8Array[] => frames.filter((frame) => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true) === tag);

/** What the receiver comes to hold, what it should, and what it must not; and the frames of the payload. */
async function run(make: Make, count: number, length: number, lanePairOf = lanePair) {
  const { lanes, written } = lanePairOf();
  const memories = memoryPair(Math.max(128, columnsFor(count)));
  const { batches } = await make(lanes, memories, [columnsFor(count)]);
  const [sender, receiver] = batches[0]!;
  const strings = [0, 1].map(() => new Uint8Array(randomBytes(count * length))) as [Uint8Array, Uint8Array];
  const choices = new Uint8Array(randomBytes(Math.ceil(count / 8)));
  const [, held] = await Promise.all([sendStrings(sender, memories[0], { zero: strings[0], one: strings[1], count, length }), receiveStrings(receiver, memories[1], choices, { count, length })]);
  const of = (bit: (j: number) => 0 | 1): Buffer => Buffer.concat(Array.from({ length: count }, (_, j) => strings[bit(j)].subarray(j * length, (j + 1) * length)));
  return { held: Buffer.from(held), wanted: of((j) => bitOf(choices, j)), other: of((j) => (1 - bitOf(choices, j)) as 0 | 1), frames: payloads(written[0].written) };
}

describe.each(makes)('on %s', (_, make) => {
  it.each([[0, 5], [1, 1], [5, 0], [7, 16], [129, 17], [1000, 3], [65, 1000]])('%i transfers of %i bytes', async (count, length) => {
    const { held, wanted, frames } = await run(make, count, length);
    expect(held.equals(wanted)).toBe(true);
    expect(frames.reduce((sum, frame) => sum + frame.length, 0)).toBe(count === 0 ? 0 : wireBytes(2 * length * count));
  });
});

const [, softspoken] = makes[0]!;

it('any number of strings of any length', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 70 }), async (count, length) => {
    const { held, wanted } = await run(softspoken, count, length);
    expect(held.equals(wanted)).toBe(true);
  }), { numRuns: 10 });
});

it('nothing of the payload is a string, or what the receiver holds under the pad of the other', async () => {
  const { held, other, frames } = await run(softspoken, 64, 48);
  const bodies = Buffer.concat(frames.map((frame) => frame.subarray(20)));
  for (let j = 0; j < 64; j++) {
    for (const strings of [held, other]) expect(bodies.includes(strings.subarray(48 * j, 48 * (j + 1)))).toBe(false);
  }
});

it('long strings go as several messages, none above the limit', async () => {
  const { held, wanted, frames } = await run(softspoken, 5, roundMessageBytes / 4);
  expect(held.equals(wanted)).toBe(true);
  const totals = frames.map((frame) => new DataView(frame.buffer, frame.byteOffset).getUint32(12, true));
  expect(Math.max(...totals)).toBe(roundMessageBytes);
  expect(frames.filter((_, i) => new DataView(frames[i]!.buffer, frames[i]!.byteOffset).getUint32(16, true) === 0).length).toBe(3);
});

/** A run whose payload goes through `tamper` on its way, and the two ends of its link. */
function disturbed(tamper: Tamper) {
  const links = memoryLinks(2);
  const [sending, receiving] = [links[0]![1]!, links[1]![0]!];
  let isDone = false;
  const disturbing = tamperedLink(sending, 0, tamper);
  const link = { ...sending, write: (frame: Uint8Array) => (payloads([frame]).length > 0 && !isDone ? ((isDone = true), disturbing.write(frame)) : sending.write(frame)) };
  const peers = [new Peer(1, link), new Peer(0, receiving)] as const;
  return { peers, links, attempt: run(softspoken, 9, 20, () => ({ lanes: [peers[0].lane(1), peers[1].lane(1)], written: lanePair().written })) };
}

it.each([['truncated', 'CS0703'], ['lengthened', 'CS0703'], ['header altered', 'CS0703'], ['cut off', 'CS0702']] as const)('a payload that is %s is no string', async (kind, code) => {
  await expect(disturbed(tampers[kind]).attempt).rejects.toMatchObject({ code });
});

it('a payload that is withheld ends with the link, at its caller’s deadline', async () => {
  // Closed once the sender has written all that it has.
  const { links, attempt } = disturbed((frame) => (setImmediate(() => links[0]![1]!.close()), tampers.withheld(frame)));
  await expect(attempt).rejects.toMatchObject({ code: 'CS0702' });
});

it.each(['altered', 'repeated'] as const)('a payload that is %s is found when transcripts are confirmed', async (kind) => {
  const { peers, attempt } = disturbed(tampers[kind]);
  const { held, wanted, other } = await attempt;
  // One byte of one of two strings, of which the receiver wants either.
  if (kind === 'repeated') expect(held.equals(wanted)).toBe(true);
  else expect([0, 1]).toContain(held.reduce((sum, byte, i) => sum + Number(byte !== wanted[i]), 0));
  expect(held.equals(other)).toBe(false);
  // What came before a later message of the link has been read with it.
  const later = labelOf('ideal', 'later');
  await Promise.all([peers[0].lane(2).send(later, Uint8Array.of(1)), peers[1].lane(2).receive(later, 1)]);
  const isConfirmed = Buffer.from(peers[0].transcript('self')).equals(peers[1].transcript('peer')) && peers[1].waitingFrames === 0;
  expect(isConfirmed).toBe(false);
});

it.each([[19, 20], [20, 19], [21, 20]])('strings of another length than stated are not sent: %i and %i bytes of 20', async (zero, one) => {
  const { lanes } = lanePair();
  const [memory] = memoryPair(128);
  await expect(sendStrings({ lane: lanes[0] } as never, memory, { zero: new Uint8Array(zero), one: new Uint8Array(one), count: 4, length: 5 })).rejects.toThrow('strings of another length than stated');
});
