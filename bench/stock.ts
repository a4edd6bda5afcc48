/** Whole two-party sessions of `additive-z64` in session processes on sealed links: first from nothing, then out of a stock that they have filled in between. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { SessionStats } from '#mpc';
import { selfSignedCertificate, SigningKey } from '#pqc';
import { type Plan, type PlanStep, planDigest } from '#program';
import { Drawing } from '../apps/worker/src/jobs/drawing.js';
import { Fillings } from '../apps/worker/src/jobs/filling.js';
import { SessionProcess } from '../apps/worker/src/session/session-process.js';
import { SetDemands, Stock } from '../apps/worker/src/stock/index.js';
import { type BenchRow } from './row.js';

interface Case {
  readonly name: string;
  /** Of the inputs `x` of party 0 and `y` of party 1. */
  readonly shapes: readonly [readonly number[], readonly number[]];
  readonly step: PlanStep;
  readonly output: number;
}
const batch = 10_000;
const cases: readonly Case[] = [
  { name: 'matmul 784 x 128 by 128 x 128', shapes: [[784, 128], [128, 128]], step: { op: 'matmul', out: 'z', left: 'x', right: 'y', fractionBits: 0 }, output: 784 * 128 },
  { name: 'less, batch 1e4', shapes: [[batch], [batch]], step: { op: 'less', out: 'z', left: 'x', right: 'y' }, output: batch },
];
const host = '127.0.0.1';
const nodes = ['Bank 0', 'Bank 1'];
const sessionMain = fileURLToPath(new URL('../apps/worker/src/session/main.js', import.meta.url));
const lengthOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const planOf = ({ shapes, step, output }: Case): Plan => ({
  v: 1, program: { name: 'Bench', digest: '' }, suite: 'additive-z64', parties: nodes, receivers: [nodes[0]],
  inputs: ['x', 'y'].map((name, party) => ({ name, party, length: lengthOf(shapes[party]), shape: shapes[party], fractionBits: 0, range: { min: String(-(2 ** 24)), max: String(2 ** 24) }, dataset: 'Bench', source: { of: 'column', column: name } })),
  steps: [step], outputs: [{ name: 'z', value: 'z', length: output, fractionBits: 0 }],
});

/** What of a worker takes part in a session. */
class Party {
  readonly key = SigningKey.generate('ML-DSA-65');
  readonly stock: Stock;
  readonly fillings: Fillings;
  #spare: SessionProcess | undefined;

  constructor(folder: string, readonly index: number) {
    this.stock = Stock.open({ path: folder, link: this.key, isOurs: () => true }, { markers: `${folder} markers`, mostBytes: 2 ** 30, mostSetBytes: 2 ** 28 });
    this.fillings = new Fillings({ stock: this.stock, demands: new SetDemands(join(folder, 'demands.json')), sessions: 1 }, pino({ level: 'warn' }, pino.destination(2)));
  }

  async take(): Promise<SessionProcess> {
    const session = this.#spare ?? new SessionProcess(sessionMain);
    await session.warm;
    this.#spare = undefined;
    return session;
  }

  async warmUp(): Promise<void> {
    this.#spare = new SessionProcess(sessionMain);
    await this.#spare.warm;
  }

  close(): Promise<void> {
    this.fillings.stop();
    this.#spare?.stop();
    return this.stock.close();
  }
}

/** One session to its end; with `fill`, until the stock is filled afterwards. From `run` to the first party's result. */
async function session(parties: readonly Party[], plan: Plan, number: number, fill: boolean): Promise<{ stats: SessionStats; ms: number }> {
  const kids = parties.map(({ key }, i) => ({ node: nodes[i], linkKid: key.kid }));
  const now = Date.now();
  const sessions = await Promise.all(parties.map((party) => party.take()));
  const drawings = parties.map(({ stock, index }) => new Drawing(stock, { parties: kids, own: nodes[index], suite: plan.suite, assumptions: 'any', attempt: `session ${number}` }));
  const held = parties.map(() => Promise.withResolvers<void>());
  const ends = parties.map(() => Promise.withResolvers<{ stats: SessionStats }>());
  const ports = await Promise.all(sessions.map((each, party) => each.listen(
    {
      host, party, endInMs: 60_000, peers: [{ party: 1 - party, linkKey: new Uint8Array(parties[1 - party].key.publicKey) }],
      certificate: selfSignedCertificate(parties[party].key, { commonName: 'bench', notBefore: new Date(now - 86_400_000), notAfter: new Date(now + 86_400_000) }),
    },
    {
      onProgress: () => undefined, onMeasured: () => undefined, onRefused: () => undefined, onHeld: held[party].resolve, onFinished: ends[party].resolve,
      onUntaken: (demand) => (drawings[party].release(), parties[party].fillings.note(drawings[party], demand)),
      onTake: ({ offers, demand }) => (parties[party].fillings.note(drawings[party], demand), each.drawn(drawings[party].take(offers, demand))),
      onAborted: ({ reason }) => [held[party], ends[party]].forEach(({ reject }) => reject(new Error(reason))),
    },
  )));
  const startedAt = performance.now();
  sessions.forEach((each, party) => each.run({
    plan, planDigest: planDigest(plan), sessionId: new Uint8Array(32).fill(number), stockOffer: drawings[party].offer,
    endpoints: ports.map((port, index) => ({ party: index, host, port })),
    inputs: new Map(plan.inputs.filter((input) => input.party === party).map(({ name, length }) => [name, new BigUint64Array(length).fill(3n)])),
  }));
  await Promise.all(held.map(({ promise }) => promise));
  for (const each of sessions) each.open({ to: [0], share: false });
  const [{ stats }] = await Promise.all(ends.map(({ promise }) => promise));
  const ms = performance.now() - startedAt;
  sessions.forEach((each, party) => parties[party].fillings.begin(each, drawings[party], fill));
  await Promise.all(sessions.map(async (each) => {
    while (each.alive) await delay(10);
  }));
  return { stats, ms };
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const each of cases) {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-stock-'));
    const parties = [0, 1].map((index) => new Party(mkdtempSync(join(folder, 'home-')), index));
    try {
      const plan = planOf(each);
      const cold = await session(parties, plan, 1, true);
      await Promise.all(parties.map((party) => party.warmUp()));
      const warm = await session(parties, plan, 2, false);
      for (const [name, { stats, ms }] of [['from nothing', cold], ['with stock', warm]] as const) {
        rows.push(
          { name: `${each.name}, ${name}: before inputs are shared`, value: stats.offlineMs, unit: 'ms' },
          { name: `${each.name}, ${name}: online`, value: stats.onlineMs, unit: 'ms' },
          { name: `${each.name}, ${name}: all, from start to result`, value: ms, unit: 'ms' },
          { name: `${each.name}, ${name}: sent by a party`, value: stats.bytesSent / 1e6, unit: 'MB' },
        );
      }
    } finally {
      await Promise.all(parties.map((party) => party.close()));
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return rows;
}
