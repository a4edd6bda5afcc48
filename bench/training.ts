/** Models trained on real data by three parties in threads, over TCP on loopback: what is made ahead, what is left once inputs are there, and how near it is to plain doubles. */
import { type MessagePort, Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { once } from 'node:events';
import { type SessionStats, runSession } from '#mpc';
import { type Plan, type SuiteName, type Table, decodeResult, evaluateLocal, planCost, planDigest, planJob, suiteValueBits } from '#program';
import { dataFile, dealt, declared, readTable } from '#testing';
import { linksOf } from './party-threads.js';
import { type BenchRow } from './row.js';

interface Case {
  readonly name: string;
  readonly suite: SuiteName;
  /** Names of `problems`. */
  readonly problem: string;
  readonly steps: number;
}

interface Problem {
  readonly plan: Plan;
  readonly tables: readonly Table[];
}

const nodes = ['A', 'B', 'C'];

function lendingClub(suite: SuiteName, steps: number): Problem | undefined {
  const path = dataFile('modeldata-lending-club/lending_club.csv');
  if (!path) return undefined;
  const whole = readTable(path);
  // Blocks of a multiple of five rows, so that every fifth row of an owner is one of all rows.
  const tables = dealt(whole, 3, (row) => Math.min(2, Math.floor(row / 3285)));
  const descriptors = nodes.map((node) => declared(whole, node, 'Loans', 4096));
  const features = Object.keys(whole.columns).filter((name) => !['addr_state', 'sub_grade', 'Class'].includes(name));
  const plan = planJob({
    program: 'Logistic Regression', suite, parties: nodes, receivers: nodes, datasets: descriptors, minimumGroup: 0,
    parameters: { label: 'Class', positive: 'bad', features, steps, rate: '0.626', ...JSON.parse(process.env.PARAMS ?? '{}') },
    inputs: nodes.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), rows: nodes.map((node, i) => ({ node, dataset: 'Loans', rows: tables[i]!.rows })),
  });
  return { plan, tables };
}

interface Measured {
  readonly stats: SessionStats;
  readonly seconds: number;
  readonly rssMiB: number;
  readonly result: unknown;
}

async function play(port: MessagePort, { party, suite, steps }: { readonly party: number } & Case): Promise<void> {
  const { plan, tables } = lendingClub(suite, steps)!;
  const links: (Awaited<ReturnType<typeof linksOf>>[number] | undefined)[] = await linksOf(party, 3, port);
  links[party] = undefined;
  const inputs = new Map(plan.inputs.flatMap((input) => (input.party === party && 'dataset' in input ? [[input.name, evaluateLocal(input, tables[party]!, suiteValueBits(suite))] as const] : [])));
  const startedAt = performance.now();
  const held = await runSession({ plan, planDigest: planDigest(plan), sessionId: new Uint8Array(32).fill(9), party, inputs, links });
  const opened = await held.open([0]);
  port.postMessage({ stats: held.stats, seconds: (performance.now() - startedAt) / 1000, rssMiB: process.memoryUsage().rss / 2 ** 20, result: opened && decodeResult(plan, opened) } satisfies Measured);
  held.discard();
}

async function session(each: Case): Promise<Measured> {
  const workers = nodes.map((_, party) => new Worker(new URL(import.meta.url), { workerData: { ...each, party } }));
  const failed = Promise.race(workers.map(async (worker) => Promise.reject((await once(worker, 'error'))[0])));
  const ports = await Promise.race([failed, Promise.all(workers.map(async (worker) => ((await once(worker, 'message')) as [number])[0]))]);
  const done = workers.map(async (worker) => ((await once(worker, 'message')) as [Measured])[0]);
  for (const worker of workers) worker.postMessage(ports);
  const [first] = await Promise.race([failed, Promise.all(done)]);
  await Promise.all(workers.map((worker) => worker.terminate()));
  return first!;
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const suite of (process.env.SUITES ?? 'replicated-z64,additive-z64').split(',') as SuiteName[]) {
    const steps = Number(process.env.STEPS ?? 50);
    const problem = lendingClub(suite, steps);
    if (!problem) continue;
    const t = performance.now();
    const cost = planCost(problem.plan);
    console.log(suite, 'lowering ms', performance.now() - t, { ...cost, matrixTriples: cost.matrixTriples.length });
    const { stats, seconds, rssMiB, result } = await session({ name: suite, suite, problem: 'lending club', steps });
    console.log(JSON.stringify((result as { test: unknown }).test), JSON.stringify(stats), seconds, rssMiB);
    rows.push({ name: `${suite}: online`, value: stats.onlineMs / 1000, unit: 's' }, { name: `${suite}: from nothing`, value: seconds, unit: 's' });
  }
  return rows;
}

if (!isMainThread && workerData !== null) await play(parentPort!, workerData as Parameters<typeof play>[1]);
