/** Throughput and round trip of the post-quantum TLS 1.3 link that workers use, beside plain TCP, between two threads on loopback. */
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import tls from 'node:tls';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { SigningKey, linkClientOptions, linkServerOptions, selfSignedCertificate } from '#pqc';
import { median, type BenchRow } from './row.js';

const TOTAL_BYTES = 256 * 2 ** 20;
const CHUNK_BYTES = 64 * 1024;
const ROUND_TRIPS = 2_000;

interface Peer {
  readonly kind: 'tcp' | 'tls';
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** Sinks bytes until the client half-closes, then answers with their count; echoes 16-byte messages in `echo` mode. */
function serve(socket: Socket): void {
  let received = 0;
  let echo: boolean | undefined;
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    echo ??= chunk[0] === 1;
    received += chunk.length;
    if (echo) socket.write(chunk);
  });
  socket.on('end', () => socket.end(String(received)));
  socket.on('error', () => socket.destroy());
}

async function listen({ kind, certificatePem, privateKeyPem }: Peer): Promise<void> {
  const server: Server = kind === 'tcp'
    ? createServer({ allowHalfOpen: true }, serve)
    : tls.createServer({ ...linkServerOptions({ certificatePem, privateKeyPem }), allowHalfOpen: true }, serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  parentPort?.postMessage((server.address() as AddressInfo).port);
}

async function dial(peer: Peer, port: number): Promise<Socket> {
  if (peer.kind === 'tcp') {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return socket.setNoDelay(true);
  }
  const options: tls.ConnectionOptions & { allowHalfOpen: boolean } = { ...linkClientOptions(peer), port, host: '127.0.0.1', allowHalfOpen: true };
  const socket = tls.connect(options);
  await once(socket, 'secureConnect');
  return socket.setNoDelay(true);
}

/** GB/s, one direction. */
async function throughput(peer: Peer, port: number): Promise<number> {
  const socket = await dial(peer, port);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const started = performance.now();
  for (let sent = 0; sent < TOTAL_BYTES; sent += CHUNK_BYTES) if (!socket.write(chunk)) await once(socket, 'drain');
  socket.end();
  const [count] = (await once(socket, 'data')) as [Buffer];
  if (Number(count.toString()) !== TOTAL_BYTES) throw new Error('the link lost bytes');
  return TOTAL_BYTES / ((performance.now() - started) / 1000) / 1e9;
}

/** Microseconds for 16 bytes there and back. */
async function roundTrip(peer: Peer, port: number): Promise<number> {
  const socket = await dial(peer, port);
  const message = Buffer.alloc(16, 1);
  const started = performance.now();
  for (let i = 0; i < ROUND_TRIPS; i++) {
    socket.write(message);
    await once(socket, 'data');
  }
  const us = ((performance.now() - started) * 1000) / ROUND_TRIPS;
  socket.destroy();
  return us;
}

/** Milliseconds for a mutual handshake. */
async function handshake(peer: Peer, port: number): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < 20; i++) (await dial(peer, port)).destroy();
  return (performance.now() - started) / 20;
}

async function withServer<T>(peer: Peer, measure: (port: number) => Promise<T>): Promise<T> {
  const worker = new Worker(new URL(import.meta.url), { workerData: peer });
  const [port] = (await once(worker, 'message')) as [number];
  try {
    return await measure(port);
  } finally {
    await worker.terminate();
  }
}

export async function run(): Promise<readonly BenchRow[]> {
  const day = 86_400_000;
  const certificate = selfSignedCertificate(SigningKey.generate('ML-DSA-65'), {
    commonName: 'bench', notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + day),
  });
  const tcp: Peer = { kind: 'tcp', ...certificate };
  const pq: Peer = { kind: 'tls', ...certificate };
  // Taken in turns, the first turn thrown away, so that neither pays for the warm-up or a noisy moment alone.
  const both = async (measure: (peer: Peer, port: number) => Promise<number>) => {
    const figures: [number[], number[]] = [[], []];
    for (let turn = 0; turn < 4; turn++) {
      for (const [at, peer] of [tcp, pq].entries()) figures[at].push(await withServer(peer, (port) => measure(peer, port)));
    }
    return figures.map((turns) => median(turns.slice(1)));
  };
  const [tcpRate, tlsRate] = await both(throughput);
  const [tcpTrip, tlsTrip] = await both(roundTrip);
  const tlsHandshake = await withServer(pq, (port) => handshake(pq, port));
  return [
    { name: 'TCP throughput, 64 KiB writes', value: tcpRate, unit: 'GB/s' },
    { name: 'post-quantum TLS throughput, 64 KiB writes', value: tlsRate, unit: 'GB/s', peer: 'TCP', ratio: tlsRate / tcpRate },
    { name: 'TCP round trip, 16 B', value: tcpTrip, unit: 'us' },
    { name: 'post-quantum TLS round trip, 16 B', value: tlsTrip, unit: 'us', peer: 'TCP', ratio: tcpTrip / tlsTrip },
    { name: 'mutual ML-DSA-65 / X25519MLKEM768 handshake', value: tlsHandshake, unit: 'ms' },
  ];
}

if (!isMainThread && workerData) await listen(workerData as Peer);
