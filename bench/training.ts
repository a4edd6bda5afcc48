/** Models trained on real data, each owner's party in a process of its own over sealed links: what is made ahead, what is left once inputs are there, and how near it is to plain doubles. */
import { readFileSync } from 'node:fs';
import { type SessionStats, runSession } from '#mpc';
import { type SuiteName, decodeResult, evaluateLocal, planDigest, planJob, suiteValueBits } from '#program';
import { type RealProblem, breastCancer, dataFile, fourHospitals, germanCredit, lendingClub, orangeJuice } from '#testing';
import { type NetworkName } from './network.js';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { type BenchRow, mostMemory, within } from './row.js';

const problems = {
  'Lending Club, 7,886 × 31, 50 steps': lendingClub, 'German credit, 800 × 48, 50 steps': germanCredit, 'breast cancer, 456 × 30, 50 steps': breastCancer,
  'four hospitals, 682 × 8, 50 steps': fourHospitals, 'orange juice, 88,792 × 28, least squares': orangeJuice,
} as const satisfies Record<string, () => RealProblem | undefined>;
type Name = keyof typeof problems;

interface Task {
  readonly name: Name;
  readonly suite: SuiteName;
}

interface Measured {
  readonly stats: SessionStats;
  readonly seconds: number;
  readonly test: { readonly auc?: number; readonly rmse?: number };
  /** Standardised, by name, and the intercept last; of logistic regressions. */
  readonly coefficients?: readonly (readonly [string, number])[];
}

interface Opened {
  readonly coefficients: Readonly<Record<string, { readonly standardised: number }>>;
  readonly 'standardised intercept': number;
  readonly test: Measured['test'];
}

async function play({ party, task: { name, suite }, links }: Part<Task>): Promise<Measured> {
  const { request, tables } = problems[name]()!;
  const plan = planJob({ ...request, suite });
  const inputs = new Map(plan.inputs.flatMap((input) => (input.party === party && 'dataset' in input ? [[input.name, evaluateLocal(input, tables[party]!, suiteValueBits(suite))] as const] : [])));
  const startedAt = performance.now();
  const held = await runSession({ plan, planDigest: planDigest(plan), sessionId: new Uint8Array(32).fill(9), party, inputs, links });
  const opened = await held.open(plan.parties.map((_, each) => each));
  const { test, coefficients, 'standardised intercept': intercept } = decodeResult(plan, opened!) as unknown as Opened;
  const measured: Measured = {
    stats: held.stats, seconds: (performance.now() - startedAt) / 1000, test,
    ...(test.auc !== undefined && { coefficients: [...Object.entries(coefficients).map(([column, { standardised }]) => [column, standardised] as const), ['intercept', intercept]] }),
  };
  held.discard();
  return measured;
}

/** Seconds online on loopback that are asked of a suite. */
const goals: Partial<Record<SuiteName, number>> = { 'replicated-z64': 5, 'additive-z64': 10 };
/** Of plain doubles by the same recipe: the area under the curve on held-out rows, or the root mean square error. */
const references: Record<Name, number> = {
  'Lending Club, 7,886 × 31, 50 steps': 0.7522, 'German credit, 800 × 48, 50 steps': 0.768, 'breast cancer, 456 × 30, 50 steps': 0.9997,
  'four hospitals, 682 × 8, 50 steps': 0.8914, 'orange juice, 88,792 × 28, least squares': 0.6535,
};

const folders: Partial<Record<Name, string>> = {
  'Lending Club, 7,886 × 31, 50 steps': 'modeldata-lending-club', 'German credit, 800 × 48, 50 steps': 'german-credit', 'breast cancer, 456 × 30, 50 steps': 'wisconsin-breast-cancer',
  'four hospitals, 682 × 8, 50 steps': 'heart-disease-4-hospitals',
};

/** How far a coefficient is from that of the same steps with the same sigmoid in the clear, at most. */
function farthest(name: Name, coefficients: Measured['coefficients']): BenchRow[] {
  const path = folders[name] === undefined ? undefined : dataFile(`${folders[name]}/reference_lr.json`);
  if (!coefficients || !path) return [];
  const reference = JSON.parse(readFileSync(path, 'utf8')) as { readonly names: readonly string[]; readonly coef_gd50_sigmoid: readonly number[] };
  const found = new Map(coefficients);
  const distances = [...reference.names, 'intercept'].map((column, j) => Math.abs(found.get(column)! - reference.coef_gd50_sigmoid[j]!));
  return [{ name: 'farthest standardised coefficient from the reference', value: Math.max(...distances), unit: '' }];
}

const runs: readonly (readonly [Name, SuiteName, NetworkName])[] = [
  ['Lending Club, 7,886 × 31, 50 steps', 'replicated-z64', 'lan'], ['Lending Club, 7,886 × 31, 50 steps', 'replicated-z64', 'metro'], ['Lending Club, 7,886 × 31, 50 steps', 'replicated-z64', 'wan'],
  ['Lending Club, 7,886 × 31, 50 steps', 'additive-z64', 'lan'], ['Lending Club, 7,886 × 31, 50 steps', 'additive-z64', 'metro'], ['Lending Club, 7,886 × 31, 50 steps', 'additive-z64', 'wan'],
  ['German credit, 800 × 48, 50 steps', 'replicated-z64', 'lan'], ['German credit, 800 × 48, 50 steps', 'additive-z64', 'lan'],
  ['breast cancer, 456 × 30, 50 steps', 'replicated-z64', 'lan'], ['breast cancer, 456 × 30, 50 steps', 'additive-z64', 'lan'], ['breast cancer, 456 × 30, 50 steps', 'shamir-p61', 'lan'],
  ['four hospitals, 682 × 8, 50 steps', 'shamir-p61', 'lan'], ['four hospitals, 682 × 8, 50 steps', 'additive-z64', 'lan'],
  ['orange juice, 88,792 × 28, least squares', 'replicated-z64', 'lan'], ['orange juice, 88,792 × 28, least squares', 'additive-z64', 'lan'],
];

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, suite, network] of runs) {
    const problem = problems[name]();
    if (!problem) continue;
    const found = await runPartyProcesses<Task, Measured>(import.meta.url, { parties: problem.tables.length, network }, { name, suite });
    const [{ value: { stats, seconds, test, coefficients } }] = found as [typeof found[number]];
    const goal = network === 'lan' && name.startsWith('Lending Club') ? goals[suite] : undefined;
    const prefix = `${name}, ${suite}, ${network}`;
    rows.push(
      within(goal, { name: `${prefix}: online`, value: stats.onlineMs / 1000, unit: 's' }),
      within(goal && 60, { name: `${prefix}: from nothing`, value: seconds, unit: 's' }),
      { name: `${prefix}: rounds`, value: stats.rounds, unit: 'rounds' },
      { name: `${prefix}: sent by a party`, value: stats.bytesSent / 2 ** 20, unit: 'MiB' },
      mostMemory(prefix, Math.max(...found.map(({ peakMiB }) => peakMiB))),
      { name: `${prefix}: ${test.auc === undefined ? 'root mean square error' : 'AUC'} on held-out rows`, value: test.auc ?? test.rmse!, unit: '', peer: 'plain doubles', ratio: (test.auc ?? test.rmse!) / references[name] },
      ...farthest(name, coefficients).map((row) => ({ ...row, name: `${prefix}: ${row.name}` })),
    );
  }
  return rows;
}

await asParty(play);
