import { randomBytes } from 'node:crypto';
import { duplexPair } from 'node:stream';
import { type RecordedLink, bulkLink, memoryLinks, recordedLink, streamLink } from '#testing';
import { boundHash, counters, domain, lengthPrefixed } from './binding.js';
import { confirmTranscripts } from './confirm.js';
import { Channel, defineFlow } from './flow.js';
import { bodyBytesPerFrame, decodeHeader, encodeFrame, headerBytes, labelOf, wireBytes } from './frame.js';
import { type Link, maxMessageBytes } from './link.js';
import { Mesh, type RoundPart, roundMessageBytes } from './mesh.js';
import { Peer } from './peer.js';

const label = labelOf('spec/1', 'message');
const sizes = [0, 1, 7, bodyBytesPerFrame - 1, bodyBytesPerFrame, bodyBytesPerFrame + 1, 3 * bodyBytesPerFrame + 5];

function pair(links: readonly [Link, Link]): readonly [Peer, Peer] {
  return [new Peer(1, links[0]), new Peer(0, links[1])];
}

function streamPair(): [Link, Link] {
  const [left, right] = duplexPair();
  return [streamLink(left), streamLink(right)];
}

function memoryPair(): [Link, Link] {
  const links = memoryLinks(2);
  return [links[0]![1]!, links[1]![0]!];
}

function bulkPair(): [Link, Link] {
  const [left, right] = memoryPair();
  return [bulkLink(left, 0), bulkLink(right, 1)];
}

describe.each<[string, () => [Link, Link]]>([
  ['memory links', memoryPair],
  ['streams', streamPair],
  ['links that carry frames in parts', bulkPair],
])('over %s', (_, links) => {
  test.each(sizes)('a message of %i bytes arrives whole and costs what the encoding says', async (length) => {
    const [left, right] = pair(links());
    const body = new Uint8Array(randomBytes(length));
    const [received] = await Promise.all([right.lane(0).receive(label, length), left.lane(0).send(label, body)]);
    expect(Buffer.compare(received, body)).toBe(0);
    expect(left.bytesSent).toBe(wireBytes(length));
    expect(right.bytesReceived).toBe(wireBytes(length));
    expect(left.transcript('self')).toEqual(right.transcript('peer'));
  });

  test.each(sizes)('a message of %i bytes fills the memory it is wanted in, and nothing beside it', async (length) => {
    const [left, right] = pair(links());
    const body = new Uint8Array(randomBytes(length));
    const memory = new Uint8Array(length + 16);
    await Promise.all([right.lane(0).receiveInto(label, memory.subarray(8, 8 + length)), left.lane(0).send(label, body)]);
    expect(Buffer.compare(memory, Buffer.concat([new Uint8Array(8), body, new Uint8Array(8)]))).toBe(0);
    expect(left.transcript('self')).toEqual(right.transcript('peer'));
  });

  test('what is sent is taken: the sender may use its memory again', async () => {
    const [left, right] = pair(links());
    const body = new Uint8Array(randomBytes(bodyBytesPerFrame + 5));
    const expected = body.slice();
    await left.lane(0).send(label, body);
    body.fill(0);
    expect(Buffer.compare(await right.lane(0).receive(label, body.length), expected)).toBe(0);
  });

  test('large messages in both directions and on several lanes at once do not wait for each other', async () => {
    const [left, right] = pair(links());
    const body = new Uint8Array(randomBytes(3_000_000));
    const lanes = [0, 3, 5];
    const all = lanes.flatMap((id) => [left, right].flatMap((peer) => [peer.lane(id).send(label, body), peer.lane(id).receive(label, body.length)]));
    const received = (await Promise.all(all)).filter((each) => each instanceof Uint8Array);
    expect(received).toHaveLength(6);
    expect(received.every((each) => Buffer.compare(each, body) === 0)).toBe(true);
    expect(right.transcript('self')).toEqual(left.transcript('peer'));
  });

  test('a closed link rejects both ends, and what was sent before can still be read', async () => {
    const [left, right] = pair(links());
    await left.lane(0).send(label, Uint8Array.of(1));
    left.link.close();
    expect(await right.lane(0).receive(label, 1)).toEqual(Uint8Array.of(1));
    await expect(right.lane(0).receive(label, 1)).rejects.toMatchObject({ code: 'CS0702', blame: 0, step: 'message' });
    await expect(left.lane(0).receive(label, 1)).rejects.toMatchObject({ code: 'CS0702', blame: 1 });
  });
});

test('a lane refuses frames that its next message cannot consist of', async () => {
  const good = { lane: 0, sequence: 0, tag: label.tag, total: 3, offset: 0 };
  const body = Uint8Array.of(1, 2, 3);
  const cases: [string, Uint8Array, string][] = [
    ['another sequence number', encodeFrame({ ...good, sequence: 1 }, body), 'CS0704'],
    ['another step', encodeFrame({ ...good, tag: labelOf('spec/1', 'other').tag }, body), 'CS0704'],
    ['another protocol version', encodeFrame({ ...good, tag: labelOf('spec/2', 'message').tag }, body), 'CS0704'],
    ['another length', encodeFrame({ ...good, total: 4 }, Uint8Array.of(1, 2, 3, 4)), 'CS0703'],
    ['a lane that does not exist', encodeFrame({ ...good, lane: 16 }, body), 'CS0703'],
    ['no header', new Uint8Array(headerBytes - 1), 'CS0703'],
  ];
  for (const [what, frame, code] of cases) {
    const links = memoryLinks(2);
    await links[0]![1]!.write(frame);
    const error = await new Peer(0, links[1]![0]!).lane(0).receive(label, 3).catch((reason: unknown) => reason);
    expect(`${what}: ${(error as { code: string }).code}`).toBe(`${what}: ${code}`);
  }
});

test('a header decodes only from the frame that encodes it', () => {
  const header = { lane: 3, sequence: 9, tag: label.tag, total: bodyBytesPerFrame + 5, offset: bodyBytesPerFrame };
  const frame = encodeFrame(header, new Uint8Array(bodyBytesPerFrame + 5));
  expect(decodeHeader(frame)).toEqual(header);
  expect(decodeHeader(frame.subarray(0, -1))).toBeUndefined();
  expect(decodeHeader(Uint8Array.of(...frame, 0))).toBeUndefined();
  const otherVersion = frame.slice();
  otherVersion[2] = 2;
  expect(decodeHeader(otherVersion)).toBeUndefined();
  const unaligned = frame.slice();
  unaligned[16] = 1;
  expect(decodeHeader(unaligned)).toBeUndefined();
});

test('frames for a lane that nobody reads are bounded', async () => {
  const links = memoryLinks(2);
  const reader = new Peer(0, links[1]![0]!);
  const writer = new Peer(1, links[0]![1]!);
  const flood = (async () => {
    for (let sent = 0; sent < 5; sent++) await writer.lane(7).send(label, new Uint8Array(maxMessageBytes));
  })().catch(() => undefined);
  await expect(reader.lane(0).receive(label, 1)).rejects.toMatchObject({ code: 'CS0705', blame: 0 });
  reader.link.close();
  await flood;
});

test('only the next arrow of a figure can cross a channel, and all must', async () => {
  const flow = defineFlow({ protocol: 'spec/1', roles: ['asker', 'teller'], arrows: [{ from: 'asker', message: 'question' }, { from: 'teller', message: 'answer' }] });
  const links = memoryLinks(2);
  const [left, right] = pair([links[0]![1]!, links[1]![0]!]);
  const asker = new Channel(flow, 'asker', left.lane(0));
  const teller = new Channel(flow, 'teller', right.lane(0));
  await expect(asker.receive('answer', 1)).rejects.toThrow('`answer` is not the next arrow');
  // @ts-expect-error an arrow goes one way
  const wrongWay = (): Promise<void> => asker.send('answer', new Uint8Array(0));
  expect(wrongWay).toBeInstanceOf(Function);
  expect(() => asker.finish()).toThrow('ended before `question`');
  await Promise.all([asker.send('question', Uint8Array.of(1)), teller.receive('question', 1)]);
  await Promise.all([teller.send('answer', Uint8Array.of(2)), asker.receive('answer', 1)]);
  asker.finish();
  teller.finish();
});

test('one exchange is one round for every party, and a party may stay silent', async () => {
  const links = memoryLinks(4);
  const meshes = links.map((row, party) => Mesh.over(party, 4, row));
  const received = await Promise.all(meshes.map((mesh) =>
    mesh.exchange('spec/1', 'round', (peer) => (mesh.self === 3 ? undefined : Uint8Array.of(mesh.self, peer)), (peer) => (peer === 3 ? undefined : 2))));
  for (const [self, bodies] of received.entries()) {
    for (const [from, body] of bodies.entries()) expect(body).toEqual(from === self || from === 3 ? undefined : Uint8Array.of(from, self));
  }
  expect(meshes.map(({ rounds }) => rounds)).toEqual([1, 1, 1, 1]);
});

test('an exchange fills the memory it is given, by party', async () => {
  const links = memoryLinks(3);
  const meshes = links.map((row, party) => Mesh.over(party, 3, row.map((link, peer) => link && bulkLink(link, party < peer ? 0 : 1))));
  const filled = await Promise.all(meshes.map(async (mesh) => {
    const memory = new Uint8Array(6);
    await mesh.exchangeInto('spec/1', 'round', (peer) => Uint8Array.of(mesh.self, peer), (peer) => memory.subarray(2 * peer, 2 * peer + 2));
    return [...memory];
  }));
  expect(filled).toEqual([[0, 0, 1, 0, 2, 0], [0, 1, 0, 0, 2, 1], [0, 2, 1, 2, 0, 0]]);
  expect(meshes.map(({ rounds }) => rounds)).toEqual([1, 1, 1]);
});

test('after a frame that nobody makes, nothing that comes on the link is read any more, on whichever lane', async () => {
  const [sending, receiving] = memoryPair();
  const peer = new Peer(0, receiving);
  await sending.write(new Uint8Array(headerBytes));
  await sending.write(encodeFrame({ lane: 2, sequence: 0, tag: label.tag, total: 1, offset: 0 }, Uint8Array.of(7)));
  await expect(peer.lane(1).receive(label, 1)).rejects.toMatchObject({ code: 'CS0703', message: expect.stringContaining('malformed') as string });
  await expect(peer.lane(2).receive(label, 1)).rejects.toMatchObject({ code: 'CS0703', message: expect.stringContaining('malformed') as string });
});

test('a frame out of its place is refused before it reaches the memory of the next message', async () => {
  const frames = [0, 2, 1].map((index) => encodeFrame({ lane: 0, sequence: 0, tag: label.tag, total: 3 * bodyBytesPerFrame, offset: index * bodyBytesPerFrame }, new Uint8Array(3 * bodyBytesPerFrame).fill(7)));
  const [left, right] = memoryPair();
  for (const frame of frames) void left.write(frame);
  const target = new Uint8Array(3 * bodyBytesPerFrame);
  await expect(new Peer(0, bulkLink(right, 1)).lane(0).receiveInto(label, target)).rejects.toMatchObject({ code: 'CS0704', blame: 0 });
  expect(target.subarray(bodyBytesPerFrame).every((byte) => byte === 0)).toBe(true);
});

test('once a round has failed, no other returns or starts', async () => {
  const [left, right] = pair(memoryPair());
  const mesh = Mesh.over(0, 2, [undefined, left.link]);
  const exchange = (bytes: number): Promise<unknown> => mesh.exchange('spec/1', 'message', () => undefined, () => bytes);
  const failing = [exchange(1), exchange(1)];
  await right.lane(0).send(label, new Uint8Array(2));
  await right.lane(0).send(label, new Uint8Array(1));
  for (const each of [...failing, exchange(1)]) await expect(each).rejects.toMatchObject({ code: 'CS0703' });
});

describe('a round of several messages', () => {
  const lengths = [0, 1, roundMessageBytes, roundMessageBytes + 1, 2 * roundMessageBytes + 5];

  test.each(lengths)('carries %i bytes, in messages that are not too long, as one round', async (length) => {
    const links = memoryLinks(3);
    const recorded = links.map((row, party) => row.map((link, peer) => (link ? (links[party]![peer] = recordedLink(link)) as RecordedLink : undefined)));
    const meshes = links.map((row, party) => Mesh.over(party, 3, row));
    // Party 0 has that much for 1, which has a byte for it; and a byte for 2.
    const bytes = (from: number, to: number): number | undefined => (from === 0 ? (to === 1 ? length : 1) : to === 0 && from === 1 ? 1 : undefined);
    const body = new Uint8Array(randomBytes(length));
    const got = await Promise.all(meshes.map((mesh) => mesh.exchange('spec/1', 'round',
      (peer) => (bytes(mesh.self, peer) === undefined ? undefined : mesh.self === 0 && peer === 1 ? body : Uint8Array.of(9)), (peer) => bytes(peer, mesh.self))));
    expect(Buffer.compare(got[1]![0]!, body)).toBe(0);
    expect([got[2]![0], got[0]![1], got[1]![2]]).toEqual([Uint8Array.of(9), Uint8Array.of(9), undefined]);
    const sent = recorded[0]![1]!.written;
    expect(sent.reduce((sum, frame) => sum + frame.length, 0)).toBe(wireBytes(length));
    expect(Math.max(...sent.map((frame) => decodeHeader(frame)!.total))).toBe(Math.min(length, roundMessageBytes));
    expect(meshes.map(({ rounds }) => rounds)).toEqual([1, 1, 1]);
    expect(meshes[0]!.peers[0]!.transcript('self')).toEqual(meshes[1]!.peers[0]!.transcript('peer'));
  });

  test('makes a part when the one before the last is finished, and finishes them in order', async () => {
    const meshes = memoryLinks(2).map((row, party) => Mesh.over(party, 2, row));
    const logs = await Promise.all(meshes.map(async (mesh) => {
      const log: string[] = [];
      function* parts(): Generator<RoundPart> {
        for (let i = 0; i < 4; i++) {
          log.push(`make ${i}`);
          yield { outgoing: () => new Uint8Array(bodyBytesPerFrame * 6), incoming: () => new Uint8Array(bodyBytesPerFrame * 6), finish: () => void log.push(`finish ${i}`) };
        }
      }
      await mesh.exchangeParts('spec/1', 'round', parts());
      return log;
    }));
    for (const log of logs) expect(log).toEqual(['make 0', 'make 1', 'finish 0', 'make 2', 'finish 1', 'make 3', 'finish 2', 'finish 3']);
  });

  test('stops at the part that fails: none is made or finished after it', async () => {
    const [left, right] = pair(memoryPair());
    const mesh = Mesh.over(0, 2, [undefined, left.link]);
    const log: string[] = [];
    function* parts(): Generator<RoundPart> {
      for (let i = 0; i < 4; i++) {
        log.push(`make ${i}`);
        yield { outgoing: () => undefined, incoming: () => new Uint8Array(1), finish: () => void log.push(`finish ${i}`) };
      }
    }
    const round = mesh.exchangeParts('spec/1', 'message', parts());
    for (const bytes of [1, 2, 1, 1]) await right.lane(0).send(label, new Uint8Array(bytes));
    await expect(round).rejects.toMatchObject({ code: 'CS0703', blame: 1 });
    expect(log).toEqual(['make 0', 'make 1', 'finish 0', 'make 2']);
  });
});

test('a message above the limit is refused at either end before anything is sent or set aside', async () => {
  const [left, right] = pair(memoryPair());
  await expect(left.lane(0).send(label, new Uint8Array(maxMessageBytes + 1))).rejects.toThrow('above the limit');
  await expect(right.lane(0).receive(label, maxMessageBytes + 1)).rejects.toThrow('above the limit');
  expect(left.bytesSent).toBe(0);
});

describe.each<[string, (link: Link, end: 0 | 1) => Link, number]>([
  ['a short message', (link) => link, 1],
  ['a long message, hashed', (link) => link, 70_000],
  ['a short message on links that share a secret', bulkLink, 1],
  ['a long message on links that share a secret', bulkLink, 70_000],
])('%s', (_, linkOf, length) => {
  test('that two parties saw differently stops the third as well', async () => {
    const links = memoryLinks(3);
    const meshes = links.map((row, party) => Mesh.over(party, 3, row.map((link, peer) => link && linkOf(link, party < peer ? 0 : 1))));
    const say = (last: number): Promise<void> => meshes[1]!.peers[1]!.lane(3).send(label, new Uint8Array(length).fill(last, -1));
    await Promise.all([say(1), meshes[2]!.peers[1]!.lane(3).receive(label, length)]);
    const sessionId = new Uint8Array(32);
    const same = await Promise.all(meshes.map((mesh) => confirmTranscripts(mesh, sessionId)));
    expect(new Set(same.map((transcript) => Buffer.from(transcript).toString('hex'))).size).toBe(1);

    const frame = encodeFrame({ lane: 3, sequence: 1, tag: label.tag, total: length, offset: 0 }, new Uint8Array(length).fill(3, -1));
    const sent = say(2);
    await links[2]![1]!.read();
    await links[1]![2]!.write(frame);
    await Promise.all([sent, meshes[2]!.peers[1]!.lane(3).receive(label, length)]);
    const results = await Promise.allSettled(meshes.map((mesh) => confirmTranscripts(mesh, sessionId)));
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0708' } });
  });
});

test('a bound hash changes with protocol, step, session, either party and every boundary between parts', () => {
  const binding = { sessionId: new Uint8Array(32), roles: [0, 1] as const };
  const [a, b] = [Uint8Array.of(1), Uint8Array.of(2, 3)];
  const hashes = [
    boundHash('spec/1', 'step', binding, a, b),
    boundHash('spec/2', 'step', binding, a, b),
    boundHash('spec/1', 'other', binding, a, b),
    boundHash('spec/1', 'step', { ...binding, sessionId: new Uint8Array(32).fill(1) }, a, b),
    boundHash('spec/1', 'step', { ...binding, roles: [2, 1] }, a, b),
    boundHash('spec/1', 'step', { ...binding, roles: [0, 2] }, a, b),
    boundHash('spec/1', 'step', binding, Uint8Array.of(1, 2), Uint8Array.of(3)),
    boundHash('spec/1', 'step', binding, Uint8Array.of(1, 2, 3)),
  ];
  expect(new Set(hashes.map((hash) => Buffer.from(hash).toString('hex'))).size).toBe(hashes.length);
  expect(domain('spec/1', 'step', binding)).toEqual(lengthPrefixed(
    Buffer.from('countersign/mpc'), Buffer.from('spec/1'), Buffer.from('step'), binding.sessionId, counters(0, 1)));
});
