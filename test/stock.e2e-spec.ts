import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../apps/cli/src/root.js';
import { peekStock } from '../apps/worker/src/stock/report.js';
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
}, 120_000);
afterAll(async () => {
  await all.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** What is left of each kind with these parties. */
function left(name: string, parties: readonly string[]): Record<string, number> {
  const set = peekStock(all.home(name)).sets.find((each) => [...each.parties].sort().join() === [...parties].sort().join());
  const kinds: Record<string, number> = {};
  for (const batch of set?.batches ?? []) kinds[batch.kind] = (kinds[batch.kind] ?? 0) + batch.left;
  return kinds;
}
async function until<T>(look: () => T, is: (seen: T) => boolean, withinMs = 20_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = look();
    if (is(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(seen)} after ${withinMs} ms`);
    await delay(50);
  }
}

test.each([['two', two], ['three', names]])('%s idle workers fill their stock after a job, and the next job is made of it', async (_, parties) => {
  const first = await all.begin(parties);
  const [cold] = await all.finish(first, parties);
  expect(cold.drawn).toBeUndefined();
  const needed = await until(() => parties.map((name) => left(name, parties)), (seen) => seen.every((kinds) => (kinds['and-words'] ?? 0) > 0));
  console.log(JSON.stringify(needed), cold.bytesSent, cold.offlineMs, cold.rounds);
  await delay(1000);
  const second = await all.begin(parties);
  const receipts = await all.finish(second, parties);
  console.log(JSON.stringify(receipts.map(({ drawn, bytesSent, offlineMs, rounds }) => ({ drawn, bytesSent, offlineMs, rounds }))));
  expect(all.result(parties[0], second).result).toMatchObject({ mean: expect.closeTo(meanOf(parties), 6) });
  console.log(JSON.stringify(parties.map((name) => left(name, parties))));
}, 60_000);
