/**
 * What a second core brings. Threads: independent pieces of work in one worker thread and in two, as a node that fills its stock or serves two
 * sessions has them. Parties: whole two-party sessions whose processes share one core (`taskset`), and have one each.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Worker, parentPort, workerData } from 'node:worker_threads';
import { KernelMemory, matrixScratchBytes } from '#kernels';
import { runSession, systemRandomness } from '#mpc';
import { planDigest } from '#program';
import { type Plan } from '#program/plans';
import { Mesh } from '../libs/mpc/src/channel/index.js';
import { type Demand, chooseSource, dealCorrelations, dealingMemoryBytes } from '../libs/mpc/src/correlations/index.js';
import { draw, kPkeTransfers, openStream, seedBytes } from '../libs/mpc/src/ot/index.js';
import { keptLinks } from './kept-links.js';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { elementwise, inputsOf, matrixProduct } from './plans.js';
import { atLeast, atMost, type BenchRow, median } from './row.js';

const threadMs = 4000;
const turns = 3;

const nothing: Demand = { triples: 0, andWords: 0, matrixTriples: [], daBits: 0 };

/** Both parties' part of making `demand`, in one thread. */
async function deal(demand: Demand): Promise<void> {
  const { source, lattices } = chooseSource(demand);
  const sessionId = systemRandomness.bytes(32);
  await Promise.all(keptLinks().map(async (link, party) => {
    const memory = new KernelMemory(dealingMemoryBytes(demand, { source, lattices, k: 4, peers: 1 }));
    await dealCorrelations({ mesh: Mesh.over(party, 2, [0, 1].map((index) => (index === party ? undefined : link))), sessionId, base: kPkeTransfers, randomness: systemRandomness, memory, source, lattices, k: 4, demand });
    memory.wipe();
  }));
}

/** Each returns one piece of work. */
const works: Readonly<Record<string, () => () => void | Promise<void>>> = {
  'products of matrices 512 x 512 by 512': () => {
    const memory = new KernelMemory(3 * 8 * 512 ** 2 + matrixScratchBytes(512, 512, 512) + 4096);
    const [target, left, right] = [0, 1, 2].map(() => memory.take(8 * 512 ** 2)) as [number, number, number];
    const scratch = memory.take(matrixScratchBytes(512, 512, 512));
    return () => memory.kernels.matrixMultiplyAdd(target, left, right, 512, 512, 512, scratch);
  },
  'masks of 8 MiB': () => {
    const stream = openStream(new Uint8Array(seedBytes), 0);
    const target = new Uint8Array(64 * 1024);
    return () => {
      for (let i = 0; i < 128; i++) draw(stream, target);
    };
  },
  '262144 triples': () => () => deal({ ...nothing, triples: 262_144 }),
  'what 20000 comparisons take': () => () => deal({ ...nothing, andWords: 42_000, daBits: 20_000 }),
};

interface Task {
  readonly work: string;
  readonly forMs: number;
}

/** Pieces per second of one thread, while the others run. */
async function pieces({ work, forMs }: Task): Promise<number> {
  const run = works[work]!();
  for (const until = performance.now() + forMs / 4; performance.now() < until;) await run();
  const startedAt = performance.now();
  let done = 0;
  for (; performance.now() < startedAt + forMs; done++) await run();
  return (done * 1000) / (performance.now() - startedAt);
}

async function rateOf(work: string, threads: number): Promise<number> {
  const workers = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url), { workerData: { work, forMs: threadMs / turns } satisfies Task }));
  const rates = await Promise.all(workers.map(async (worker) => ((await once(worker, 'message')) as [number])[0]));
  await Promise.all(workers.map((worker) => worker.terminate()));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

/** What two cores should be worth, against one. */
const WORTH = 1.7;
const setting = { suite: 'additive-z64', parties: 2 } as const;
const sessions: Readonly<Record<string, () => Plan>> = {
  'triples and products, batch 3e5': () => elementwise(setting, 'multiply', 300_000),
  'less, batch 1e5': () => elementwise(setting, 'less', 100_000),
  'matmul 1024 x 512 by 512 x 128': () => matrixProduct(setting, 1024, 512, 128),
};

interface Sharing {
  readonly session: string;
  readonly oneCore: boolean;
}

async function play({ party, task: { session, oneCore }, links }: Part<Sharing>): Promise<number> {
  if (oneCore && spawnSync('taskset', ['-acp', '0', String(process.pid)]).status !== 0) throw new Error('no `taskset` here');
  const plan = sessions[session]!();
  const seconds: number[] = [];
  for (let run = 0; run < 4; run++) {
    const sessionId = new Uint8Array(createHash('sha256').update(`threads ${session} ${run}`).digest());
    const startedAt = performance.now();
    const held = await runSession({ plan, planDigest: planDigest(plan), sessionId, party, inputs: inputsOf(plan, party), links });
    await held.open([0]);
    seconds.push((performance.now() - startedAt) / 1000);
  }
  return median(seconds.slice(1));
}

const secondsOf = async (session: string, oneCore: boolean): Promise<number> =>
  Math.max(...(await runPartyProcesses<Sharing, number>(import.meta.url, { parties: 2 }, { session, oneCore })).map(({ value }) => value));

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const work of Object.keys(works)) {
    const rates: [number, number][] = [];
    for (let turn = 0; turn < turns; turn++) rates.push([await rateOf(work, 1), await rateOf(work, 2)]);
    const [one, both] = [0, 1].map((i) => median(rates.map((each) => each[i]!))) as [number, number];
    rows.push(atLeast(WORTH * one, { name: `${work}, in two worker threads`, value: both, unit: 'pieces/s', peer: `one thread, ${one.toPrecision(3)}/s`, ratio: both / one }));
  }
  if (spawnSync('taskset', ['--version']).status === 0) {
    for (const session of Object.keys(sessions)) {
      const [one, both] = [await secondsOf(session, true), await secondsOf(session, false)];
      rows.push(atMost(one / WORTH, { name: `${session}, a session of two parties on two cores`, value: both, unit: 's', peer: `both parties on one core, ${one.toPrecision(3)} s`, ratio: one / both }));
    }
  }
  return rows;
}

if (parentPort && (workerData as Partial<Task> | null)?.work !== undefined) parentPort.postMessage(await pieces(workerData as Task));
else await asParty(play);
