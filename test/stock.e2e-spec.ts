import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../apps/cli/src/root.js';
import { readLine } from '../apps/worker/src/stock/journal.js';
import { peekStock } from '../apps/worker/src/stock/report.js';
import { CrashingSessions, type CrashPoint } from './support/crashing-session.js';
import { DoubleConsortium } from './support/double-consortium.js';

/** Worker processes that make stock while they are idle and draw on it, with real files and links; the spec plays their control plane. */

const names = ['Bank A', 'Bank B', 'Bank C'];
const two = names.slice(0, 2);
const incomes: Record<string, number[]> = { 'Bank A': [100, 200, 300], 'Bank B': [10.5, 20.5, 5, 6], 'Bank C': [999, 1, 0.25, 7] };
const meanOf = (parties: readonly string[]): number => {
  const values = parties.flatMap((name) => incomes[name]);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
};

let folder: string;
let all: DoubleConsortium;
beforeAll(async () => {
  const built = spawnSync(process.execPath, [join(ROOT, 'bin/build.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  folder = mkdtempSync(join(tmpdir(), 'countersign-stock-e2e-'));
  all = await DoubleConsortium.open(folder, { names, policy: 'Allow anyone to compute.\nEvery result of Mean must cover at least 5 records.', rows: (name) => incomes[name] });
  await Promise.all(names.map((name) => all.start(name)));
});
afterAll(async () => {
  await all.close();
  rmSync(folder, { recursive: true, force: true });
});

const ofSet = (name: string, parties: readonly string[]) => peekStock(all.home(name)).sets.find((each) => [...each.parties].sort().join() === [...parties].sort().join());

/** What is left of each kind with these parties. */
function left(name: string, parties: readonly string[]): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const batch of ofSet(name, parties)?.batches ?? []) kinds[batch.kind] = (kinds[batch.kind] ?? 0) + batch.left;
  return kinds;
}
async function until<T>(look: () => T, is: (seen: T) => boolean, withinMs = 120_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = look();
    if (is(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(seen)} after ${withinMs} ms`);
    await delay(20);
  }
}
/** Once every party has so many AND words and random bits, and they are the same. */
const filled = (parties: readonly string[], words: number, daBits = 0) =>
  until(() => parties.map((name) => left(name, parties)).map((kinds) => [kinds['and-words'] ?? 0, kinds.dabits ?? 0]), (seen) => seen.every(([w, d]) => w === words && d === daBits));

/** The attempt that each record was leased for, by the journals of all parties. @throws when it is two */
function leased(parties: readonly string[]): Map<string, string> {
  const leases = new Map<string, string>();
  for (const name of parties) {
    const set = ofSet(name, parties);
    const lines = set ? readFileSync(join(all.home(name), 'stock', set.id, 'journal.jsonl'), 'utf8').split('\n').slice(0, -1) : [];
    for (const { entry } of lines.map(readLine)) {
      for (const { batch, from, to } of entry.type === 'agreed' ? entry.leases : []) {
        const attempt = (entry as { attempt: string }).attempt;
        for (let record = from; record < to; record++) {
          const before = leases.get(`${batch}:${record}`) ?? attempt;
          if (before !== attempt) throw new Error(`record ${record} is leased for two attempts`);
          leases.set(`${batch}:${record}`, attempt);
        }
      }
    }
  }
  return leases;
}
const leasedFor = (parties: readonly string[], id: string): number => [...leased(parties).values()].filter((attempt) => attempt === `${id} 1`).length;

// A mask of two parties is made of ANDs, one of three and more of random bits.
test.each([['two', two, { andWords: 66, daBits: 0 }], ['three', names, { andWords: 17, daBits: 64 }]])('%s idle workers fill their stock after a job, and the next jobs are made of it', async (_, parties, demand) => {
  const { andWords: words, daBits } = demand;
  const [cold] = await all.finish(await all.begin(parties), parties);
  expect(cold.drawn).toBeUndefined();
  await filled(parties, 2 * words, 2 * daBits);
  const second = await all.begin(parties);
  for (const { drawn, bytesSent } of await all.finish(second, parties)) {
    expect(drawn).toEqual({ triples: 0, ...demand, matrixTriples: 0 });
    // Transfers are hundreds of kilobytes; what is left is the round of offers and the online phase.
    expect(bytesSent).toBeLessThan(cold.bytesSent / 50);
  }
  expect(all.result(parties[0], second)).toMatchObject({ result: { mean: expect.closeTo(meanOf(parties), 6) as unknown }, drawn: demand });
  expect(leasedFor(parties, second)).toBe(words + daBits);
  // What was used is made again.
  await filled(parties, 2 * words, 2 * daBits);
  expect(leased(parties).size).toBe(words + daBits);
});

/** Runs a job to its end; its id. */
async function computes(parties: readonly string[]): Promise<string> {
  const id = await all.begin([...parties]);
  await all.finish(id, [...parties]);
  expect(all.result(parties[0], id).result).toMatchObject({ mean: expect.closeTo(meanOf(parties), 6) as unknown });
  return id;
}

describe('a worker that is killed', () => {
  const parties = two;
  /** Waits until the parties are told of the end of a job that a killed worker had a part in. */
  async function over(id: string): Promise<void> {
    await all.start('Bank B');
    for (const node of parties) await all.gateway.next(node, 'aborted', id);
  }
  beforeEach(async () => {
    await computes(parties);
    await filled(parties, 132);
  });

  test('right after its lease was written burns the lease, and no job gets those records again', async () => {
    const before = leased(parties).size;
    const id = await all.begin(parties);
    for (const deadline = Date.now() + 90_000; left('Bank B', parties)['and-words'] === 132; await new Promise(setImmediate)) if (Date.now() > deadline) throw new Error('nothing was leased');
    await all.end('Bank B', 'SIGKILL');
    await over(id);
    expect(leasedFor(parties, id)).toBe(66);
    expect(leased(parties).size).toBe(before + 66);
    const next = await computes(parties);
    expect(leasedFor(parties, next)).toBe(66);
  });

  test('when all have computed burns what was used', async () => {
    const id = await all.begin(parties);
    for (const node of parties) await all.gateway.next(node, 'held', id);
    await all.end('Bank B', 'SIGKILL');
    await over(id);
    expect(leasedFor(parties, id)).toBe(66);
    const next = await computes(parties);
    expect(leasedFor(parties, next)).toBe(66);
  });

  test('while it fills leaves nothing that is drawn on without the other, and the others go on', async () => {
    await Promise.all(parties.map((name) => all.end(name, 'SIGTERM')));
    await Promise.all(parties.map((name) => all.start(name, { COUNTERSIGN_STOCK_SESSIONS: '9999' })));
    await computes(parties);
    await until(() => left('Bank B', parties)['and-words'], (words) => words > 132);
    await all.end('Bank B', 'SIGKILL');
    await all.start('Bank B');
    const next = await computes(parties);
    expect(leasedFor(parties, next)).toBe(66);
  });
});

test('an offer ends the filling at once', async () => {
  // Parties that never filled before: there is much to fill.
  const parties = [names[0], names[2]];
  await Promise.all(parties.map((name) => all.end(name, 'SIGTERM')));
  await Promise.all(parties.map((name) => all.start(name, { COUNTERSIGN_STOCK_SESSIONS: '9999' })));
  await all.finish(await all.begin(parties), parties);
  await until(() => left('Bank A', parties)['and-words'] ?? 0, (words) => words > 0);
  const id = await all.begin(parties);
  for (const node of parties) await all.gateway.next(node, 'held', id);
  const held = left('Bank A', parties)['and-words'];
  await delay(1_500);
  expect(left('Bank A', parties)['and-words']).toBe(held);
  for (const node of parties) all.gateway.send(node, { type: 'open', job: id, attempt: 1 });
  for (const node of parties) await all.gateway.next(node, 'finished', id);
});

test('a job that may not rest on LPN draws on no record that does, and what is made for it does not', async () => {
  // Parties that never filled before, and enough to fill for Ferret to send less.
  const parties = [names[1], names[2]];
  await Promise.all(parties.map((name) => all.end(name, 'SIGTERM')));
  await Promise.all(parties.map((name) => all.start(name, { COUNTERSIGN_STOCK_SESSIONS: '40' })));
  const byAssumption = (name: string): Record<string, number> => {
    const words: Record<string, number> = {};
    for (const { kind, assumption, left: count } of ofSet(name, parties)?.batches ?? []) if (kind === 'and-words') words[assumption] = (words[assumption] ?? 0) + count;
    return words;
  };
  const holds = (words: Record<string, number>) => until(() => parties.map(byAssumption), (seen) => seen.every((each) => JSON.stringify(Object.entries(each).sort()) === JSON.stringify(Object.entries(words).sort())));
  const run = async (assumptions?: 'no-lpn') => all.finish(await all.begin(parties, { security: { model: 'semi-honest', majority: 'dishonest', ...(assumptions && { assumptions }) } }), parties);
  const drawn = { triples: 0, andWords: 66, daBits: 0, matrixTriples: 0 };

  await run();
  await holds({ 'lpn-regular+ml-kem-768': 2640 });
  for (const receipt of await run('no-lpn')) {
    expect(receipt.drawn).toBeUndefined();
    expect(receipt.correlations).toEqual({ source: 'softspoken', restsOn: ['module-lwe'] });
  }
  await holds({ 'lpn-regular+ml-kem-768': 2640, 'softspoken+ml-kem-768': 2640 });
  for (const receipt of await run('no-lpn')) expect(receipt).toMatchObject({ drawn, correlations: { source: 'stock', restsOn: ['module-lwe'] } });
  // Who may draw on all leaves to the others what only they can use.
  await holds({ 'lpn-regular+ml-kem-768': 2640, 'softspoken+ml-kem-768': 2640 });
  for (const receipt of await run()) expect(receipt).toMatchObject({ drawn, correlations: { source: 'stock', restsOn: ['module-lwe', 'lpn'] } });
});

test('a stock that one party has lost is not drawn on, and is made anew', async () => {
  await Promise.all(two.map((name) => all.end(name, 'SIGTERM')));
  for (const path of [join(all.home('Bank B'), 'stock'), all.markers('Bank B')]) rmSync(path, { recursive: true, force: true });
  await Promise.all(two.map((name) => all.start(name)));
  const id = await all.begin(two);
  for (const { drawn } of await all.finish(id, two)) expect(drawn).toBeUndefined();
  await until(() => left('Bank B', two)['and-words'], (words) => words === 132);
  const next = await all.begin(two);
  for (const { drawn } of await all.finish(next, two)) expect(drawn).toMatchObject({ andWords: 66 });
});

/** A message of a party before which its session and its worker die, and whether the parties had leased by then what the session draws. */
const phases: Readonly<Record<string, { readonly point: CrashPoint; readonly leases: boolean }>> = {
  'agreeing': { point: { label: ['session-hello/5', 'hello'], frame: 0 }, leases: false },
  'offering its stock': { point: { label: ['stock/1', 'offer'], frame: 0 }, leases: false },
  'telling what it took': { point: { label: ['stock/1', 'taken'], frame: 0 }, leases: true },
  'making masks': { point: { label: ['additive-z64/2', 'round'], frame: 0 }, leases: true },
  'sharing inputs': { point: { label: ['additive-z64/2', 'input'], frame: 0 }, leases: true },
  'computing': { point: { label: ['additive-z64/2', 'round'], frame: 6 }, leases: true },
  'confirming': { point: { label: ['transcript-confirmation/1', 'seen'], frame: 0 }, leases: true },
  'opening': { point: { label: ['additive-z64/2', 'output'], frame: 0 }, leases: true },
};

describe('a worker that is killed in any phase of a session', () => {
  let crashing: CrashingSessions;
  beforeAll(async () => {
    crashing = new CrashingSessions(join(ROOT, 'dist'));
    await Promise.all(two.map((name) => all.end(name, 'SIGTERM')));
    await Promise.all(two.map((name) => all.start(name, { COUNTERSIGN_STOCK_SESSIONS: '30' })));
    await computes(two);
    await filled(two, 30 * 66);
  });
  afterAll(() => crashing?.close());

  test.each(Object.entries(phases))('%s burns what was leased, and no other session gets it', async (phase, { point, leases }) => {
    const before = leased(two);
    await all.end('Bank B', 'SIGTERM');
    await all.start('Bank B', { NODE_OPTIONS: `--import ${pathToFileURL(crashing.preloadAt(point)).href}` });
    const dying = once(all.workers.get('Bank B')!, 'exit');
    const id = await all.begin(two);
    if (phase === 'opening') {
      for (const node of two) await all.gateway.next(node, 'held', id);
      for (const node of two) all.gateway.send(node, { type: 'open', job: id, attempt: 1 });
    }
    // The fault did fire.
    expect((await dying)[1]).toBe('SIGKILL');
    await all.end('Bank B', 'SIGKILL');
    await all.start('Bank B');
    for (const node of two) await all.gateway.next(node, 'aborted', id);
    expect(leasedFor(two, id)).toBe(leases ? 66 : 0);
    const next = await computes(two);
    const after = leased(two);
    for (const [record, attempt] of before) expect(after.get(record)).toBe(attempt);
    expect(leasedFor(two, id)).toBe(leases ? 66 : 0);
    expect(leasedFor(two, next)).toBe(66);
  });
});

test('a worker that is killed a hundred times at random moments of jobs never uses a record twice', async () => {
  const [kills, sessions] = [100, 150];
  const inStock = { COUNTERSIGN_STOCK_SESSIONS: String(sessions) };
  await Promise.all(two.map((name) => all.end(name, 'SIGTERM')));
  await Promise.all(two.map((name) => all.start(name, inStock)));
  const begun = Date.now();
  await computes(two);
  const jobMs = Date.now() - begun;
  await filled(two, 66 * sessions);
  const random = (below: number): number => (crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32) * below;
  // What was ever leased, whatever of it a journal still has.
  const ever = new Map<string, string>();
  for (let i = 0; i < kills; i++) {
    const victim = two[i % 2];
    const id = await all.begin(two);
    // Every other one has a lease on disk by then.
    const hasLeased = i % 4 < 2;
    if (hasLeased) await until(() => leasedFor(two, id), (records) => records === 66);
    await delay(random(hasLeased ? jobMs / 4 : jobMs));
    await all.end(victim, 'SIGKILL');
    await all.start(victim, inStock);
    for (const node of two) await all.gateway.next(node, 'aborted', id);
    for (const [record, attempt] of leased(two)) {
      expect([record, ever.get(record) ?? attempt]).toEqual([record, attempt]);
      ever.set(record, attempt);
    }
    const used = [...ever.values()].filter((attempt) => attempt === `${id} 1`).length;
    expect(hasLeased ? [66] : [0, 66]).toContain(used);
  }
  const last = await computes(two);
  for (const [record, attempt] of leased(two)) if (attempt === `${last} 1`) expect(ever.has(record)).toBe(false);
  expect(leasedFor(two, last)).toBe(66);
  // Both know alike what is left, whatever only one of them had written before.
  await filled(two, 66 * sessions);
}, 600_000);
