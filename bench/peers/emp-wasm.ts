/** emp-wasm's authenticated garbling between two threads of this machine. */
import { once } from 'node:events';
import { MessageChannel, type MessagePort, Worker, parentPort, workerData } from 'node:worker_threads';
import { comparisonCircuit } from './circuit.js';
import { loadPeer } from './installed.js';

type Channel = 'a' | 'b';

interface EmpWasm {
  secureMPC(options: {
    readonly party: number;
    readonly size: number;
    readonly circuit: string;
    readonly inputBits: Uint8Array;
    readonly inputBitsPerParty: readonly number[];
    readonly mode: 'mpc' | '2pc';
    readonly io: { send(to: number, channel: Channel, data: Uint8Array): void; recv(from: number, channel: Channel, least: number, most: number): Promise<Uint8Array> };
  }): Promise<Uint8Array>;
  readonly BufferQueue: new () => { push(data: Uint8Array): void; pop(least: number, most: number): Promise<Uint8Array> };
}

const bits = 64;

interface Seat {
  readonly party: number;
  readonly batch: number;
  readonly port: MessagePort;
}

/** What one party found. */
export interface EmpRun {
  readonly seconds: number;
  readonly bytesSent: number;
  /** How many of the comparisons came out as 1. */
  readonly ones: number;
}

/** Party 0 has 0, 1, 2, …, party 1 the half of the batch in every place: half of the results are 1. */
async function play({ party, batch, port }: Seat): Promise<EmpRun> {
  const { secureMPC, BufferQueue } = await loadPeer<EmpWasm>('emp-wasm');
  const queues = { a: new BufferQueue(), b: new BufferQueue() };
  port.on('message', ([channel, data]: [Channel, Uint8Array]) => queues[channel].push(data));
  const values = Array.from({ length: batch }, (_, i) => (party === 0 ? i : batch / 2));
  const inputBits = Uint8Array.from(values.flatMap((value) => Array.from({ length: bits }, (_, bit) => (bit < 30 ? (value >> bit) & 1 : 0))));
  const circuit = comparisonCircuit(batch, bits);
  let bytesSent = 0;
  const startedAt = performance.now();
  const result = await secureMPC({
    party, size: 2, circuit, inputBits, inputBitsPerParty: [batch * bits, batch * bits], mode: 'mpc',
    io: {
      send(_, channel, data) {
        bytesSent += data.length;
        port.postMessage([channel, data.slice()]);
      },
      recv: (_, channel, least, most) => queues[channel].pop(least, most),
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  port.close();
  return { seconds, bytesSent, ones: result.reduce((sum, bit) => sum + bit, 0) };
}

/** `batch` comparisons of 64-bit words, secure against malicious parties, from start to result. */
export async function runEmpWasm(batch: number): Promise<EmpRun> {
  const { port1, port2 } = new MessageChannel();
  const workers = [port1, port2].map((port, party) => new Worker(new URL(import.meta.url), { workerData: { party, batch, port } satisfies Seat, transferList: [port] }));
  const found = await Promise.all(workers.map(async (worker) => ((await once(worker, 'message')) as [EmpRun])[0]));
  await Promise.all(workers.map((worker) => worker.terminate()));
  if (found.some(({ ones }) => ones !== batch / 2)) throw new Error('emp-wasm compares wrongly');
  return { seconds: Math.max(...found.map(({ seconds }) => seconds)), bytesSent: Math.max(...found.map(({ bytesSent }) => bytesSent)), ones: found[0]!.ones };
}

if (parentPort && (workerData as Partial<Seat> | null)?.batch !== undefined) {
  parentPort.postMessage(await play(workerData as Seat));
}
