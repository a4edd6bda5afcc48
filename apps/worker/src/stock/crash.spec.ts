import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readLine } from './journal.js';
import { setIdOf } from './set.js';
import { Lease } from './state.js';
import { StockParties } from './testing/parties.js';

const ROOT = join(import.meta.dirname, '../../../..');
const KILLS = 100;

const Said = z.discriminatedUnion('is', [
  z.object({ is: z.literal('open'), next: z.array(z.record(z.string(), z.int())), codes: z.array(z.string()) }),
  z.object({ is: z.literal('used'), attempt: z.string(), leases: z.array(Lease), asStored: z.literal(true) }),
]);
type Said = z.infer<typeof Said>;

/** The child as one file, from the sources as they are. */
async function bundle(folder: string): Promise<string> {
  const outfile = join(folder, 'child.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'testing/crash-child.ts')], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node24', tsconfig: join(ROOT, 'tsconfig.json'),
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outfile;
}

/** Runs the child until it is killed `afterMs` after it was started, or after it opened its stock; what it had said by then. */
async function runAndKill(child: string, home: string, { from, afterMs }: { readonly from: 'start' | 'open'; readonly afterMs: number }): Promise<Said[]> {
  const worker = spawn(process.execPath, [child, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const opened = new Promise<void>((resolve) => worker.stdout.on('data', (bytes: Buffer) => ((text += bytes.toString('utf8')), resolve())));
  const closed = once(worker, 'close');
  if (from === 'open') await Promise.race([opened, closed]);
  await delay(afterMs);
  worker.kill('SIGKILL');
  const [, signal] = (await closed) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').slice(0, -1).map((line) => Said.parse(JSON.parse(line)));
}

/** The leases that stand in the journal of a party or in its marker. */
function leasesOnDisk(parties: StockParties, party: number): { readonly attempt: string; readonly lease: Lease }[] {
  const id = setIdOf(parties.sets[party]);
  // Killed early, a worker has made none of these yet.
  const linesOf = (file: string): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);
  const journal = linesOf(join(parties.home(party), 'stock', id, 'journal.jsonl'));
  const markers = parties.markers(party);
  const marker = (existsSync(markers) ? readdirSync(markers) : []).flatMap((home) => linesOf(join(markers, home, `${id}.json`)));
  return [...journal, ...marker.map((text) => (JSON.parse(text) as { line: string }).line)].flatMap((text) => {
    const { entry } = readLine(text);
    return entry.type === 'agreed' ? entry.leases.map((lease) => ({ attempt: entry.attempt, lease })) : [];
  });
}

test(`killed ${KILLS} times at random moments, a worker uses no record twice, and none that it had leased before it was killed`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-crash-'));
  try {
    const child = await bundle(folder);
    const home = join(folder, 'stock');
    const parties = new StockParties(home);
    const used = new Set<string>();
    /** For each party, the attempt that each record was leased for. */
    const leased = parties.sets.map(() => new Map<string, string>());
    const recordsOf = ({ batch, from, to }: Lease): string[] => Array.from({ length: to - from }, (_, i) => `${batch}:${from + i}`);
    let opened = 0;
    // How long after opening a worker may live: about as long as it takes to use records, however busy the machine is.
    let windowMs = 50;

    const unused = (by: ReadonlyMap<string, string>): string[] => [...by.keys()].filter((record) => !used.has(record));
    // Commonly one kill in ten leaves a party with a lease that was not used: where none did, more will.
    for (let kill = 0; kill < KILLS || (kill < 10 * KILLS && leased.some((by) => unused(by).length === 0)); kill++) {
      const moment = kill % 4 === 0 ? { from: 'start' as const, afterMs: randomMs(200) } : { from: 'open' as const, afterMs: randomMs(windowMs) };
      const saids = await runAndKill(child, home, moment);
      if (moment.from === 'open') windowMs = saids.some(({ is }) => is === 'used') ? Math.max(50, windowMs * 0.9) : Math.min(2000, windowMs * 1.2);
      for (const said of saids) {
        if (said.is === 'open') {
          opened += 1;
          // Nothing was found damaged or restored: a crash costs the records that were leased, and no others.
          expect(said.codes.filter((code) => code !== 'CS0763')).toEqual([]);
          said.next.forEach((next, party) => {
            for (const record of leased[party].keys()) {
              const [batch, index] = record.split(':');
              if (Object.hasOwn(next, batch)) expect(Number(index)).toBeLessThan(next[batch]);
            }
          });
          continue;
        }
        for (const record of said.leases.flatMap(recordsOf)) {
          if (used.has(record)) throw new Error(`${record} is used twice`);
          used.add(record);
          for (const by of leased) lease(by, record, said.attempt);
        }
      }
      for (const set of parties.sets) {
        for (const { attempt, lease: range } of leasesOnDisk(parties, set.own)) for (const record of recordsOf(range)) lease(leased[set.own], record, attempt);
      }
    }
    expect(opened).toBeGreaterThan(KILLS / 2);
    expect(used.size).toBeGreaterThan(KILLS);
    // Some were leased and not used when the worker was killed: no other attempt has got them.
    for (const by of leased) expect(unused(by).length).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);

function lease(leased: Map<string, string>, record: string, attempt: string): void {
  if ((leased.get(record) ?? attempt) !== attempt) throw new Error(`${record} is leased for two attempts`);
  leased.set(record, attempt);
}

const randomMs = (most: number): number => (crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32) * most;
