/** Base transfers, OT extension and triples between two processes on a session's sealed link over loopback: what a session's offline phase is made of. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { KernelMemory } from '#kernels';
import { kemOf, nativeKem, systemRandomness } from '#mpc';
import * as portable from '#pqc/portable';
import { type BaseName, baseMessages, wireBytes } from '#program/plans';
import { streamLink } from '#testing';
import { type Binding, Mesh, Peer } from '../libs/mpc/src/channel/index.js';
import { type Demand, type SourceRequest, chooseSource, dealCorrelations, dealingMemoryBytes } from '../libs/mpc/src/correlations/index.js';
import {
  type BaseTransfers, FerretReceiver, FerretSender, TransferReceiver, TransferSender, extensionMemoryBytes, ferretMemoryBytes, ferretSets, kPkeTransfers, kemTransfers,
  maxBatchTransfers, setUpReceiver, setUpSender, sizesOf,
} from '../libs/mpc/src/ot/index.js';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { atLeast, atMost, type BenchRow, median, within } from './row.js';

const depth = 4;
const baseCount = 128;
const binding: Binding = { sessionId: new Uint8Array(32), roles: [0, 1] };
const triplesOf = (count: number): Demand => ({ triples: count, andWords: 0, matrixTriples: [], daBits: 0 });
/** As many as take about a second: lattices make them ten times as fast. */
const triples = (source: SourceRequest): Demand => triplesOf(source === 'auto' ? 1_048_576 : 131_072);
const warmUp = (source: SourceRequest): Demand => triplesOf(source === 'auto' ? 131_072 : 4096);
const batches = 250;
const warmUpBatches = 20;
const warmUpIterations = 1;
/** About 16 million transfers. */
const iterations = { b10: 20, b11: 7 };
/** Of which the median counts. */
const runs = 3;

/** What a party plays. */
interface Task {
  readonly bench: 'transfers' | 'triples';
  readonly source: SourceRequest;
}

interface Measured {
  readonly rate: number;
  /** Bytes on the wire, in both directions. */
  readonly bytesEach: number;
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

/** Milliseconds for both parties' work and the link between them, each time. */
async function baseTransfers(base: BaseTransfers, runs: number): Promise<number[]> {
  const timesMs: number[] = [];
  for (let run = 0; run < runs; run++) {
    const peers = (await socketPair()).map((socket, i) => new Peer(1 - i, streamLink(socket)));
    const startedAt = performance.now();
    await Promise.all([
      base.receive({ lane: peers[0].lane(0), binding, randomness: systemRandomness }, randomBytes(baseCount / 8), baseCount),
      base.send({ lane: peers[1].lane(0), binding, randomness: systemRandomness }, baseCount),
    ]);
    timesMs.push(performance.now() - startedAt);
    for (const peer of peers) peer.link.close();
  }
  return timesMs;
}

/** Correlated transfers per second, in one direction, as the sender sees them arrive. */
async function softspoken(party: 0 | 1, peer: Peer): Promise<number> {
  const lane = peer.lane(0);
  const memory = new KernelMemory(extensionMemoryBytes(depth, maxBatchTransfers));
  const common = { lane, binding, base: kPkeTransfers, randomness: systemRandomness, k: depth };
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

/** The same by Ferret: all that an iteration takes, the set-up left out. */
async function ferret(party: 0 | 1, peer: Peer, set: keyof typeof ferretSets): Promise<number> {
  const lane = peer.lane(0);
  const parameters = ferretSets[set];
  const { kept, passing } = ferretMemoryBytes(parameters);
  const memory = new KernelMemory(kept + passing + extensionMemoryBytes(depth, maxBatchTransfers));
  const common = { lane, binding, base: kPkeTransfers, randomness: systemRandomness, k: depth, parameters, checked: false, memory };
  const perIteration = Math.floor(sizesOf(parameters).usable / maxBatchTransfers);
  let iterate: () => Promise<void>;
  let batch: () => Promise<void>;
  if (party === 0) {
    const sender = await FerretSender.setUp(common);
    iterate = () => sender.iterate();
    batch = async () => {
      const drawn = sender.draw(lane, maxBatchTransfers);
      const choices = await drawn.receiveCorrections(maxBatchTransfers);
      memory.within(() => drawn.extend(memory, choices, maxBatchTransfers, () => undefined));
    };
  } else {
    const receiver = await FerretReceiver.setUp(common);
    const choices = systemRandomness.bytes(maxBatchTransfers / 8);
    iterate = () => receiver.iterate();
    batch = async () => {
      const drawn = receiver.draw(lane, maxBatchTransfers);
      await drawn.sendCorrections(memory.within(() => drawn.extend(memory, choices, () => undefined)).corrections);
    };
  }
  let startedAt = 0;
  for (let iteration = -warmUpIterations; iteration < iterations[set]; iteration++) {
    if (iteration === 0) startedAt = performance.now();
    await iterate();
    for (let b = 0; b < perIteration; b++) await batch();
  }
  return (iterations[set] * perIteration * maxBatchTransfers * 1000) / (performance.now() - startedAt);
}

const baseBytes = ({ name }: { readonly name: BaseName }): number => Object.values(baseMessages(name, baseCount)).reduce((sum, body) => sum + wireBytes(body), 0);

/** Triples per second and what each sends, in both directions, set-up included. */
async function dealTriples(party: 0 | 1, link: Peer['link'], name: SourceRequest): Promise<Measured> {
  const mesh = Mesh.over(party, 2, [0, 1].map((index) => (index === party ? undefined : link)));
  const { source, lattices } = chooseSource(triples(name), name);
  const deal = async (demand: Demand, session: number): Promise<void> => {
    const memory = new KernelMemory(dealingMemoryBytes(demand, { source, lattices, k: depth, peers: 1 }));
    await dealCorrelations({ mesh, sessionId: new Uint8Array(32).fill(session), base: kPkeTransfers, randomness: systemRandomness, memory, source, lattices, k: depth, demand });
    memory.wipe();
  };
  const bytes = (): number => mesh.peers.reduce((sum, peer) => sum + peer.bytesSent + peer.bytesReceived, 0);
  await deal(warmUp(name), 1);
  const demand = triples(name);
  const before = bytes();
  const startedAt = performance.now();
  await deal(demand, 2);
  return { rate: (demand.triples * 1000) / (performance.now() - startedAt), bytesEach: (bytes() - before) / demand.triples };
}

async function play({ task: { bench, source }, party, links }: Part<Task>): Promise<Measured> {
  if (party > 1) throw new RangeError('two parties');
  const [self, link] = [party as 0 | 1, links[1 - party]!];
  if (bench === 'triples') return dealTriples(self, link, source);
  const peer = new Peer(1 - party, link);
  if (source === 'softspoken') return { rate: await softspoken(self, peer), bytesEach: 0 };
  return { rate: await ferret(self, peer, source === 'ferret-b10' ? 'b10' : 'b11'), bytesEach: 0 };
}

/** The pair is as fast as its slower end. */
async function measuredBy(bench: Task['bench'], source: SourceRequest): Promise<Measured> {
  const found: Measured[] = [];
  for (let run = 0; run < runs; run++) {
    const ends = await runPartyProcesses<Task, Measured>(import.meta.url, { parties: 2 }, { bench, source });
    found.push({ ...ends[0]!.value, rate: Math.min(...ends.map(({ value }) => value.rate)) });
  }
  return { ...found[0]!, rate: median(found.map(({ rate }) => rate)) };
}

async function baseRows(): Promise<BenchRow[]> {
  const forms = { kPke: kPkeTransfers, stock: kemTransfers(nativeKem), portable: kemTransfers(kemOf(portable)) };
  // The first run of a process is what a session pays: nothing is compiled or cached before it.
  const [first] = await baseTransfers(forms.kPke, 1);
  const kPke = median(await baseTransfers(forms.kPke, 25));
  const stock = median(await baseTransfers(forms.stock, 9));
  const slow = median(await baseTransfers(forms.portable, 1));
  return [
    atMost(30, { name: '128 base transfers, K-PKE under one matrix, both parties on one core', value: kPke, unit: 'ms', peer: 'ML-KEM-768', ratio: stock / kPke }),
    atMost(30, { name: '128 base transfers, K-PKE under one matrix: first of a process', value: first, unit: 'ms', peer: 'ML-KEM-768', ratio: stock / first }),
    { name: '128 base transfers, ML-KEM-768, both parties on one core', value: stock, unit: 'ms', peer: 'portable', ratio: slow / stock },
    { name: '128 base transfers, portable ML-KEM-768', value: slow, unit: 'ms', peer: 'ML-KEM-768', ratio: stock / slow },
    { name: '128 base transfers, K-PKE: sent in both directions', value: baseBytes(forms.kPke), unit: 'bytes', peer: 'ML-KEM-768', ratio: baseBytes(forms.stock) / baseBytes(forms.kPke) },
  ];
}

/** What native peers document for this kind of machine; triples with OTs of their own. */
const documented: Readonly<Record<string, { readonly name: string; readonly value: number }>> = {
  'transfers softspoken': { name: 'emp-ot SoftSpoken, documented: 29.3 M/s', value: 29.3e6 }, 'transfers ferret-b11': { name: 'emp-ot Ferret, documented: 18.2 M/s', value: 18.2e6 },
  'triples auto': { name: 'MP-SPDZ semi2k, documented: 88,000/s', value: 88_000 },
};

/** In the unit of the row. A triple of 64 bits is made by lattices where what it sends matters: transfers alone cannot send less than 520 bytes (ADR 8). */
const goals: Readonly<Record<string, number>> = { 'transfers softspoken': 29e6, 'transfers ferret-b11': 16e6, 'triples auto': 800_000 };
const goalsOfBytes: Readonly<Partial<Record<SourceRequest, number>>> = { 'ferret-b11': 200, auto: 200 };

export async function run(): Promise<BenchRow[]> {
  const rows = await baseRows();
  const names = { softspoken: `softspoken, depth ${depth}`, 'ferret-b10': 'ferret b10', 'ferret-b11': 'ferret b11', auto: 'as sessions choose' } as const;
  for (const [bench, what, unit] of [['transfers', 'correlated transfers with chosen choices', 'OT/s'], ['triples', '64-bit triples, two parties, set-up included', 'triples/s']] as const) {
    let peer: Measured | undefined;
    for (const source of ['softspoken', 'ferret-b10', 'ferret-b11', ...(bench === 'triples' ? ['auto' as const] : [])] as const) {
      const { rate, bytesEach } = await measuredBy(bench, source);
      const name = `${what}, ${names[source]}, two processes`;
      const native = documented[`${bench} ${source}`];
      const beside = native ?? (peer && { name: names.softspoken, value: peer.rate });
      const goal = goals[`${bench} ${source}`];
      const row = { name, value: rate, unit, ...(beside && { peer: beside.name, ratio: rate / beside.value }) };
      rows.push(goal === undefined ? row : atLeast(goal, row));
      if (bytesEach > 0) rows.push(within(goalsOfBytes[source], { name: `${name}: sent for each`, value: bytesEach, unit: 'bytes', ...(peer && { peer: names.softspoken, ratio: peer.bytesEach / bytesEach }) }));
      peer ??= { rate, bytesEach };
    }
  }
  return rows;
}

await asParty(play);
