import { type HeldOutputs } from '#mpc';
import { type Plan, type Table, evaluateLocal, suiteValueBits } from '#program';
import { allHeld, runParties } from '#testing';
import { type BenchRow, median } from './row.js';

interface Measured {
  readonly total: number;
  readonly online: number;
  readonly rounds: number;
  readonly bytes: number;
}

async function measure(plan: Plan, tableOf: (node: string) => Table): Promise<Measured> {
  const vectors = Object.fromEntries(plan.inputs.flatMap((input) => ('dataset' in input ? [[input.name, { party: input.party, values: [...evaluateLocal(input, tableOf(plan.parties[input.party]!), suiteValueBits(plan.suite))] }]] : [])));
  const began = performance.now();
  const held: HeldOutputs[] = allHeld(await runParties(plan, vectors, { offline: 'real' }));
  await Promise.all(held.map((each) => each.open([0])));
  const total = performance.now() - began;
  const [{ onlineMs, rounds }] = held.map(({ stats }) => stats) as [HeldOutputs['stats']];
  return { total, online: onlineMs, rounds, bytes: held.reduce((sum, { stats }) => sum + stats.bytesSent, 0) };
}

/** Sessions of a plan on links in memory, all parties in this process: the median of some runs. */
export async function wholeSession(what: string, plan: Plan, tableOf: (node: string) => Table, runs: number): Promise<BenchRow[]> {
  const all: Measured[] = [];
  for (let i = 0; i < runs; i++) all.push(await measure(plan, tableOf));
  const of = (key: keyof Measured): number => median(all.map((each) => each[key]));
  return [
    { name: `${what}, online`, value: of('online'), unit: 'ms' }, { name: `${what}, from nothing`, value: of('total'), unit: 'ms' },
    { name: `${what}, rounds`, value: of('rounds'), unit: 'rounds' }, { name: `${what}, sent by all`, value: of('bytes') / 2 ** 20, unit: 'MiB' },
  ];
}
