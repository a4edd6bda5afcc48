/**
 * What work costs as it grows by three decades: whole sessions between processes over sealed links, from hello to held outputs, seconds of the
 * slowest party and bytes of all. A slope of 1 over the last decade is linear growth; small sizes are set-up. Draws `results/growth.svg`.
 */
import { writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { runSession } from '#mpc';
import { planDigest } from '#program';
import { type Plan } from '#program/plans';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { type Setting, elementwise, inputsOf, matrixProduct } from './plans.js';
import { type Series, logLogPlot, slopeOf } from './plot.js';
import { resultsFolder } from './results-folder.js';
import { type BenchRow, median } from './row.js';

const two: Setting = { suite: 'additive-z64', parties: 2 };
const three: Setting = { suite: 'replicated-z64', parties: 3 };
const side = 64;

interface Work {
  readonly plan: (size: number) => Plan;
  /** Smallest first, three decades. */
  readonly sizes: readonly number[];
  /** What one of a size is. */
  readonly each: string;
}

const decadesFrom = (first: number): number[] => [1, 3, 10, 30, 100, 300, 1000].map((times) => times * first);

const works: Readonly<Record<string, Work>> = {
  'triples and products, additive, two parties': { plan: (size) => elementwise(two, 'multiply', size), sizes: decadesFrom(1000), each: 'product' },
  'comparison, additive, two parties': { plan: (size) => elementwise(two, 'less', size), sizes: decadesFrom(300), each: 'comparison' },
  'matrix product of n x 64 by 64 x 64, additive, two parties': { plan: (size) => matrixProduct(two, size, side, side), sizes: decadesFrom(16), each: 'row' },
  'product, replicated, three parties': { plan: (size) => elementwise(three, 'multiply', size), sizes: decadesFrom(1000), each: 'product' },
  'comparison, replicated, three parties': { plan: (size) => elementwise(three, 'less', size), sizes: decadesFrom(1000), each: 'comparison' },
  'matrix product of n x 64 by 64 x 64, replicated, three parties': { plan: (size) => matrixProduct(three, size, side, side), sizes: decadesFrom(16), each: 'row' },
};

/** Runs of a size, of which the median counts; more where one is short. */
const runsOf = (index: number): number => (index < 5 ? 5 : 3);

interface Spent {
  readonly seconds: number;
  readonly bytes: number;
}

async function play({ party, task: name, links }: Part<string>): Promise<Spent[][]> {
  const { plan: planFor, sizes } = works[name]!;
  const spent: Spent[][] = [];
  // The first session of a process also compiles.
  for (const [index, size] of [sizes[2]!, ...sizes].entries()) {
    const plan = planFor(size);
    const digest = planDigest(plan);
    const inputs = inputsOf(plan, party);
    const runs: Spent[] = [];
    for (let run = 0; run < runsOf(index); run++) {
      const sessionId = new Uint8Array(createHash('sha256').update(`${name} ${index} ${run}`).digest());
      const { stats } = await runSession({ plan, planDigest: digest, sessionId, party, inputs, links });
      runs.push({ seconds: (stats.offlineMs + stats.onlineMs) / 1000, bytes: stats.bytesSent });
    }
    if (index > 0) spent.push(runs);
  }
  return spent;
}

/** Of each size, by the slowest party, and what all sent. */
async function measure(name: string): Promise<Spent[]> {
  const { plan, sizes } = works[name]!;
  const found = await runPartyProcesses<string, Spent[][]>(import.meta.url, { parties: plan(1).parties.length }, name);
  return sizes.map((_, i) => ({
    seconds: Math.max(...found.map(({ value }) => median(value[i]!.map(({ seconds }) => seconds)))),
    bytes: found.reduce((sum, { value }) => sum + value[i]![0]!.bytes, 0),
  }));
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const plotted: Series[] = [];
  for (const [name, { sizes, each }] of Object.entries(works)) {
    const spent = await measure(name);
    const points = (of: keyof Spent): { x: number; y: number }[] => sizes.map((x, i) => ({ x, y: spent[i]![of] }));
    const lastDecade = (of: keyof Spent): number => slopeOf(points(of).slice(-3));
    sizes.forEach((size, i) => rows.push(
      { name: `${name}: ${size} of a ${each}`, value: spent[i]!.seconds, unit: 's' },
      { name: `${name}: ${size} of a ${each}, sent by all`, value: spent[i]!.bytes / 1e6, unit: 'MB' },
    ));
    rows.push(
      { name: `${name}: slope of seconds over the last decade (1: linear)`, value: lastDecade('seconds'), unit: 'log/log' },
      { name: `${name}: slope of seconds over all three`, value: slopeOf(points('seconds')), unit: 'log/log' },
      { name: `${name}: slope of bytes over the last decade`, value: lastDecade('bytes'), unit: 'log/log' },
    );
    plotted.push({ name: `${name.replace(', two parties', ', 2').replace(', three parties', ', 3').replace('matrix product of n x 64 by 64 x 64', 'n x 64 by 64 x 64')}; slope of the last decade ${lastDecade('seconds').toFixed(2)}`, points: points('seconds') });
  }
  writeFileSync(join(resultsFolder, 'growth.svg'), logLogPlot('Whole sessions over sealed links', { x: 'size', y: 'seconds' }, plotted));
  return rows;
}

await asParty(play);
