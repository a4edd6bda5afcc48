/** Whole sessions of `additive-z64` in session processes on sealed links, with the stock of workers: filled once a session is over, drawn on by the next. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { SessionStats } from '#mpc';
import { selfSignedCertificate, SigningKey } from '#pqc';
import { assumptionsOf, type Plan, planDigest } from '#program';
import { Drawing } from '../apps/worker/src/jobs/drawing.js';
import { Fillings } from '../apps/worker/src/jobs/filling.js';
import { SessionProcess } from '../apps/worker/src/session/session-process.js';
import { SetDemands, Stock } from '../apps/worker/src/stock/index.js';

const host = '127.0.0.1';
const sessionMain = fileURLToPath(new URL('../apps/worker/src/session/main.js', import.meta.url));
/** A session, and its filling, at most. */
const longestMs = 600_000;

/** What of a worker takes part in a session. */
class Party {
  readonly key = SigningKey.generate('ML-DSA-65');
  readonly stock: Stock;
  readonly fillings: Fillings;
  #spare: SessionProcess | undefined;

  constructor(folder: string, readonly index: number, mostBytes: number) {
    this.stock = Stock.open({ path: folder, link: this.key, isOurs: () => true }, { markers: `${folder} markers`, mostBytes, mostSetBytes: mostBytes });
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

/** The own inputs of a party, fresh: a session wipes them. */
export type InputsOf = (party: number) => Map<string, BigUint64Array>;

export interface SessionRun {
  readonly stats: SessionStats;
  /** From `run` to the first party's result. */
  readonly ms: number;
  /** Of what was opened to that party. */
  readonly outputs: ReadonlyMap<string, BigUint64Array>;
  /** From then on until the stock was filled. */
  readonly fillingMs: number;
}

/** Two sessions of a plan, with homes of their own: one from nothing, after which the parties fill their stock, and one out of that. */
export async function withStock(plan: Plan, inputsOf: InputsOf, { mostBytes = 2 ** 28 } = {}): Promise<{ readonly cold: SessionRun; readonly warm: SessionRun }> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-stock-'));
  const parties = plan.parties.map((_, index) => new Party(mkdtempSync(join(folder, 'home-')), index, mostBytes));
  try {
    const cold = await session(parties, plan, { inputsOf, number: 1, fill: true });
    await Promise.all(parties.map((party) => party.warmUp()));
    return { cold, warm: await session(parties, plan, { inputsOf, number: 2, fill: false }) };
  } finally {
    await Promise.all(parties.map((party) => party.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One session to its end; with `fill`, until the stock is filled afterwards. */
async function session(parties: readonly Party[], plan: Plan, { inputsOf, number, fill }: { readonly inputsOf: InputsOf; readonly number: number; readonly fill: boolean }): Promise<SessionRun> {
  const kids = parties.map(({ key }, i) => ({ node: plan.parties[i], linkKid: key.kid }));
  const now = Date.now();
  const sessions = await Promise.all(parties.map((party) => party.take()));
  const drawings = parties.map(({ stock, index }) => new Drawing(stock, { parties: kids, own: plan.parties[index], suite: plan.suite, assumptions: assumptionsOf(plan), attempt: `session ${number}` }));
  const held = parties.map(() => Promise.withResolvers<void>());
  const ends = parties.map(() => Promise.withResolvers<{ readonly stats: SessionStats; readonly outputs?: Map<string, BigUint64Array> }>());
  const ports = await Promise.all(sessions.map((each, party) => each.listen(
    {
      host, party, endInMs: longestMs, peers: parties.flatMap(({ key }, peer) => (peer === party ? [] : [{ party: peer, linkKey: new Uint8Array(key.publicKey) }])),
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
    endpoints: ports.map((port, index) => ({ party: index, host, port })), inputs: inputsOf(party),
  }));
  await Promise.all(held.map(({ promise }) => promise));
  for (const each of sessions) each.open({ to: [0], share: false });
  const [{ stats, outputs = new Map() }] = await Promise.all(ends.map(({ promise }) => promise));
  const ms = performance.now() - startedAt;
  sessions.forEach((each, party) => parties[party].fillings.begin(each, drawings[party], fill));
  await Promise.all(sessions.map(async (each) => {
    while (each.alive) await delay(10);
  }));
  return { stats, ms, outputs, fillingMs: performance.now() - startedAt - ms };
}
