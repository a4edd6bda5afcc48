/**
 * What a session costs as parties are more: whole sessions between processes over sealed links, from hello to held outputs. Seconds are those of the slowest
 * party, and all parties share the cores of one machine, so they grow faster here than they would on machines of their own; bytes are what one party sends.
 */
import { createHash } from 'node:crypto';
import { runSession } from '#mpc';
import { planDigest } from '#program';
import { type Plan, MAX_PARTIES } from '#program/plans';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { type Setting, elementwise, inputsOf } from './plans.js';
import { slopeOf } from './plot.js';
import { type BenchRow, median } from './row.js';

const works: Readonly<Record<string, (setting: Setting) => Plan>> = {
  'products, batch 1e3': (setting) => elementwise(setting, 'multiply', 1_000),
  'comparisons, batch 1e2': (setting) => elementwise(setting, 'less', 100),
};
const suites: Readonly<Record<'additive-z64' | 'shamir-p61', readonly number[]>> = { 'additive-z64': [2, 3, 5, 8, MAX_PARTIES], 'shamir-p61': [3, 5, 8, MAX_PARTIES] };
const runs = 2;

interface Task extends Setting {
  readonly work: string;
}
interface Spent {
  readonly seconds: number;
  readonly bytes: number;
}

async function play({ party, task, links }: Part<Task>): Promise<Spent[]> {
  const plan = works[task.work]!(task);
  const spent: Spent[] = [];
  // The first session of a process also compiles.
  for (let run = 0; run <= runs; run++) {
    const sessionId = new Uint8Array(createHash('sha256').update(`${task.work} ${task.suite} ${task.parties} ${run}`).digest());
    const { stats } = await runSession({ plan, planDigest: planDigest(plan), sessionId, party, inputs: inputsOf(plan, party), links });
    if (run > 0) spent.push({ seconds: (stats.offlineMs + stats.onlineMs) / 1000, bytes: stats.bytesSent });
  }
  return spent;
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [suite, counts] of Object.entries(suites) as [keyof typeof suites, readonly number[]][]) {
    for (const work of Object.keys(works)) {
      const points: { readonly x: number; readonly y: number }[] = [];
      for (const parties of counts) {
        const found = await runPartyProcesses<Task, Spent[]>(import.meta.url, { parties }, { suite, parties, work });
        const name = `${suite}, ${parties} parties: ${work}`;
        const bytes = Math.max(...found.map(({ value }) => value[0]!.bytes));
        points.push({ x: parties, y: bytes });
        rows.push(
          { name, value: Math.max(...found.map(({ value }) => median(value.map(({ seconds }) => seconds)))), unit: 's' },
          { name: `${name}, sent by a party`, value: bytes / 1e6, unit: 'MB' },
          { name: `${name}, memory of a party`, value: Math.max(...found.map(({ peakMiB }) => peakMiB)), unit: 'MiB' },
        );
      }
      rows.push({ name: `${suite}: ${work}: slope of a party's bytes in the number of parties (1: linear)`, value: slopeOf(points.slice(-3)), unit: 'log/log' });
    }
  }
  return rows;
}

await asParty(play);
