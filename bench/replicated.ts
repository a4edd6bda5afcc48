/**
 * Replicated sharing among three processes over the sealed links of sessions, and the same over bare TCP to tell what sealing costs: products,
 * ANDs, comparisons through the machine, products of matrices. MP-SPDZ's figures are quoted from the design notes: three parties on loopback,
 * on a machine of this kind.
 */
import { KernelMemory } from '#kernels';
import { systemRandomness } from '#mpc';
import { type Lowered, type Plan, lower } from '#program/plans';
import { planOf } from '#testing';
import { Mesh } from '../libs/mpc/src/channel/index.js';
import { Machine, place, scratchBytes } from '../libs/mpc/src/machine/index.js';
import { type RoundOperation, type Suite, bitsStride, replicatedSuite, wordsStride } from '../libs/mpc/src/sharing/index.js';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { atLeast, atMost, type BenchRow, median, mostMemory } from './row.js';
import { type LinkKind } from './session-links.js';

const parties = 3;
const runs = 7;
const warmUpRuns = 3;
/** Sealed and bare in turns, so that neither pays for a noisy moment alone. */
const turns = 3;
const productsQuoted = { name: 'MP-SPDZ replicated-ring, documented: 12.5 M/s', value: 12.5e6 };
const comparisonsQuoted = { name: 'MP-SPDZ replicated-ring, documented: 650 k/s', value: 650e3 };

/** Operations that are measured: so many at once, and how often in a row for one figure. */
const WORK = {
  'multiply 1e5': { count: 1e5, repeats: 40, unit: 'mult/s' },
  'multiply 1e6': { count: 1e6, repeats: 4, unit: 'mult/s' },
  'and 1e5': { count: 64e5, repeats: 20, unit: 'AND/s' },
  'less 1e5': { count: 1e5, repeats: 2, unit: 'comparisons/s' },
  'less 1e3': { count: 1e3, repeats: 20, unit: 'comparisons/s' },
  'less to words 1e5': { count: 1e5, repeats: 2, unit: 'comparisons/s' },
  'matmul 784 x 128 by 128 x 128': { count: 1, repeats: 4, unit: 'ms' },
} as const;
/** Over sealed links. */
const GOALS: Readonly<Partial<Record<WorkName, (row: BenchRow) => BenchRow>>> = {
  'multiply 1e5': (row) => atLeast(25e6, row), 'multiply 1e6': (row) => atLeast(25e6, row), 'less 1e5': (row) => atLeast(1e6, row), 'less to words 1e5': (row) => atLeast(1e6, row),
  'matmul 784 x 128 by 128 x 128': (row) => atMost(50, row),
};
type WorkName = keyof typeof WORK;

/** What one party measured of one piece of work. */
interface Measured {
  /** Of one repeat. */
  readonly ms: number;
  /** Sent in one repeat. */
  readonly bytes: number;
  readonly rounds: number;
}

/** One repeat of a suite's operation on `count` elements of uniform shares. */
function suiteWork(suite: Suite, name: WorkName): () => Promise<void> {
  const { count } = WORK[name];
  const [rows, inner, columns] = [784, 128, 128];
  const [left, right, out] = name.startsWith('matmul') ? [rows * inner, inner * columns, rows * columns] : [count, count, count];
  const bytes = (elements: number): number => 2 * (name === 'and 1e5' ? bitsStride(1, 64, elements / 64) : wordsStride(elements));
  const memory = new KernelMemory(bytes(left) + bytes(right) + bytes(out) + 4 * 2 ** 20);
  const [l, r, o] = [left, right, out].map((elements) => memory.take(bytes(elements)));
  for (const [at, elements] of [[l!, left], [r!, right]] as const) memory.bytes.set(systemRandomness.bytes(bytes(elements)), at);
  const operation: RoundOperation =
    name.startsWith('matmul') ? { op: 'matmul', out: o!, left: l!, right: r!, rows, inner, columns }
      : name === 'and 1e5' ? { op: 'and', out: o!, left: l!, right: r!, planes: 64, lanes: count / 64 }
        : { op: 'multiply', out: o!, left: l!, right: r!, length: count };
  return () => suite.round(memory, [operation]);
}

function comparison(count: number): Lowered {
  const values = Array.from({ length: count }, (_, i) => BigInt(i));
  const plan: Plan = { ...planOf(parties, { x: { party: 0, values }, y: { party: 1, values } }, [{ op: 'less', out: 'z', left: 'x', right: 'y' }], { z: count }), suite: 'replicated-z64' };
  return lower(plan);
}

/** One run of the machine from shared inputs to shared outputs. */
function machineWork(suite: Suite, lowered: Lowered): () => Promise<void> {
  const placement = place(lowered, suite);
  const memory = new KernelMemory(placement.bytes + scratchBytes(lowered));
  const machine = new Machine(lowered, placement, memory, suite);
  return () => machine.run(lowered.online, () => undefined);
}

async function measure(mesh: Mesh, suite: Suite, name: WorkName): Promise<Measured> {
  const { count, repeats } = WORK[name];
  const run = name.startsWith('less') ? machineWork(suite, comparison(count)) : suiteWork(suite, name);
  const sent = (): number => mesh.peers.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  const times: number[] = [];
  const [bytes, rounds] = [sent(), mesh.rounds];
  for (let at = 0; at < warmUpRuns + runs; at++) {
    const startedAt = performance.now();
    for (let repeat = 0; repeat < repeats; repeat++) await run();
    times.push((performance.now() - startedAt) / repeats);
  }
  const all = repeats * (warmUpRuns + runs);
  return { ms: median(times.slice(warmUpRuns)), bytes: (sent() - bytes) / all, rounds: (mesh.rounds - rounds) / all };
}

async function play({ party, links }: Part<null>): Promise<Record<WorkName, Measured>> {
  const mesh = Mesh.over(party, parties, links);
  const suite = await replicatedSuite({ mesh, sessionId: new Uint8Array(32), randomness: systemRandomness });
  const measured = new Map<WorkName, Measured>();
  for (const name of Object.keys(WORK) as WorkName[]) measured.set(name, await measure(mesh, suite, name));
  return Object.fromEntries(measured) as Record<WorkName, Measured>;
}

interface Turn {
  readonly work: Record<WorkName, Measured>;
  readonly peakMiB: number;
}

/** What the slowest of the parties measured. */
async function turn(links: LinkKind): Promise<Turn> {
  const found = await runPartyProcesses<null, Record<WorkName, Measured>>(import.meta.url, { parties, links }, null);
  const slowest = (name: WorkName): Measured => found.map(({ value }) => value[name]).reduce((a, b) => (a.ms > b.ms ? a : b));
  return { work: Object.fromEntries((Object.keys(WORK) as WorkName[]).map((name) => [name, slowest(name)])) as Record<WorkName, Measured>, peakMiB: Math.max(...found.map((each) => each.peakMiB)) };
}

export async function run(): Promise<BenchRow[]> {
  const all: Record<'sealed' | 'tcp', Turn[]> = { sealed: [], tcp: [] };
  for (let i = 0; i < turns; i++) for (const links of ['sealed', 'tcp'] as const) all[links].push(await turn(links));
  const rows = (Object.keys(WORK) as WorkName[]).flatMap((name): BenchRow[] => {
    const { count, unit } = WORK[name];
    const of = (links: 'sealed' | 'tcp'): number => {
      const ms = median(all[links].map(({ work }) => work[name].ms));
      return unit === 'ms' ? ms : (count * 1000) / ms;
    };
    const [sealed, tcp] = [of('sealed'), of('tcp')];
    const quoted = name.startsWith('multiply') ? productsQuoted : name.startsWith('less') && count === 1e5 ? comparisonsQuoted : undefined;
    const { bytes, rounds } = all.sealed[0]!.work[name];
    return [
      (GOALS[name] ?? ((row) => row))({ name: `replicated ${name}, three processes, sealed links`, value: sealed, unit, ...(quoted && { peer: quoted.name, ratio: sealed / quoted.value }) }),
      { name: `replicated ${name}, three processes, bare TCP`, value: tcp, unit, peer: 'sealed', ratio: unit === 'ms' ? sealed / tcp : tcp / sealed },
      { name: `replicated ${name}: sent by a party for each`, value: bytes / count, unit: 'bytes' },
      { name: `replicated ${name}: rounds`, value: rounds, unit: 'rounds' },
    ];
  });
  return [...rows, mostMemory('replicated, all of these', Math.max(...all.sealed.map(({ peakMiB }) => peakMiB)))];
}

await asParty(play);
