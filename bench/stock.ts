/** Whole two-party sessions of `additive-z64` in session processes on sealed links: first from nothing, then out of a stock that they have filled in between. */
import type { Plan, PlanStep } from '#program';
import { type BenchRow, within } from './row.js';
import { withStock } from './stock-parties.js';

interface Case {
  readonly name: string;
  /** Of the inputs `x` of party 0 and `y` of party 1. */
  readonly shapes: readonly [readonly number[], readonly number[]];
  readonly step: PlanStep;
  readonly output: number;
  /** Online, with stock. */
  readonly goalMs?: number;
}
const batch = 10_000;
const cases: readonly Case[] = [
  { name: 'matmul 784 x 128 by 128 x 128', shapes: [[784, 128], [128, 128]], step: { op: 'matmul', out: 'z', left: 'x', right: 'y', fractionBits: 0 }, output: 784 * 128, goalMs: 100 },
  { name: 'less, batch 1e4', shapes: [[batch], [batch]], step: { op: 'less', out: 'z', left: 'x', right: 'y' }, output: batch },
];
const nodes = ['Bank 0', 'Bank 1'];
const lengthOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const planOf = ({ shapes, step, output }: Case): Plan => ({
  v: 1, program: { name: 'Bench', digest: '' }, suite: 'additive-z64', parties: nodes, receivers: [nodes[0]],
  inputs: ['x', 'y'].map((name, party) => ({ name, party, length: lengthOf(shapes[party]), shape: shapes[party], fractionBits: 0, range: { min: String(-(2 ** 24)), max: String(2 ** 24) }, dataset: 'Bench', source: { of: 'column', column: name } })),
  steps: [step], outputs: [{ name: 'z', value: 'z', length: output, fractionBits: 0 }],
});

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const each of cases) {
    const plan = planOf(each);
    const { cold, warm } = await withStock(plan, (party) => new Map(plan.inputs.filter((input) => input.party === party).map(({ name, length }) => [name, new BigUint64Array(length).fill(3n)])));
    for (const [name, { stats, ms }] of [['from nothing', cold], ['with stock', warm]] as const) {
      const online = { name: `${each.name}, ${name}: online`, value: stats.onlineMs, unit: 'ms' };
      rows.push(
        { name: `${each.name}, ${name}: before inputs are shared`, value: stats.offlineMs, unit: 'ms' },
        within(name === 'with stock' ? each.goalMs : undefined, online),
        { name: `${each.name}, ${name}: all, from start to result`, value: ms, unit: 'ms' },
        { name: `${each.name}, ${name}: sent by a party`, value: stats.bytesSent / 1e6, unit: 'MB' },
      );
    }
  }
  return rows;
}
