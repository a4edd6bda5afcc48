/**
 * Programs of one's own whose work is mostly on rows, in sessions on links in memory: with what owners compute by themselves, and with all of it on shares. Rows fill their
 * bounds.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type Plan, type ProgramDefinition, type SuiteName, column, number, planJob, program } from '#program';
import { allHeld, planOfSteps, rowsJob, runParties, withLocalWork } from '#testing';
import { type BenchRow, median } from './row.js';
import { wholeSession } from './whole-session.js';

const shareAbove = program({
  name: 'Share Above', opens: 'The receivers learn which share of all rows lies above a limit, and nothing else.',
  parameters: { column: column('the column'), limit: number('the limit') },
}, ({ rows, parameters, open }) => {
  open('share', rows.column(parameters.column).greaterThan(parameters.limit).times(rows.present).sum().dividedBy(rows.count));
});
const meanSquare = program({
  name: 'Mean Square', opens: 'The receivers learn the mean of the squares of a scaled column, and nothing else.', parameters: { column: column('the column') },
}, ({ rows, parameters, open }) => {
  open('mean', rows.column(parameters.column, { scaled: true }).squared().sum().dividedBy(rows.count));
});

const PROGRAMS: readonly (readonly [definition: ProgramDefinition, parameters: Readonly<Record<string, string>>])[] = [[shareAbove, { column: 'x', limit: '450' }], [meanSquare, { column: 'x' }]];
const SETTINGS: readonly (readonly [suite: SuiteName, nodes: number, maxRows: number])[] = [['replicated-z64', 3, 65_536], ['additive-z64', 2, 16_384]];
const runs = 3;

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [suite, nodes, maxRows] of SETTINGS) {
    for (const [definition, parameters] of PROGRAMS) {
      const { request, tableOf } = rowsJob({
        program: definition.name, parameters, suite, nodes, maxRows, declared: { x: { type: 'number', min: 0, max: 1000 } }, rows: { x: Array.from({ length: nodes * maxRows }, (_, i) => (i * 7919) % 1000) },
      });
      const plan = planJob({ ...request, definition });
      const onShares: Plan = { ...plan, inputs: plan.inputs.map((input) => ({ ...input, onShares: true })) };
      const what = `${definition.name}, ${suite}, ${nodes} x ${maxRows} rows`;
      rows.push(...(await wholeSession(what, plan, tableOf, runs)), ...(await wholeSession(`${what}, all of it on shares`, onShares, tableOf, runs)));
    }
  }
  return [...rows, ...(await longWork(16_384)), ...(await longWork(131_072))];
}

/** An owner sorts its rows: how long the session takes, and for how long at most its event loop, on which links answer, stands still. */
async function longWork(length: number): Promise<BenchRow[]> {
  const x = { shape: [length], range: { min: 0n, max: 1n << 20n }, elements: Array.from({ length }, (_, i) => BigInt((i * 7919) % 100_003)) };
  const plan = withLocalWork(planOfSteps('additive-z64', { x }, [{ op: 'sort', out: 'y', value: 'x' }, { op: 'slice', out: 'least', value: 'y', axis: 0, from: 0, to: 1 }], ['least']));
  const [pauses, totals]: [number[], number[]] = [[], []];
  for (let i = 0; i < runs; i++) {
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    // It counts from its first turn on.
    await delay(20);
    const began = performance.now();
    await Promise.all(allHeld(await runParties(plan, { x: { party: 0, values: x.elements } }, { offline: 'real' })).map((each) => each.open([0])));
    totals.push(performance.now() - began);
    await delay(20);
    delays.disable();
    pauses.push(delays.max / 1e6);
  }
  const what = `sorting ${length} rows, additive-z64`;
  return [{ name: `${what}, from nothing`, value: median(totals), unit: 'ms' }, { name: `${what}, longest pause of the event loop`, value: median(pauses), unit: 'ms' }];
}
