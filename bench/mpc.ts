/** Base transfers, OT extension and triples between two threads over TCP on loopback: what a session's offline phase is made of. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { KernelMemory } from '#kernels';
import { type Kem, kemOf, nativeKem, systemRandomness } from '#mpc';
import * as portable from '#pqc/portable';
import { streamLink } from '#testing';
import { type Binding, Mesh, Peer } from '../libs/mpc/src/channel/index.js';
import { type Demand, dealCorrelations, dealingMemoryBytes } from '../libs/mpc/src/correlations/index.js';
import {
  TransferReceiver, TransferSender, extensionMemoryBytes, maxBatchTransfers, receiveBaseTransfers, sendBaseTransfers, setUpReceiver, setUpSender,
} from '../libs/mpc/src/ot/index.js';
import { type BenchRow, median } from './row.js';

const depth = 4;
const baseCount = 128;
const binding: Binding = { sessionId: new Uint8Array(32), roles: [0, 1] };
const triples: Demand = { triples: 131_072, andWords: 0, matrixTriples: [] };
const warmUp: Demand = { triples: 4096, andWords: 0, matrixTriples: [] };
const batches = 250;
const warmUpBatches = 20;

/** What a thread plays, and where its peer listens. */
interface Part {
  readonly bench: 'transfers' | 'triples';
  readonly party: 0 | 1;
  readonly port?: number;
}

/** A connected pair of sockets in this process. */
async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dialled = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true });
  const [accepted] = (await once(server, 'connection')) as [Socket];
  server.close();
  return [accepted.setNoDelay(true), dialled];
}

/** Milliseconds for both parties' work and the link between them. */
async function baseTransfers(kem: Kem, runs: number): Promise<number> {
  const timesMs: number[] = [];
  for (let run = 0; run < runs; run++) {
    const peers = (await socketPair()).map((socket, i) => new Peer(1 - i, streamLink(socket)));
    const startedAt = performance.now();
    await Promise.all([
      receiveBaseTransfers({ lane: peers[0].lane(0), binding, kem, randomness: systemRandomness }, randomBytes(baseCount / 8), baseCount),
      sendBaseTransfers({ lane: peers[1].lane(0), binding, kem }, baseCount),
    ]);
    timesMs.push(performance.now() - startedAt);
    for (const peer of peers) peer.link.close();
  }
  return median(timesMs);
}

/** Correlated transfers per second, in one direction, as the sender sees them arrive. */
async function transfers(party: 0 | 1, peer: Peer): Promise<number> {
  const lane = peer.lane(0);
  const memory = new KernelMemory(extensionMemoryBytes(depth, maxBatchTransfers));
  const common = { lane, binding, kem: nativeKem, randomness: systemRandomness, k: depth };
  let startedAt = 0;
  if (party === 0) {
    const sender = new TransferSender(lane, binding, depth, 0, await setUpSender(common));
    for (let batch = 0; batch < warmUpBatches + batches; batch++) {
      if (batch === warmUpBatches) startedAt = performance.now();
      const corrections = await sender.receiveCorrections(maxBatchTransfers);
      memory.within(() => sender.extend(memory, corrections, maxBatchTransfers, () => undefined));
    }
  } else {
    const receiver = new TransferReceiver(lane, binding, depth, 0, await setUpReceiver(common));
    const choices = systemRandomness.bytes(maxBatchTransfers / 8);
    for (let batch = 0; batch < warmUpBatches + batches; batch++) {
      if (batch === warmUpBatches) startedAt = performance.now();
      const { corrections } = memory.within(() => receiver.extend(memory, choices, () => undefined));
      await receiver.sendCorrections(corrections);
    }
  }
  return (batches * maxBatchTransfers * 1000) / (performance.now() - startedAt);
}

/** Triples per second, base transfers included. */
async function dealTriples(party: 0 | 1, link: Peer['link']): Promise<number> {
  const mesh = Mesh.over(party, 2, [0, 1].map((index) => (index === party ? undefined : link)));
  const memory = new KernelMemory(dealingMemoryBytes(triples, depth));
  const dealing = { mesh, sessionId: binding.sessionId, kem: nativeKem, randomness: systemRandomness, memory, k: depth };
  await dealCorrelations({ ...dealing, demand: warmUp });
  const startedAt = performance.now();
  await dealCorrelations({ ...dealing, demand: triples });
  return (triples.triples * 1000) / (performance.now() - startedAt);
}

async function play({ bench, party, port }: Part): Promise<void> {
  let socket: Socket;
  if (port === undefined) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    parentPort?.postMessage({ port: (server.address() as AddressInfo).port });
    [socket] = (await once(server, 'connection')) as [Socket];
    server.close();
  } else {
    socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
  }
  const link = streamLink(socket.setNoDelay(true));
  const rate = bench === 'transfers' ? await transfers(party, new Peer(1 - party, link)) : await dealTriples(party, link);
  parentPort?.postMessage({ rate });
  link.close();
}

/** What both threads measured, slower first: the pair is as fast as its slower end. */
async function twoThreads(bench: Part['bench']): Promise<number> {
  const start = (part: Part): Worker => new Worker(new URL(import.meta.url), { workerData: part });
  const first = start({ bench, party: 0 });
  const [{ port }] = (await once(first, 'message')) as [{ port: number }];
  const second = start({ bench, party: 1, port });
  const rates = await Promise.all([first, second].map(async (worker) => ((await once(worker, 'message')) as [{ rate: number }])[0].rate));
  await Promise.all([first, second].map((worker) => worker.terminate()));
  return Math.min(...rates);
}

export async function run(): Promise<BenchRow[]> {
  const native = await baseTransfers(nativeKem, 9);
  const slow = await baseTransfers(kemOf(portable), 1);
  return [
    { name: '128 base transfers, ML-KEM-768, both parties on one core', value: native, unit: 'ms', peer: 'portable', ratio: slow / native },
    { name: '128 base transfers, portable ML-KEM-768', value: slow, unit: 'ms' },
    { name: `correlated transfers, depth ${depth}, one direction, two threads`, value: await twoThreads('transfers'), unit: 'OT/s' },
    { name: '64-bit triples, two parties, two threads, set-up included', value: await twoThreads('triples'), unit: 'triples/s' },
  ];
}

if (!isMainThread && workerData !== null) await play(workerData as Part);
