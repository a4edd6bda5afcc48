/**
 * Throughput and round trip of the links of a session between two processes on loopback: plain TCP, post-quantum TLS 1.3, and the sealed
 * records that workers use after its handshake; each as bare bytes, and through frames, lanes and transcripts as protocols use it.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket, type TcpSocketConnectOpts } from 'node:net';
import { performance } from 'node:perf_hooks';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { linkClientOptions, linkServerOptions } from '#pqc';
import type { ByteStream } from '../apps/worker/src/session/byte-stream.js';
import { WRITE_AHEAD_BYTES } from '../apps/worker/src/session/carrier.js';
import { dial } from '../apps/worker/src/session/dial.js';
import { PeerListener } from '../apps/worker/src/session/peer-listener.js';
import { SealedStream } from '../apps/worker/src/session/sealed-stream.js';
import { SessionLink } from '../apps/worker/src/session/session-link.js';
import { labelOf, Peer } from '../libs/mpc/src/channel/index.js';
import { plainKeys, plainStream } from './plain-stream.js';
import { median, type BenchRow } from './row.js';
import { seatsOf, type Seat } from './session-links.js';

const HOST = '127.0.0.1';
const TOTAL_BYTES = 512 * 2 ** 20;
const WRITE_BYTES = 64 * 1024;
const MESSAGE_BYTES = 2 ** 20;
const ROUND_TRIPS = 2_000;
const TURNS = 6;
const FAR_END = 'far end of a link';

type Kind = 'tcp' | 'tls' | 'sealed';
type Layer = 'bytes' | 'lanes';
interface Part {
  readonly kind: Kind;
  readonly layer: Layer;
  readonly seats: readonly [Seat, Seat];
}

async function listen({ kind, seats: [near, far] }: Part): Promise<{ port: number; stream: Promise<ByteStream> }> {
  if (kind === 'sealed') {
    const listener = await PeerListener.listen({ certificate: far.certificate, host: HOST, peers: [{ party: 0, linkKey: far.linkKeys[0] }] });
    const stream = listener.connectionOf(0).then((connection) => new SealedStream(connection, { sessionId: near.sessionId, self: 1, peer: 0, dialled: false }));
    return { port: listener.port, stream };
  }
  const server = kind === 'tcp' ? createServer({ highWaterMark: WRITE_AHEAD_BYTES }) : tls.createServer(linkServerOptions(far.certificate));
  const stream = (once(server, kind === 'tcp' ? 'connection' : 'secureConnection') as Promise<[Socket]>)
    .then(([socket]) => plainStream(socket.setNoDelay(true), kind === 'tcp' ? plainKeys : undefined));
  server.listen(0, HOST);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, stream };
}

async function dialTo({ kind, seats: [near] }: Part, port: number): Promise<ByteStream> {
  if (kind === 'sealed') {
    const connection = await dial({ party: 1, host: HOST, port }, near.linkKeys[1], { certificate: near.certificate, own: HOST, signal: AbortSignal.timeout(10_000) });
    return new SealedStream(connection, { sessionId: near.sessionId, self: 0, peer: 1, dialled: true });
  }
  if (kind === 'tcp') {
    const socket = connect({ port, host: HOST, noDelay: true, writableHighWaterMark: WRITE_AHEAD_BYTES } as TcpSocketConnectOpts);
    await once(socket, 'connect');
    return plainStream(socket, plainKeys);
  }
  const socket = tls.connect({ ...linkClientOptions(near.certificate), port, host: HOST });
  await once(socket, 'secureConnect');
  return plainStream(socket.setNoDelay(true));
}

/** One end of a link as this benchmark drives it: bulk in one direction, small messages there and back. */
interface End {
  sendBulk(): Promise<void>;
  receiveBulk(): Promise<void>;
  sendSmall(): Promise<void>;
  receiveSmall(): Promise<void>;
}
const small = new Uint8Array(16);

function bytesEnd(stream: ByteStream): End {
  let [unread, wake, drained] = [0, (): void => undefined, (): void => undefined];
  stream.start({ data: ({ length }) => ((unread += length), wake()), drain: () => drained(), over: () => undefined });
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (!stream.write(bytes)) await new Promise<void>((resolve) => (drained = resolve));
  };
  const take = async (length: number): Promise<void> => {
    while (unread < length) await new Promise<void>((resolve) => (wake = resolve));
    unread -= length;
  };
  const bulk = new Uint8Array(WRITE_BYTES);
  return {
    async sendBulk() {
      for (let sent = 0; sent < TOTAL_BYTES; sent += WRITE_BYTES) await write(bulk);
    },
    receiveBulk: () => take(TOTAL_BYTES),
    sendSmall: () => write(small),
    receiveSmall: () => take(small.length),
  };
}

function laneEnd(stream: ByteStream): End {
  const lane = new Peer(0, new SessionLink(stream, () => undefined)).lane(0);
  const [bulkLabel, smallLabel] = [labelOf('bench/1', 'bulk'), labelOf('bench/1', 'small')];
  const [bulk, answer] = [new Uint8Array(MESSAGE_BYTES), new Uint8Array(small.length)];
  return {
    async sendBulk() {
      for (let sent = 0; sent < TOTAL_BYTES; sent += MESSAGE_BYTES) await lane.send(bulkLabel, bulk);
    },
    async receiveBulk() {
      for (let received = 0; received < TOTAL_BYTES; received += MESSAGE_BYTES) await lane.receiveInto(bulkLabel, bulk);
    },
    sendSmall: () => lane.send(smallLabel, small),
    receiveSmall: () => lane.receiveInto(smallLabel, answer),
  };
}

const endOf = ({ layer }: Part, stream: ByteStream): End => (layer === 'bytes' ? bytesEnd(stream) : laneEnd(stream));

interface Figures {
  /** GB/s, one direction. */
  readonly rate: number;
  /** Microseconds for 16 bytes there and back. */
  readonly trip: number;
}

async function measure(part: Part, port: number): Promise<Figures> {
  const end = endOf(part, await dialTo(part, port));
  const rates: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const startedAt = performance.now();
    await end.sendBulk();
    await end.receiveSmall();
    rates.push(TOTAL_BYTES / (performance.now() - startedAt) / 1e6);
  }
  const trips: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const startedAt = performance.now();
    for (let i = 0; i < ROUND_TRIPS; i++) {
      await end.sendSmall();
      await end.receiveSmall();
    }
    trips.push(((performance.now() - startedAt) * 1000) / ROUND_TRIPS);
  }
  // The first turns warm up.
  return { rate: median(rates.slice(1)), trip: median(trips.slice(1)) };
}

async function answer(part: Part): Promise<void> {
  const { port, stream } = await listen(part);
  process.send!(port);
  const end = endOf(part, await stream);
  for (let turn = 0; turn < TURNS; turn++) {
    await end.receiveBulk();
    await end.sendSmall();
  }
  for (;;) {
    await end.receiveSmall();
    await end.sendSmall();
  }
}

async function withFarEnd<T>(part: Part, use: (port: number) => Promise<T>): Promise<T> {
  const child = fork(fileURLToPath(import.meta.url), [FAR_END], { serialization: 'advanced', execArgv: [] });
  child.send(part);
  const [port] = (await once(child, 'message')) as [number];
  try {
    return await use(port);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

/** Milliseconds for a mutual handshake, on a connection that can be sealed. */
async function handshake([near, far]: readonly [Seat, Seat]): Promise<number> {
  const listener = await PeerListener.listen({ certificate: far.certificate, host: HOST, peers: [{ party: 0, linkKey: far.linkKeys[0] }] });
  const timesMs: number[] = [];
  for (let i = 0; i < 20; i++) {
    const startedAt = performance.now();
    const arriving = listener.connectionOf(0);
    const dialled = await dial({ party: 1, host: HOST, port: listener.port }, near.linkKeys[1], { certificate: near.certificate, own: HOST, signal: AbortSignal.timeout(10_000) });
    const arrived = await arriving;
    timesMs.push(performance.now() - startedAt);
    for (const { carrier } of [dialled, arrived]) carrier.socket.destroy();
  }
  listener.close();
  return median(timesMs);
}

export async function run(): Promise<readonly BenchRow[]> {
  const [near, far] = seatsOf(2);
  const seats = [near, far] as const;
  const names = { tcp: 'TCP', tls: 'post-quantum TLS', sealed: 'sealed' } as const;
  const rows: BenchRow[] = [];
  for (const [layer, bulk] of [['bytes', '64 KiB writes'], ['lanes', '1 MiB messages on a lane']] as const) {
    const figures = { tcp: [] as Figures[], tls: [] as Figures[], sealed: [] as Figures[] };
    // In turns, so that none pays for a noisy moment alone.
    for (let turn = 0; turn < 3; turn++) {
      for (const kind of ['tcp', 'tls', 'sealed'] as const) {
        const part = { kind, layer, seats };
        figures[kind].push(await withFarEnd(part, (port) => measure(part, port)));
      }
    }
    const of = (kind: Kind, what: keyof Figures): number => median(figures[kind].map((each) => each[what]));
    for (const kind of ['tcp', 'tls', 'sealed'] as const) {
      const beside = (ratio: number) => (kind === 'tcp' ? {} : { peer: 'TCP', ratio });
      rows.push({ name: `${names[kind]} throughput, ${bulk}`, value: of(kind, 'rate'), unit: 'GB/s', ...beside(of(kind, 'rate') / of('tcp', 'rate')) });
      rows.push({ name: `${names[kind]} round trip, 16 B${layer === 'lanes' ? ' on a lane' : ''}`, value: of(kind, 'trip'), unit: 'us', ...beside(of('tcp', 'trip') / of(kind, 'trip')) });
    }
    rows.push({ name: `sealed beside TLS, ${bulk}`, value: of('sealed', 'rate') / of('tls', 'rate'), unit: 'times', peer: 'post-quantum TLS', ratio: of('sealed', 'rate') / of('tls', 'rate') });
  }
  rows.push({ name: 'mutual ML-DSA-65 / X25519MLKEM768 handshake', value: await handshake(seats), unit: 'ms' });
  return rows;
}

if (process.argv[2] === FAR_END) {
  process.once('message', (part: Part) => void answer(part));
  process.once('disconnect', () => process.exit());
}
