import { connectionPair } from '../../../../test/support/connections.js';
import type { Connection } from './carrier.js';
import { encodeEcho, encodeLength, encodeReply, NONCE_BYTES } from './framing.js';
import { SealedStream } from './sealed-stream.js';
import { SessionLink, type LinkEnd, type LinkTimes } from './session-link.js';

const sessionId = new Uint8Array(32).fill(4);
const open: Connection[] = [];
afterEach(() => open.splice(0).forEach(({ carrier }) => carrier.socket.destroy()));

async function streams(): Promise<[SealedStream, SealedStream]> {
  const [a, b] = await connectionPair();
  open.push(a, b);
  return [new SealedStream(a, { sessionId, self: 0, peer: 1, dialled: true }), new SealedStream(b, { sessionId, self: 1, peer: 0, dialled: false })];
}
/** An end whose bytes the spec chooses itself. */
function bare(stream: SealedStream, data: (bytes: Uint8Array) => void = () => undefined): SealedStream {
  stream.start({ data, drain: () => undefined, over: () => undefined });
  return stream;
}
interface End {
  readonly link: SessionLink;
  readonly ended: Promise<LinkEnd>;
}
function linkOf(stream: SealedStream, times?: LinkTimes): End {
  let settle: (end: LinkEnd) => void = () => undefined;
  const ended = new Promise<LinkEnd>((resolve) => (settle = resolve));
  return { link: new SessionLink(stream, settle, times), ended };
}
async function pair(times?: LinkTimes): Promise<[End, End]> {
  const [a, b] = await streams();
  return [linkOf(a, times), linkOf(b, times)];
}

test('frames arrive whole and in order, both ways', async () => {
  const [a, b] = await pair();
  const large = new Uint8Array(3_000_000).fill(5);
  for (const frame of [Uint8Array.of(1), large, Uint8Array.of(2)]) void a.link.write(frame);
  expect(await b.link.read()).toEqual(Uint8Array.of(1));
  expect(Buffer.from(await b.link.read()).equals(large)).toBe(true);
  expect(await b.link.read()).toEqual(Uint8Array.of(2));
  await b.link.write(Uint8Array.of(3));
  expect(await a.link.read()).toEqual(Uint8Array.of(3));
});

test('a writer waits while its peer does not read, and what was written arrives afterwards', async () => {
  const [a, b] = await pair();
  const frame = new Uint8Array(1024 * 1024);
  let written = 0;
  const writing = (async () => {
    for (; written < 64; written++) await a.link.write(frame);
  })();
  await new Promise((wake) => setTimeout(wake, 400));
  expect(written).toBeLessThan(40);
  for (let i = 0; i < 64; i++) expect((await b.link.read()).length).toBe(frame.length);
  await writing;
});

test('a peer that is done is told from one that stops, and from one that is lost', async () => {
  const [doneA, doneB] = await pair();
  void doneA.link.finish(1_000);
  expect(await doneB.ended).toEqual({ kind: 'done' });
  const [stopA, stopB] = await pair();
  stopA.link.close(2);
  expect(await stopB.ended).toEqual({ kind: 'stopped', blame: 2 });
  const [a, b] = await streams();
  const { ended } = linkOf(b);
  a.destroy();
  expect(await ended).toMatchObject({ kind: 'lost' });
});

test('frames that arrived before the end can still be read, and then reading fails', async () => {
  const [a, b] = await pair();
  await a.link.write(Uint8Array.of(7));
  void a.link.finish(1_000);
  await b.ended;
  expect(await b.link.read()).toEqual(Uint8Array.of(7));
  await expect(b.link.read()).rejects.toThrow('closed');
  await expect(a.link.write(Uint8Array.of(8))).rejects.toThrow('closed');
});

test('a peer that says nothing for too long counts as lost, and heartbeats keep a quiet one', async () => {
  const times = { heartbeatMs: 50, silenceMs: 1_500 };
  const [quiet] = await pair(times);
  const [, mute] = await streams();
  const { ended } = linkOf(mute, times);
  expect(await Promise.race([ended, quiet.ended])).toMatchObject({ kind: 'lost', reason: 'it was silent for 1.5 seconds' });
  expect(await Promise.race([quiet.ended, new Promise((resolve) => setTimeout(resolve, 2_000, 'alive'))])).toBe('alive');
});

test('a time in which this end was held up is not taken for the silence of its peer', async () => {
  const [a, b] = await pair({ heartbeatMs: 20, silenceMs: 200 });
  for (let i = 0; i < 3; i++) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    await new Promise((wake) => setTimeout(wake, 50));
  }
  await a.link.write(Uint8Array.of(1));
  expect(await b.link.read()).toEqual(Uint8Array.of(1));
});

test('a frame above the limit ends the link', async () => {
  const [a, b] = await streams();
  const { ended } = linkOf(b);
  const prefix = Buffer.from(encodeLength(1));
  prefix.writeUInt32BE(0x7fff_ffff);
  bare(a).write(prefix);
  expect(await ended).toMatchObject({ kind: 'lost', reason: expect.stringContaining('more than') as string });
});

test('a link over a socket that is gone already ends at once', async () => {
  const [a, b] = await streams();
  b.destroy();
  a.destroy();
  expect(await linkOf(b).ended).toMatchObject({ kind: 'lost' });
});

test('an echo comes back while nobody reads frames, and none comes back from a peer that is gone', async () => {
  const [a, b] = await pair();
  await b.link.write(Uint8Array.of(1));
  expect(await a.link.roundTrip()).toBeGreaterThan(0);
  expect(await b.link.roundTrip()).toBeGreaterThan(0);
  expect(await a.link.read()).toEqual(Uint8Array.of(1));
  const [alone, mute] = await streams();
  const { link } = linkOf(alone);
  const waiting = expect(link.roundTrip()).rejects.toThrow('closed');
  mute.destroy();
  await waiting;
  await expect(link.roundTrip()).rejects.toThrow('closed');
});

test('a peer that asks for echoes without end ends the link', async () => {
  const [a, b] = await streams();
  const { ended } = linkOf(b);
  bare(a);
  for (let i = 0; i < 40; i++) a.write(encodeEcho(new Uint8Array(NONCE_BYTES).fill(i)));
  expect(await ended).toMatchObject({ kind: 'lost', reason: 'it sent too many echoes' });
});

test('a peer cannot answer an echo before it has read it: guessing ends the link, and no link looks shorter than it is', async () => {
  const [a, far] = await streams();
  const { link, ended } = linkOf(a);
  const measured = expect(link.roundTrip()).rejects.toThrow('closed');
  bare(far);
  // Every answer of one byte, in case that is all that an echo asks for.
  for (let i = 0; i < 256; i++) far.write(encodeReply(new Uint8Array(NONCE_BYTES).fill(i)));
  expect(await ended).toMatchObject({ kind: 'lost', reason: 'it sent a reply to no echo' });
  await measured;
});

test('an answer that is given twice ends the link', async () => {
  const [a, far] = await streams();
  const { link, ended } = linkOf(a);
  bare(far, (echo) => {
    const reply = encodeReply(echo.subarray(4, 4 + NONCE_BYTES));
    far.write(Buffer.concat([reply, reply]));
  });
  expect(await link.roundTrip()).toBeGreaterThan(0);
  expect(await ended).toMatchObject({ kind: 'lost', reason: 'it sent a reply to no echo' });
});
