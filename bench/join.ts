/**
 * Whole sessions that join two tables of 10^5 rows, between two processes over sealed links on loopback and on lines of 10 and 50 ms, from nothing: correlations are made within
 * what is measured. The peer of the time is the same join of the same keys in the clear, by a hash table; that of the bytes are the keys themselves, sent to one party.
 */
import { createHash } from 'node:crypto';
import { type SessionStats, runSession } from '#mpc';
import { type DatasetDescriptor, type Plan, type Table, evaluateJoin, planDigest, planJob, trafficOf } from '#program';
import { type NetworkName, networks } from './network.js';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { atMost, type BenchRow, mostMemory } from './row.js';

const rows = 100_000;
const overlap = 60_000;
const programs = [
  { name: 'Join Count', parameters: { key: 'id' } },
  { name: 'Joined Statistics', parameters: { key: 'id', left: 'income', right: 'loan' } },
] as const;

const keyOf = (person: number): string => `person ${person}`;
/** The left party's people are 0 … n − 1, the right one's begin further on. */
const firstOf = (party: number): number => (party === 0 ? 0 : rows - overlap);

function tableOf(party: number): Table {
  const people = Array.from({ length: rows }, (_, i) => firstOf(party) + i);
  const values = Float64Array.from(people, (person) => ((person * 7919) % 100_003) / 10 + (party === 0 ? 0 : (person % 97)));
  return { rows, columns: { id: people.map(keyOf), [party === 0 ? 'income' : 'loan']: values } };
}

function planOf(index: number): Plan {
  const { name, parameters } = programs[index]!;
  const datasets = ['A', 'B'].map((node, i): DatasetDescriptor =>
    ({ name: 'People', node, tags: [], maxRows: rows, columns: { id: { type: 'key' }, [i === 0 ? 'income' : 'loan']: { type: 'number', min: 0, max: 20_000 } } }));
  return planJob({
    program: name, parameters, parties: ['A', 'B'], receivers: ['A'], datasets, minimumGroup: 10,
    inputs: ['left', 'right'].map((role, i) => ({ node: 'AB'[i]!, dataset: 'People', role })),
  });
}

interface Measured {
  readonly stats: SessionStats;
  readonly seconds: number;
  readonly count: number;
}

async function play({ party, task: index, links }: Part<number>): Promise<Measured> {
  const plan = planOf(index);
  const table = tableOf(party);
  const startedAt = performance.now();
  const held = await runSession({
    plan, planDigest: planDigest(plan), sessionId: new Uint8Array(32).fill(index), party, inputs: new Map(), join: evaluateJoin(plan, party, () => table), links,
  });
  const opened = await held.open([0]);
  const seconds = (performance.now() - startedAt) / 1000;
  const measured = { stats: held.stats, seconds, count: Number(opened?.get('count')?.[0] ?? 0n) };
  held.discard();
  return measured;
}

async function session(index: number, network: NetworkName): Promise<Measured & { readonly peakMiB: number }> {
  const found = await runPartyProcesses<number, Measured>(import.meta.url, { parties: 2, network }, index);
  const [{ value }] = found as [typeof found[number]];
  if (value.count !== overlap) throw new Error(`the join of the benchmark has ${value.count} rows instead of ${overlap}`);
  return { ...value, peakMiB: Math.max(...found.map(({ peakMiB }) => peakMiB)) };
}

/** Seconds of the same join where both tables lie in one place: keys hashed as they are here, one table in a hash table, the other looked up. */
function inTheClear(): number {
  const [left, right] = [0, 1].map((party) => (tableOf(party).columns.id as string[])) as [string[], string[]];
  const startedAt = performance.now();
  const digest = (key: string): string => createHash('sha256').update(key).digest('latin1');
  const known = new Set(right.map(digest));
  const found = left.reduce((count, key) => count + (known.has(digest(key)) ? 1 : 0), 0);
  if (found !== overlap) throw new Error('the join in the clear is wrong');
  return (performance.now() - startedAt) / 1000;
}

export async function run(): Promise<BenchRow[]> {
  const result: BenchRow[] = [];
  for (const [index, { name }] of programs.entries()) {
    for (const network of Object.keys(networks) as NetworkName[]) {
      const { stats, seconds, peakMiB } = await session(index, network);
      const prefix = `${name}, 10^5 with 10^5, ${networks[network].name}`;
      const clear = inTheClear();
      result.push(
        atMost(10, { name: `${prefix}: from nothing`, value: seconds, unit: 's', peer: 'hash join in the clear', ratio: clear / seconds }),
        { name: `${prefix}: made ahead (${stats.correlations.name})`, value: stats.offlineMs / 1000, unit: 's' },
        { name: `${prefix}: join and online`, value: stats.onlineMs / 1000, unit: 's' },
      );
      if (network !== 'lan') continue;
      const bytes = stats.bytesSent + stats.bytesReceived;
      const inputs = trafficOf(planOf(index)).bytes.flat().reduce((sum, phases) => sum + phases.join, 0);
      result.push(
        { name: `${name}, 10^5 with 10^5: both ways in all`, value: bytes / 1e6, unit: 'MB', peer: 'keys of one table, 32 bytes each', ratio: (32 * rows) / bytes },
        { name: `${name}, 10^5 with 10^5: of which the join itself`, value: inputs / 1e6, unit: 'MB' },
        { name: `${name}, 10^5 with 10^5: rounds`, value: stats.rounds, unit: 'rounds' },
        mostMemory(`${name}, 10^5 with 10^5`, peakMiB),
      );
    }
  }
  return result;
}

await asParty(play);
