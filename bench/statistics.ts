/**
 * Statistics in sessions of their own on links in memory: all parties in this process, the whole session from nothing, its online part, rounds and bytes. Rows fill their
 * bounds. MP-SPDZ has no such programs, so there is no peer.
 */
import { planJob, type PlanRequest, type SuiteName } from '#program';
import { rowsJob } from '#testing';
import { type BenchRow } from './row.js';
import { wholeSession } from './whole-session.js';

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

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [suite, nodes, maxRows] of SETTINGS) {
    for (const [name, program, parameters] of PROGRAMS) {
      const { request, tableOf } = rowsJob({ program, parameters, suite, nodes, maxRows, declared, rows: rowsOf(nodes * maxRows) });
      rows.push(...(await wholeSession(`${name}, ${suite}, ${nodes} x ${maxRows} rows`, planJob(request), tableOf, runs)));
    }
  }
  return rows;
}
