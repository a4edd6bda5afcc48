/** Models trained on real data by three parties, in processes of their own over sealed links: what is made ahead, what is left once inputs are there, and how near it is to plain doubles. */
import { type SessionStats, runSession } from '#mpc';
import { type Plan, type SuiteName, type Table, decodeResult, evaluateLocal, planDigest, planJob, suiteValueBits } from '#program';
import { dataFile, dealt, declared, readTable } from '#testing';
import { type NetworkName } from './network.js';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { type BenchRow } from './row.js';

interface Case {
  readonly suite: SuiteName;
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
  readonly result: { readonly test: { readonly auc: number } };
}

async function play({ party, task: { suite, steps }, links }: Part<Case>): Promise<Measured> {
  const { plan, tables } = lendingClub(suite, steps)!;
  const inputs = new Map(plan.inputs.flatMap((input) => (input.party === party && 'dataset' in input ? [[input.name, evaluateLocal(input, tables[party]!, suiteValueBits(suite))] as const] : [])));
  const startedAt = performance.now();
  const held = await runSession({ plan, planDigest: planDigest(plan), sessionId: new Uint8Array(32).fill(9), party, inputs, links });
  const opened = await held.open(nodes.map((_, each) => each));
  const measured = { stats: held.stats, seconds: (performance.now() - startedAt) / 1000, result: decodeResult(plan, opened!) as unknown as Measured['result'] };
  held.discard();
  return measured;
}

/** What is asked of each suite: seconds online on loopback, and the reference's area under the curve on the held-out rows. */
const goals: Partial<Record<SuiteName, number>> = { 'replicated-z64': 5, 'additive-z64': 10 };
const referenceAuc = 0.7522;
const steps = 50;

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [suite, network] of [['replicated-z64', 'lan'], ['replicated-z64', 'metro'], ['additive-z64', 'lan']] as const satisfies readonly (readonly [SuiteName, NetworkName])[]) {
    if (!lendingClub(suite, 1)) return [];
    const found = await runPartyProcesses<Case, Measured>(import.meta.url, { parties: nodes.length, network }, { suite, steps });
    const name = `Lending Club, 7,886 × 31, ${steps} steps, ${suite}, ${network}`;
    const [{ value: { stats, seconds, result } }] = found as [typeof found[number]];
    const goal = network === 'lan' ? goals[suite] : undefined;
    rows.push(
      { name: `${name}: online`, value: stats.onlineMs / 1000, unit: 's', ...(goal !== undefined && { peer: `goal of ${goal} s`, ratio: goal / (stats.onlineMs / 1000) }) },
      { name: `${name}: from nothing`, value: seconds, unit: 's', ...(goal !== undefined && { peer: 'goal of 60 s', ratio: 60 / seconds }) },
      { name: `${name}: rounds`, value: stats.rounds, unit: 'rounds' },
      { name: `${name}: sent by a party`, value: stats.bytesSent / 2 ** 20, unit: 'MiB' },
      { name: `${name}: most memory of a party`, value: Math.max(...found.map(({ peakMiB }) => peakMiB)), unit: 'MiB' },
      { name: `${name}: AUC on held-out rows`, value: result.test.auc, unit: '', peer: 'plain doubles', ratio: result.test.auc / referenceAuc },
    );
  }
  return rows;
}

await asParty(play);
