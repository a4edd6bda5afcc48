/**
 * Peers that npm ships, in the same run as Countersign: jiff-mpc (Shamir, three parties) and emp-wasm (authenticated garbling, two parties).
 * Install them with `npm ci --prefix bench/peers`. node-seal runs in `bench lattice`. emp-wasm is secure against malicious parties, and the
 * sessions beside it are semi-honest: that ratio compares what an application waits for, not protocols of one security. Peers of other
 * languages are quoted where the benchmarks of their kind stand.
 */
import { createHash } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { runSession, systemRandomness } from '#mpc';
import { planDigest } from '#program';
import { Mesh } from '../libs/mpc/src/channel/index.js';
import { shamirSuite } from '../libs/mpc/src/sharing/index.js';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { runEmpWasm } from './peers/emp-wasm.js';
import { isInstalled } from './peers/installed.js';
import { runJiff } from './peers/jiff.js';
import { elementwise, inputsOf } from './plans.js';
import { type BenchRow, median } from './row.js';

const products = 300;
const comparisons = [64, 1024] as const;
const runs = 5;

type Task = { readonly of: 'products'; readonly count: number } | { readonly of: 'comparisons'; readonly count: number };
interface Spent {
  readonly seconds: number;
  readonly bytes: number;
}

async function multiply({ party, links }: Part<Task>, count: number): Promise<Spent[]> {
  const mesh = Mesh.over(party, links.length, links);
  const suite = await shamirSuite({ mesh, sessionId: new Uint8Array(32), randomness: systemRandomness, daBits: 0 });
  const memory = new KernelMemory(24 * count + 4096);
  const [left, right, out] = [0, 1, 2].map(() => memory.take(8 * count)) as [number, number, number];
  for (const at of [left, right]) {
    memory.bytes.set(systemRandomness.bytes(8 * count), at);
    memory.kernels.fieldFromWords(at, at, count);
  }
  const spent: Spent[] = [];
  for (let run = 0; run < 10 * runs; run++) {
    const startedAt = performance.now();
    await suite.round(memory, [{ op: 'multiply', out, left, right, length: count }]);
    spent.push({ seconds: (performance.now() - startedAt) / 1000, bytes: 0 });
  }
  return spent;
}

/** Whole sessions, opened. */
async function compare({ party, links }: Part<Task>, count: number): Promise<Spent[]> {
  const plan = elementwise({ suite: 'additive-z64', parties: 2 }, 'less', count);
  const spent: Spent[] = [];
  for (let run = 0; run < runs; run++) {
    const sessionId = new Uint8Array(createHash('sha256').update(`peers ${count} ${run}`).digest());
    const startedAt = performance.now();
    const held = await runSession({ plan, planDigest: planDigest(plan), sessionId, party, inputs: inputsOf(plan, party), links });
    await held.open([0]);
    spent.push({ seconds: (performance.now() - startedAt) / 1000, bytes: held.stats.bytesSent });
  }
  return spent;
}

const play = (part: Part<Task>): Promise<Spent[]> => (part.task.of === 'products' ? multiply(part, part.task.count) : compare(part, part.task.count));

/** The first of a process, which compiles, and the median of the others. */
async function own(task: Task, parties: number): Promise<{ first: Spent; later: number }> {
  const found = await runPartyProcesses<Task, Spent[]>(import.meta.url, { parties }, task);
  const [first] = found.map(({ value }) => value[0]!).sort((a, b) => b.seconds - a.seconds);
  return { first: first!, later: Math.max(...found.map(({ value }) => median(value.slice(1).map(({ seconds }) => seconds)))) };
}

async function besideJiff(): Promise<BenchRow[]> {
  const few = await own({ of: 'products', count: products }, 3);
  const many = await own({ of: 'products', count: 100_000 }, 3);
  const jiff = await runJiff(products);
  const peer = (products * 1000) / jiff.productsMs;
  const row = (name: string, value: number): BenchRow => ({ name, value, unit: 'products/s', peer: 'jiff-mpc, 300 at once', ratio: value / peer });
  return [
    { name: `Shamir, three parties: ${products} products at once, jiff-mpc, what is made ahead left out`, value: peer, unit: 'products/s' },
    { name: `Shamir, three parties: ${products} products at once, jiff-mpc, made ahead`, value: jiff.aheadMs / 1000, unit: 's' },
    row(`Shamir, three parties: ${products} products at once`, products / few.later),
    row('Shamir, three parties: 100000 products at once', 100_000 / many.later),
  ];
}

async function besideEmpWasm(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const count of comparisons) {
    const { first, later } = await own({ of: 'comparisons', count }, 2);
    const emp = await runEmpWasm(count);
    const name = `${count} comparisons of 64 bits, two parties, from start to result`;
    rows.push(
      { name: `${name}: emp-wasm (malicious security)`, value: emp.seconds, unit: 's' },
      { name: `${name}: emp-wasm, sent by a party`, value: emp.bytesSent / 1e6, unit: 'MB' },
      { name: `${name}: first session of a process (semi-honest)`, value: first.seconds, unit: 's', peer: 'emp-wasm', ratio: emp.seconds / first.seconds },
      { name: `${name}: later sessions (semi-honest)`, value: later, unit: 's', peer: 'emp-wasm', ratio: emp.seconds / later },
      { name: `${name}: sent by a party (semi-honest)`, value: first.bytes / 1e6, unit: 'MB', peer: 'emp-wasm', ratio: emp.bytesSent / first.bytes },
    );
  }
  return rows;
}

export async function run(): Promise<BenchRow[]> {
  const missing = ['jiff-mpc', 'emp-wasm'].filter((name) => !isInstalled(name));
  if (missing.length > 0) {
    console.error(`peers: ${missing.join(' and ')} not installed, so left out\n help: npm ci --prefix bench/peers`);
    return [];
  }
  return [...await besideJiff(), ...await besideEmpWasm()];
}

await asParty(play);
