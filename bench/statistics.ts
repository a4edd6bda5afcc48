/**
 * Statistics in sessions of their own on links in memory: all parties in this process, the whole session from nothing, its online part, rounds and bytes. Rows fill their
 * bounds. MP-SPDZ has no such programs, so there is no peer.
 */
import { type HeldOutputs } from '#mpc';
import { evaluateLocal, planJob, type PlanRequest, type SuiteName, suiteValueBits } from '#program';
import { allHeld, rowsJob, runParties } from '#testing';
import { type BenchRow, median } from './row.js';

const declared = {
  x: { type: 'number', min: 0, max: 2e6 }, y: { type: 'number', min: -10, max: 10 }, age: { type: 'integer', min: 0, max: 120 }, g: { type: 'category', values: ['a', 'b'] }, h: { type: 'category', values: ['u', 'v', 'w'] },
} as const;
const PROGRAMS: readonly (readonly [name: string, program: string, parameters: PlanRequest['parameters']])[] = [
  ['variance', 'Variance', { column: 'x' }], ['correlation of 2', 'Correlation', { columns: 'x,y' }], ['t-test', 'T-Test', { column: 'x', by: 'g', first: 'a', second: 'b' }],
  ['chi-square 2 x 3', 'Chi-Square', { row: 'g', column: 'h' }], ['median of ages', 'Median', { column: 'age' }], ['median of numbers', 'Median', { column: 'x' }],
];
const SETTINGS: readonly (readonly [suite: SuiteName, nodes: number, maxRows: number])[] = [['replicated-z64', 3, 4096], ['additive-z64', 2, 256]];
const runs = 3;

/** Rows that are the same in every run. */
function rowsOf(count: number): Record<string, number[] | string[]> {
  const at = (i: number, factor: number): number => ((i * factor) % 10_007) / 10_007;
  const each = <T>(of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
  return { x: each((i) => at(i, 7919) * 1e5 + 2e4), y: each((i) => at(i, 104_729) * 8 - 4), age: each((i) => Math.floor(at(i, 31) * 100)), g: each((i) => (at(i, 17) < 0.4 ? 'a' : 'b')), h: each((i) => 'uvw'[i % 3]!) };
}

async function measure(suite: SuiteName, nodes: number, maxRows: number, program: string, parameters: PlanRequest['parameters']): Promise<{ total: number; online: number; rounds: number; bytes: number }> {
  const { request, tableOf } = rowsJob({ program, parameters, suite, nodes, maxRows, declared, rows: rowsOf(nodes * maxRows) });
  const plan = planJob(request);
  const vectors = Object.fromEntries(plan.inputs.flatMap((input) => ('dataset' in input ? [[input.name, { party: input.party, values: [...evaluateLocal(input, tableOf(plan.parties[input.party]!), suiteValueBits(suite))] }]] : [])));
  const began = performance.now();
  const held: HeldOutputs[] = allHeld(await runParties(plan, vectors, { offline: 'real' }));
  await Promise.all(held.map((each) => each.open([0])));
  const total = performance.now() - began;
  const [{ onlineMs, rounds }] = held.map(({ stats }) => stats) as [HeldOutputs['stats']];
  return { total, online: onlineMs, rounds, bytes: held.reduce((sum, { stats }) => sum + stats.bytesSent, 0) };
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [suite, nodes, maxRows] of SETTINGS) {
    for (const [name, program, parameters] of PROGRAMS) {
      const all: Awaited<ReturnType<typeof measure>>[] = [];
      for (let i = 0; i < runs; i++) all.push(await measure(suite, nodes, maxRows, program, parameters));
      const of = (key: keyof (typeof all)[number]): number => median(all.map((each) => each[key]));
      const what = `${name}, ${suite}, ${nodes} x ${maxRows} rows`;
      rows.push({ name: `${what}, online`, value: of('online'), unit: 'ms' }, { name: `${what}, from nothing`, value: of('total'), unit: 'ms' });
      rows.push({ name: `${what}, rounds`, value: of('rounds'), unit: 'rounds' }, { name: `${what}, sent by all`, value: of('bytes') / 2 ** 20, unit: 'MiB' });
    }
  }
  return rows;
}
