/** Whole two-party sessions of `additive-z64` between two threads over TCP on loopback: what is made ahead, and what is left once inputs are there. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type SessionStats, runSession, systemRandomness } from '#mpc';
import { type Plan, type PlanStep, planCost, planDigest } from '#program';
import { pairLink } from './pair-link.js';
import { atLeast, type BenchRow, within } from './row.js';
import { twoThreads } from './two-threads.js';

interface Case {
  readonly name: string;
  /** Elements of the inputs `x` of party 0 and `y` of party 1. */
  readonly shapes: readonly [readonly number[], readonly number[]];
  readonly fractionBits: number;
  readonly step: PlanStep;
  readonly output: number;
  readonly outputBits: number;
  /** Results per session, and their name; none where a session is one result. */
  readonly each?: readonly [count: number, unit: string];
  /** A peer's documented rate on the same kind of machine. */
  readonly peer?: { readonly name: string; readonly value: number };
  /** What is to be met online: results per second where `each` is given, milliseconds else. */
  readonly goal?: number;
}

const batch = 100_000;
const cases: readonly Case[] = [
  {
    name: 'less, batch 1e5', shapes: [[batch], [batch]], fractionBits: 16, step: { op: 'less', out: 'z', left: 'x', right: 'y' }, output: batch, outputBits: 0, each: [batch, 'comparisons/s'],
    peer: { name: 'MP-SPDZ semi2k with its OTs, documented: 34,000/s', value: 34_000 }, goal: 150_000,
  },
  { name: 'truncated product, batch 1e5', shapes: [[batch], [batch]], fractionBits: 16, step: { op: 'product', out: 'z', left: 'x', right: 'y', fractionBits: 16 }, output: batch, outputBits: 16, each: [batch, 'products/s'] },
  { name: 'multiply, batch 1e6', shapes: [[1_000_000], [1_000_000]], fractionBits: 0, step: { op: 'multiply', out: 'z', left: 'x', right: 'y' }, output: 1_000_000, outputBits: 0, each: [1_000_000, 'products/s'] },
  { name: 'matmul 784 x 128 by 128 x 128', shapes: [[784, 128], [128, 128]], fractionBits: 0, step: { op: 'matmul', out: 'z', left: 'x', right: 'y', fractionBits: 0 }, output: 784 * 128, outputBits: 0, goal: 100 },
];

const lengthOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function planOf({ shapes, fractionBits, step, output, outputBits }: Case): Plan {
  return {
    v: 1, program: { name: 'Bench', digest: '' }, suite: 'additive-z64', parties: ['Bank 0', 'Bank 1'], receivers: ['Bank 0'],
    inputs: ['x', 'y'].map((name, party) => ({
      name, party, length: lengthOf(shapes[party]!), shape: shapes[party]!, fractionBits, range: { min: String(-(2 ** 24)), max: String(2 ** 24) },
      dataset: 'Bench', source: { of: 'column', column: name },
    })),
    steps: [step], outputs: [{ name: 'z', value: 'z', length: output, fractionBits: outputBits }],
  };
}

async function play({ index, party, port }: { readonly index: number; readonly party: 0 | 1; readonly port?: number }): Promise<void> {
  const link = await pairLink(port);
  const plan = planOf(cases[index]!);
  const words = new BigUint64Array(systemRandomness.bytes(8 * lengthOf(cases[index]!.shapes[party]!)).buffer).map((word) => word >> 40n);
  const held = await runSession({
    plan, planDigest: planDigest(plan), sessionId: new Uint8Array(32).fill(index), party,
    inputs: new Map([[party === 0 ? 'x' : 'y', words]]), links: party === 0 ? [undefined, link] : [link, undefined],
  });
  await held.open([0]);
  parentPort?.postMessage({ stats: held.stats, rssMiB: process.memoryUsage().rss / 2 ** 20 });
  held.discard();
}

async function session(index: number): Promise<{ stats: SessionStats; rssMiB: number }> {
  const [measured] = await twoThreads<{ stats: SessionStats; rssMiB: number }>(new URL(import.meta.url), { index });
  return measured;
}

function onlineRow({ each, peer, goal }: Case, name: string, ms: number): BenchRow {
  if (!each) return within(goal, { name, value: ms, unit: 'ms' });
  const rate = (each[0] * 1000) / ms;
  const row = { name, value: rate, unit: each[1], ...(peer && { peer: peer.name, ratio: rate / peer.value }) };
  return goal === undefined ? row : atLeast(goal, row);
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [index, each] of cases.entries()) {
    const { stats, rssMiB } = await session(index);
    const cost = planCost(planOf(each));
    const prefix = `${each.name}, two parties`;
    rows.push(
      onlineRow(each, `${prefix}: online`, stats.onlineMs),
      { name: `${prefix}: made ahead (${stats.correlations.name})`, value: stats.offlineMs / 1000, unit: 's' },
      { name: `${prefix}: sent by a party in all`, value: stats.bytesSent / 1e6, unit: 'MB' },
      { name: `${prefix}: online rounds`, value: cost.rounds, unit: 'rounds' },
      { name: `${prefix}: memory of both parties`, value: rssMiB, unit: 'MiB' },
    );
  }
  return rows;
}

if (!isMainThread && workerData !== null) await play(workerData as Parameters<typeof play>[0]);
