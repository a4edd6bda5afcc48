import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { connectionPair, Way, type OnTheWay } from '../../../../test/support/connections.js';
import type { StreamEnd } from './byte-stream.js';
import type { Connection } from './carrier.js';
import { recordBytes, RECORD_TYPE, type RecordLimits } from './record.js';
import { SealedStream } from './sealed-stream.js';
import type { LinkPlace } from './link-secrets.js';

const sessionId = new Uint8Array(32).fill(4);
const places: [LinkPlace, LinkPlace] = [{ sessionId, self: 0, peer: 1, dialled: true }, { sessionId, self: 1, peer: 0, dialled: false }];
const closed: (() => void)[] = [];
afterEach(() => closed.splice(0).forEach((close) => close()));

interface End {
  readonly stream: SealedStream;
  readonly over: Promise<StreamEnd>;
  received(bytes: number): Promise<Buffer>;
  readonly soFar: () => Buffer;
}
function start(connection: Connection, place: LinkPlace, limits?: RecordLimits): End {
  const stream = new SealedStream(connection, place, limits);
  closed.push(() => stream.destroy());
  const chunks: Buffer[] = [];
  const soFar = (): Buffer => Buffer.concat(chunks);
  let wake = (): void => undefined;
  const over = new Promise<StreamEnd>((resolve) => stream.start({ data: (bytes) => (chunks.push(Buffer.from(bytes)), wake()), drain: () => undefined, over: (end) => (resolve(end), wake()) }));
  const received = async (bytes: number): Promise<Buffer> => {
    while (soFar().length < bytes && !stream.destroyed) await new Promise<void>((resolve) => (wake = resolve));
    return soFar();
  };
  return { stream, over, received, soFar };
}
async function way(): Promise<Way> {
  const opened = await Way.open();
  closed.push(() => opened.close());
  return opened;
}
/** Both ends, with somebody on the way between them. */
async function ends(limits?: RecordLimits, between?: Way): Promise<[End, End]> {
  const [a, b] = await connectionPair(between && ((port) => between.to(port)));
  return [start(a, places[0], limits), start(b, places[1], limits)];
}
/** Hands the dialling end's sealed records one by one, from 0, to `tamper`; what belongs to TLS passes. */
function onRecords(tamper: (record: Buffer, index: number) => readonly Buffer[]): OnTheWay {
  let arrived = Buffer.alloc(0);
  let index = 0;
  return (bytes, to) => {
    if (to === 'dialler') return [bytes];
    arrived = Buffer.concat([arrived, bytes]);
    const out: Buffer[] = [];
    for (;;) {
      const sealed = arrived[0] === RECORD_TYPE;
      if (arrived.length < 5) return out;
      const length = sealed ? recordBytes(arrived) : 5 + arrived.readUInt16BE(3);
      if (arrived.length < length) return out;
      out.push(...(sealed ? tamper(arrived.subarray(0, length), index++) : [arrived.subarray(0, length)]));
      arrived = arrived.subarray(length);
    }
  };
}

test.each([0, 1, 3])('bytes of all lengths arrive in order, both ways, where the network cuts them after every %i bytes', async (cut) => {
  const between = await way();
  if (cut > 0) {
    between.onTheWay = (bytes) => (bytes.length > 40_000 ? [bytes] : Array.from({ length: Math.ceil(bytes.length / cut) }, (_, i) => bytes.subarray(cut * i, cut * (i + 1))));
  }
  const [a, b] = await ends(undefined, between);
  const sizes = [1, 3, 4096, 66_560, 66_561, 131_096, 500_000];
  const sent = sizes.map((size) => randomBytes(size));
  for (const bytes of sent) for (const { stream } of [a, b]) stream.write(bytes.subarray(0, 2), bytes.subarray(2));
  const expected = Buffer.concat(sent);
  for (const { received } of [a, b]) expect((await received(expected.length)).equals(expected)).toBe(true);
});

test('what is written is taken: the writer may use its memory again', async () => {
  const [a, b] = await ends();
  const bytes = new Uint8Array(200_000).fill(7);
  a.stream.write(bytes);
  bytes.fill(0);
  expect((await b.received(bytes.length)).every((byte) => byte === 7)).toBe(true);
});

const [large, small] = [70_000, 500];
describe.each<[string, (record: Buffer, index: number, held: Buffer[]) => readonly Buffer[]]>([
  ['altered', (record, i) => (i === 2 ? (record[record.length >> 1] ^= 4, [record]) : [record])],
  ['with another length', (record, i) => (i === 2 ? (record[3] ^= 1, [record]) : [record])],
  ['dropped', (record, i) => (i === 2 ? [] : [record])],
  ['repeated', (record, i) => (i === 1 ? [record, record] : [record])],
  ['moved behind the next', (record, i, held) => (i === 2 ? (held.push(record), []) : [record, ...held.splice(0)])],
  ['replaced by one of TLS', (record, i) => (i === 2 ? [Buffer.from([0x17, 3, 3, 0, 2, 1, 1])] : [record])],
])('a record that is %s on its way', (what, tamper) => {
  test.each([large, small])('ends the stream, with what came before it and nothing of it (%i bytes)', async (bytes) => {
    const between = await way();
    const held: Buffer[] = [];
    between.onTheWay = onRecords((record, index) => tamper(record, index, held));
    const [a, b] = await ends(undefined, between);
    const sent = Array.from({ length: 6 }, (_, i) => Buffer.alloc(Math.min(bytes, 60_000), i + 1));
    for (const each of sent) a.stream.write(each);
    expect(await b.over).toMatchObject({ kind: 'lost', reason: expect.stringMatching(/^it sent (a record that does not open|what is no record)$/) as string });
    expect(b.soFar().equals(Buffer.concat(sent.slice(0, 2)))).toBe(true);
    expect(b.stream.destroyed).toBe(true);
  });
});

test('a record that is cut off by the end of the connection is never seen', async () => {
  const between = await way();
  between.onTheWay = onRecords((record, index) => (index === 1 ? [record.subarray(0, 100)] : index > 1 ? [] : [record]));
  const [a, b] = await ends(undefined, between);
  a.stream.write(Buffer.alloc(10, 1));
  a.stream.write(Buffer.alloc(3000, 2));
  await b.received(10);
  a.stream.end();
  expect(await b.over).toEqual({ kind: 'lost', reason: 'it closed the link' });
  expect(b.soFar().equals(Buffer.alloc(10, 1))).toBe(true);
});

test.each<[string, Partial<LinkPlace>]>([
  ['another session', { sessionId: new Uint8Array(32).fill(5) }],
  ['another party for itself', { self: 2 }],
  ['another party for its peer', { peer: 2 }],
  ['the dialling end for itself', { dialled: true }],
])('ends of which one takes %s agree on no secret: neither hands a byte out', async (_, mistake) => {
  const [a, b] = await connectionPair();
  const [left, right] = [start(a, places[0]), start(b, { ...places[1], ...mistake })];
  for (const { stream } of [left, right]) stream.write(Buffer.alloc(9, 1));
  const kinds = await Promise.all([left.over, right.over]);
  // The end that is faster leaves, and the other may see only that.
  expect(kinds.some(({ kind }) => kind === 'foreign')).toBe(true);
  expect([left.soFar().length, right.soFar().length]).toEqual([0, 0]);
});

test('two handshakes of the same nodes for the same session agree on different secrets', async () => {
  const greetings: string[] = [];
  for (let i = 0; i < 2; i++) {
    const [a] = await connectionPair();
    const { transcriptKeys } = new SealedStream(a, places[0]);
    greetings.push(Buffer.from(transcriptKeys.sent).toString('hex'), Buffer.from(transcriptKeys.received).toString('hex'));
    a.carrier.socket.destroy();
  }
  expect(new Set(greetings).size).toBe(4);
});

test('the ends share the keys of their transcripts, crosswise', async () => {
  const [a, b] = await ends();
  expect(a.stream.transcriptKeys).toEqual({ sent: b.stream.transcriptKeys.received, received: b.stream.transcriptKeys.sent });
});

test('records before the greeting wait, and records in the place of the handshake lead nowhere', async () => {
  const between = await way();
  between.onTheWay = (bytes, to) => (to === 'listener' ? [Buffer.from([RECORD_TYPE, 0, 0, 1, ...randomBytes(17)]), bytes] : [bytes]);
  await expect(connectionPair((port) => between.to(port), 5_000)).rejects.toMatchObject({ code: 'CS0730' });
});

test('somebody who sends records before the greeting of the peer is not listened to', async () => {
  const between = await way();
  const [a, b] = await connectionPair((port) => between.to(port));
  between.onTheWay = (bytes, to) => (to === 'listener' ? [Buffer.from([RECORD_TYPE, 0, 0, 1, ...randomBytes(17)]), bytes] : [bytes]);
  const [left, right] = [start(a, places[0]), start(b, places[1])];
  left.stream.write(Buffer.alloc(9, 1));
  await new Promise((wake) => setTimeout(wake, 200));
  expect(right.soFar().length).toBe(0);
  left.stream.destroy();
  expect(await right.over).toMatchObject({ kind: 'lost' });
});

test('an end stops when it has sealed all that its keys are good for', async () => {
  const limits = { recordsPerKey: 2, keys: 2 };
  const [a, b] = await ends(limits);
  const sent = [1, 2, 3, 4].map((i) => Buffer.alloc(100, i));
  for (const each of sent) a.stream.write(each);
  expect((await b.received(400)).equals(Buffer.concat(sent))).toBe(true);
  expect(a.stream.write(Buffer.alloc(100, 5))).toBe(false);
  expect(await a.over).toEqual({ kind: 'lost', reason: 'the link has carried all that its keys are good for' });
  expect(await b.over).toMatchObject({ kind: 'lost' });
  expect(b.soFar().length).toBe(400);
});

test('a stream that is not read takes a bounded number of bytes', async () => {
  const [a, b] = await ends();
  a.stream.write(Buffer.alloc(1));
  await b.received(1);
  b.stream.pause();
  const each = Buffer.alloc(100_000);
  let taken = 0;
  // Whoever is told to wait and sees nothing move for a while has met the bound.
  for (let stuck = 0; stuck < 10 && taken < 100_000_000; ) {
    stuck = a.stream.write(each) ? 0 : stuck + 1;
    taken += each.length;
    if (stuck > 0) await new Promise((wake) => setTimeout(wake, 20));
  }
  expect(taken).toBeLessThan(32_000_000);
  b.stream.resume();
  expect((await b.received(1 + taken)).length).toBe(1 + taken);
});

test('an end that leaves says so after all that it has written', async () => {
  const [a, b] = await ends();
  a.stream.write(Buffer.alloc(300_000, 3));
  a.stream.end();
  expect(await b.over).toEqual({ kind: 'lost', reason: 'it closed the link' });
  expect(b.soFar().length).toBe(300_000);
});

test('who is first at the port and proves nothing takes nobody\'s place', async () => {
  const [a, b] = await connectionPair((port) => {
    const first = connect({ host: '127.0.0.1', port });
    first.on('error', () => undefined);
    first.write(Buffer.from([RECORD_TYPE, 0, 0, 1, ...randomBytes(17)]));
    closed.push(() => first.destroy());
    return port;
  });
  const [left, right] = [start(a, places[0]), start(b, places[1])];
  left.stream.write(Buffer.alloc(5, 1));
  expect(await right.received(5)).toEqual(Buffer.alloc(5, 1));
});
