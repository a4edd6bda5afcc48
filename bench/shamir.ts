/**
 * Shamir sharing among three processes over the sealed links of sessions: products, ANDs, products of matrices, and comparisons through the machine with the
 * random bits that they take. Figures of others: `jiff-mpc` multiplies Shamir shares at 300 to 600 products per second on this kind of machine
 * (quoted, not measured in this run); no figures of MP-SPDZ's Shamir protocols are at hand.
 */
import { KernelMemory } from '#kernels';
import { systemRandomness } from '#mpc';
import { type Lowered, type Plan, costOf, lower } from '#program/plans';
import { planOf } from '#testing';
import { Mesh } from '../libs/mpc/src/channel/index.js';
import { Machine, place, scratchBytes } from '../libs/mpc/src/machine/index.js';
import { type RoundOperation, type Suite, shamirSuite, wordsStride } from '../libs/mpc/src/sharing/index.js';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { type BenchRow, median } from './row.js';

const parties = 3;
const runs = 7;
const warmUpRuns = 2;
/** JIFF, Shamir, three parties, products per second: the better end of what is quoted. */
const jiff = 600;

const ROUNDS = {
  'multiply 1e5': { count: 1e5, repeats: 20, unit: 'mult/s' },
  'multiply 1e6': { count: 1e6, repeats: 3, unit: 'mult/s' },
  'and 64 x 1e5': { count: 64e5, repeats: 3, unit: 'AND/s' },
  'matmul 784 x 128 by 128 x 128': { count: 1, repeats: 3, unit: 'ms' },
} as const;
type RoundName = keyof typeof ROUNDS;

/** So many comparisons at once, and how often; the random bits are made first. */
const COMPARISONS = { 'less 1e3': { count: 1e3, times: 60 }, 'less 1e5': { count: 1e5, times: 6 } } as const;

/** What one party measured, of one repeat. */
interface Measured {
  readonly name: string;
  readonly ms: number;
  readonly bytes: number;
  readonly rounds: number;
}

class Meter {
  readonly #times: number[] = [];
  #bytes = 0;
  #rounds = 0;

  constructor(readonly mesh: Mesh, readonly name: string) {}

  async time(repeats: number, work: () => Promise<void>): Promise<void> {
    const [bytes, rounds, startedAt] = [this.#sent(), this.mesh.rounds, performance.now()];
    for (let repeat = 0; repeat < repeats; repeat++) await work();
    this.#times.push((performance.now() - startedAt) / repeats);
    [this.#bytes, this.#rounds] = [(this.#sent() - bytes) / repeats, (this.mesh.rounds - rounds) / repeats];
  }

  #sent(): number {
    return this.mesh.peers.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  }

  get measured(): Measured {
    return { name: this.name, ms: median(this.#times.slice(warmUpRuns)), bytes: this.#bytes, rounds: this.#rounds };
  }

  /** What was measured once, for each of so many uses. */
  per(uses: number): Measured {
    return { name: this.name, ms: this.#times[0]! / uses, bytes: this.#bytes / uses, rounds: this.#rounds / uses };
  }
}

/** One round of uniform shares. */
async function measureRound(mesh: Mesh, suite: Suite, name: RoundName): Promise<Measured> {
  const { count, repeats } = ROUNDS[name];
  const [rows, inner, columns] = [784, 128, 128];
  const [left, right, out] = name.startsWith('matmul') ? [rows * inner, inner * columns, rows * columns] : [count, count, count];
  const memory = new KernelMemory(8 * (left + right + out) + 4096);
  const [l, r, o] = [left, right, out].map((elements) => memory.take(8 * elements));
  for (const [at, elements] of [[l!, left], [r!, right]] as const) {
    memory.bytes.set(systemRandomness.bytes(8 * elements), at);
    memory.kernels.fieldFromWords(at, at, elements);
  }
  const operation: RoundOperation =
    name.startsWith('matmul') ? { op: 'matmul', out: o!, left: l!, right: r!, rows, inner, columns }
      : name.startsWith('and') ? { op: 'and', out: o!, left: l!, right: r!, planes: 64, lanes: count / 64 }
        : { op: 'multiply', out: o!, left: l!, right: r!, length: count };
  const meter = new Meter(mesh, name);
  for (let run = 0; run < warmUpRuns + runs; run++) await meter.time(repeats, () => suite.round(memory, [operation]));
  return meter.measured;
}

function comparison(count: number): Lowered {
  const values = Array.from({ length: count }, (_, i) => BigInt(i));
  const plan: Plan = planOf(parties, { x: { party: 0, values }, y: { party: 1, values } }, [{ op: 'less', out: 'z', left: 'x', right: 'y' }], { z: count }, 'shamir-p61');
  return lower(plan);
}

/** Parties wait here for each other, so that what one of them does between measurements counts for none. */
const allReady = async (mesh: Mesh): Promise<void> => void await mesh.exchange('bench', 'ready', () => new Uint8Array(1), () => 1);

/** Comparisons from shared inputs to shared results, and the random bits for them. */
async function measureComparisons(mesh: Mesh, name: keyof typeof COMPARISONS): Promise<Measured[]> {
  const { count, times } = COMPARISONS[name];
  const lowered = comparison(count);
  const [online, offline] = [new Meter(mesh, name), new Meter(mesh, `${name}, random bits`)];
  const prepare = (runs: number): Promise<Suite> => shamirSuite({ mesh, sessionId: new Uint8Array(32), randomness: systemRandomness, daBits: runs * costOf(lowered).daBits });
  let suite = await prepare(1);
  await allReady(mesh);
  await offline.time(1, async () => void (suite = await prepare(times)));
  const placement = place(lowered, suite);
  const memory = new KernelMemory(placement.bytes + scratchBytes(lowered) + 4 * wordsStride(count));
  const machine = new Machine(lowered, placement, memory, suite);
  const vectors = [0, 1, 2].map(() => memory.take(wordsStride(count)));
  const own = BigUint64Array.from({ length: mesh.self < 2 ? count : 0 }, (_, i) => BigInt(i * 7 + mesh.self));
  for (let run = 0; run < times; run++) {
    await machine.run(lowered.offline, () => undefined);
    await suite.shareInputs(memory, own, [count, count, 0], (owner) => vectors[owner]!);
    lowered.inputs.forEach(({ register }, i) => machine.load(register, vectors[i]!, count, 0));
    await allReady(mesh);
    await online.time(1, () => machine.run(lowered.online, () => undefined));
  }
  suite.wipe();
  memory.wipe();
  return [online.measured, offline.per(times)];
}

async function play({ party, links }: Part<null>): Promise<Measured[]> {
  const mesh = Mesh.over(party, parties, links);
  const suite = await shamirSuite({ mesh, sessionId: new Uint8Array(32), randomness: systemRandomness, daBits: 0 });
  const measured: Measured[] = [];
  for (const name of Object.keys(ROUNDS) as RoundName[]) measured.push(await measureRound(mesh, suite, name));
  for (const name of Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[]) measured.push(...await measureComparisons(mesh, name));
  return measured;
}

export async function run(): Promise<BenchRow[]> {
  const found = await runPartyProcesses<null, Measured[]>(import.meta.url, { parties }, null);
  const countOf = (name: string): number => ROUNDS[name as RoundName]?.count ?? COMPARISONS[name.split(',')[0] as keyof typeof COMPARISONS].count;
  return found[0]!.value.flatMap(({ name, rounds }, i): BenchRow[] => {
    const all = found.map(({ value }) => value[i]!);
    const ms = Math.max(...all.map((each) => each.ms));
    const unit = ROUNDS[name as RoundName]?.unit ?? 'comparisons/s';
    const value = unit === 'ms' ? ms : (countOf(name) * 1000) / ms;
    return [
      { name: `shamir ${name}, three processes, sealed links`, value, unit, ...(unit === 'mult/s' && { peer: 'JIFF (quoted)', ratio: value / jiff }) },
      { name: `shamir ${name}: sent by a party for each`, value: Math.max(...all.map(({ bytes }) => bytes)) / countOf(name), unit: 'bytes' },
      { name: `shamir ${name}: rounds`, value: rounds, unit: 'rounds' },
    ];
  });
}

await asParty(play);
