/**
 * The most memory that a party's process takes for a whole session, code and runtime included (a process that runs nothing takes about 60 MiB),
 * each in fresh processes over sealed links. A session stays below 1 GiB.
 */
import { createHash } from 'node:crypto';
import { runSession } from '#mpc';
import { planDigest } from '#program';
import { type Plan } from '#program/plans';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { type Setting, elementwise, inputsOf, linearScore, matrixProduct } from './plans.js';
import { type BenchRow, mostMemory } from './row.js';

const two: Setting = { suite: 'additive-z64', parties: 2 };
const additiveThree: Setting = { suite: 'additive-z64', parties: 3 };
const three: Setting = { suite: 'replicated-z64', parties: 3 };
const shamir: Setting = { suite: 'shamir-p61', parties: 3 };

const sessions: Readonly<Record<string, () => Plan>> = {
  'triples and products, batch 1e6, additive, two parties': () => elementwise(two, 'multiply', 1_000_000),
  'less, batch 1e5, additive, two parties': () => elementwise(two, 'less', 100_000),
  'less, batch 1e5, additive, three parties': () => elementwise(additiveThree, 'less', 100_000),
  'less, batch 1e6, additive, two parties': () => elementwise(two, 'less', 1_000_000),
  'matmul 784 x 128 by 128 x 128, additive, two parties': () => matrixProduct(two, 784, 128, 128),
  'matmul 2048 x 512 by 512 x 128, additive, two parties': () => matrixProduct(two, 2048, 512, 128),
  'Linear Score, 2e5 rows of 20 features, additive, two parties': () => linearScore(two, 200_000, 20),
  'products, batch 1e6, replicated, three parties': () => elementwise(three, 'multiply', 1_000_000),
  'less, batch 1e5, replicated, three parties': () => elementwise(three, 'less', 100_000),
  'less, batch 1e6, replicated, three parties': () => elementwise(three, 'less', 1_000_000),
  'matmul 784 x 128 by 128 x 128, replicated, three parties': () => matrixProduct(three, 784, 128, 128),
  'products, batch 1e6, Shamir, three parties': () => elementwise(shamir, 'multiply', 1_000_000),
  'less, batch 1e5, Shamir, three parties': () => elementwise(shamir, 'less', 100_000),
};

async function play({ party, task: name, links }: Part<string>): Promise<number> {
  const plan = sessions[name]!();
  const sessionId = new Uint8Array(createHash('sha256').update(`memory ${name}`).digest());
  const startedAt = performance.now();
  const held = await runSession({ plan, planDigest: planDigest(plan), sessionId, party, inputs: inputsOf(plan, party), links });
  await held.open([0]);
  return (performance.now() - startedAt) / 1000;
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, plan] of Object.entries(sessions)) {
    const found = await runPartyProcesses<string, number>(import.meta.url, { parties: plan().parties.length }, name);
    rows.push(
      mostMemory(name, Math.max(...found.map(({ peakMiB }) => peakMiB))),
      { name: `${name}: the session, in fresh processes`, value: Math.max(...found.map(({ value }) => value)), unit: 's' },
    );
  }
  return rows;
}

await asParty(play);
