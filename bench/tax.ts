/**
 * The quantum tax: whole jobs on the primitives of the product (ML-DSA-65, X25519MLKEM768, base transfers by K-PKE) beside the same jobs, by
 * the same code and between the same processes, on classical ones (ECDSA on P-256, X25519, base transfers by Chou and Orlandi). What is
 * symmetric (sealed records, extension of transfers, masks) is the same on both sides, and so are the lattices that make triples: they are
 * chosen for what they send, not for what they resist. In turns, medians; statements are 1,500 bytes and go from
 * party to party. The base transfers of emp (CSW) take 28 to 31 ms natively (quoted); these take longer in this runtime, hence a second figure without them.
 */
import { createHash } from 'node:crypto';
import { SigningKey, verifySignature } from '#pqc';
import { type SessionStats, systemRandomness } from '#mpc';
import { planDigest } from '#program';
import { type Plan } from '#program/plans';
import type { SessionLink } from '../apps/worker/src/session/session-link.js';
import { Mesh, Peer } from '../libs/mpc/src/channel/index.js';
import { dealCorrelations } from '../libs/mpc/src/correlations/index.js';
import { runSessionWith } from '../libs/mpc/src/engine/session.js';
import { type BaseTransfers, kPkeTransfers } from '../libs/mpc/src/ot/index.js';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { elementwise, inputsOf, linearScore, matrixProduct } from './plans.js';
import { type BenchRow, median } from './row.js';
import { type LinkKind } from './session-links.js';
import { ClassicalKey, verifyClassical } from './tax/classical.js';
import { simplestTransfers } from './tax/simplest-ot.js';

const turns = 5;
/** Per cent of the classical job. */
const mostTax = 10;
const statementBytes = 1500;
const baseCount = 128;

interface Primitives {
  readonly links: LinkKind;
  readonly base: BaseTransfers;
  readonly newKey: () => { readonly publicKey: Uint8Array; sign(message: Uint8Array): Uint8Array };
  readonly signatureBytes: number;
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

const sides = {
  'post-quantum': {
    links: 'sealed', base: kPkeTransfers, newKey: () => SigningKey.generate('ML-DSA-65'), signatureBytes: 3309,
    verify: (key, message, signature) => verifySignature('ML-DSA-65', key, message, signature),
  },
  classical: { links: 'classical', base: simplestTransfers, newKey: () => new ClassicalKey(), signatureBytes: 64, verify: verifyClassical },
} as const satisfies Record<string, Primitives>;
type Side = keyof typeof sides;

const additive = (parties: number) => ({ suite: 'additive-z64', parties }) as const;
const jobs: Readonly<Record<string, () => Plan>> = {
  'Linear Score, 2e5 rows of 20 features, two parties': () => linearScore(additive(2), 200_000, 20),
  'less, batch 2e5, two parties': () => elementwise(additive(2), 'less', 200_000),
  'less, batch 1e5, three parties': () => elementwise(additive(3), 'less', 100_000),
  'matmul 2048 x 512 by 512 x 128, two parties': () => matrixProduct(additive(2), 2048, 512, 128),
  'matmul 1024 x 512 by 512 x 128, three parties': () => matrixProduct(additive(3), 1024, 512, 128),
};

const phases = ['statements', 'handshakes', 'base transfers alone', 'made ahead', 'online'] as const;
type Phase = typeof phases[number];
/** `base transfers alone` are run once more by themselves, before the session in whose preparation they are; the job does not count them twice. */
const counted: readonly Phase[] = ['statements', 'handshakes', 'made ahead', 'online'];

interface Spent {
  readonly ms: number;
  /** Sent by this party. */
  readonly bytes: number;
}
type Measured = Readonly<Record<Phase, Spent>>;

/** A party's statements of one kind, to all others, who verify them. */
async function exchangeStatements(mesh: Mesh, { signatureBytes, verify }: Primitives, keys: readonly Uint8Array[], key: ReturnType<Primitives['newKey']>, step: string): Promise<void> {
  const message = systemRandomness.bytes(statementBytes + signatureBytes);
  message.set(key.sign(message.subarray(0, statementBytes)), statementBytes);
  const received = await mesh.exchange('bench', step, () => message, () => message.length);
  received.forEach((bytes, party) => {
    if (bytes && !verify(keys[party]!, bytes.subarray(0, statementBytes), bytes.subarray(statementBytes))) throw new Error(`a false statement of party ${party}`);
  });
}

class Clock {
  readonly spent = new Map<Phase, Spent>();

  constructor(private readonly links: Part<unknown>['links']) {}

  get sent(): number {
    return this.links.reduce((sum, link) => sum + (link?.bytesSent ?? 0), 0);
  }

  async time(phase: Phase, work: () => Promise<void>): Promise<void> {
    const [before, startedAt] = [this.sent, performance.now()];
    await work();
    this.add(phase, performance.now() - startedAt, this.sent - before);
  }

  add(phase: Phase, ms: number, bytes: number): void {
    const { ms: soFar, bytes: sent } = this.spent.get(phase) ?? { ms: 0, bytes: 0 };
    this.spent.set(phase, { ms: soFar + ms, bytes: sent + bytes });
  }
}

/** One leg of transfers with every peer: all that a session has of them. */
async function baseAlone({ base }: Primitives, party: number, links: readonly (SessionLink | undefined)[]): Promise<void> {
  await Promise.all(links.map(async (link, peer) => {
    if (!link) return;
    const lane = new Peer(peer, link).lane(0);
    const sends = party < peer;
    const common = { lane, binding: { sessionId: new Uint8Array(32), roles: (sends ? [peer, party] : [party, peer]) as [number, number] }, randomness: systemRandomness };
    if (sends) await base.send(common, baseCount);
    else await base.receive(common, systemRandomness.bytes(baseCount / 8), baseCount);
  }));
}

async function play({ party, task: { side, job }, links, meeting }: Part<{ readonly side: Side; readonly job: string }>): Promise<Measured> {
  const primitives = sides[side];
  const plan = jobs[job]!();
  const clock = new Clock(links);
  clock.add('handshakes', meeting.ms, meeting.bytes / 2);
  const mesh = Mesh.over(party, links.length, links);
  const key = primitives.newKey();
  const keys = (await mesh.exchange('bench', 'key', () => key.publicKey, () => key.publicKey.length)) as Uint8Array[];
  // Approval and acceptance before, the receipt afterwards.
  for (const step of ['approval', 'accept', 'receipt']) await clock.time('statements', () => exchangeStatements(mesh, primitives, keys, key, step));
  await clock.time('base transfers alone', () => baseAlone(primitives, party, links));

  const deal: typeof dealCorrelations = (dealing) => dealCorrelations({ ...dealing, base: primitives.base });
  const sessionId = new Uint8Array(createHash('sha256').update(`${side} ${job}`).digest());
  const before = clock.sent;
  const inputs = inputsOf(plan, party);
  const startedAt = performance.now();
  const held = await runSessionWith(deal, { plan, planDigest: planDigest(plan), sessionId, party, inputs, links });
  await held.open([0]);
  const { offlineMs }: SessionStats = held.stats;
  clock.add('made ahead', offlineMs, 0);
  clock.add('online', performance.now() - startedAt - offlineMs, clock.sent - before);
  return Object.fromEntries(clock.spent) as unknown as Measured;
}

/** What the slowest party spent, phase by phase, and what all sent. */
function together(found: readonly Measured[]): Measured {
  return Object.fromEntries(phases.map((phase) => [phase, {
    ms: Math.max(...found.map((each) => each[phase].ms)), bytes: found.reduce((sum, each) => sum + each[phase].bytes, 0),
  }])) as unknown as Measured;
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const job of Object.keys(jobs)) {
    const measured: Record<Side, Measured[]> = { 'post-quantum': [], classical: [] };
    for (let turn = 0; turn < turns; turn++) {
      for (const side of turn % 2 === 0 ? (['post-quantum', 'classical'] as const) : (['classical', 'post-quantum'] as const)) {
        const found = await runPartyProcesses<{ side: Side; job: string }, Measured>(import.meta.url, { parties: jobs[job]!().parties.length, links: sides[side].links }, { side, job });
        measured[side].push(together(found.map(({ value }) => value)));
      }
    }
    const sum = (side: Side, of: (each: Measured) => number): number => median(measured[side].map(of));
    const row = (name: string, unit: string, of: (each: Measured) => number): void => {
      const [ours, theirs] = [sum('post-quantum', of), sum('classical', of)];
      rows.push({ name: `${job}: ${name}`, value: ours, unit, peer: `classical ${theirs >= 100 ? Math.round(theirs).toLocaleString('en') : theirs.toPrecision(3)}`, ratio: theirs / ours });
    };
    const total = (each: Measured, of: readonly Phase[], what: keyof Spent = 'ms'): number => of.reduce((so, phase) => so + each[phase][what], 0);
    const seconds = (each: Measured): number => total(each, counted) / 1000;
    row('whole job', 's', seconds);
    for (const phase of phases) row(phase, 'ms', (each) => each[phase].ms);
    row('whole job, sent by all', 'kB', (each) => total(each, counted, 'bytes') / 1000);
    for (const phase of ['statements', 'handshakes', 'base transfers alone'] as const) row(`${phase}, sent by all`, 'kB', (each) => each[phase].bytes / 1000);
    // The phases that differ are a few milliseconds of seconds that vary by more: their difference says what the ratio of whole jobs cannot.
    const tax = (name: string, more: number): void => {
      const value = (more / sum('classical', seconds)) * 100;
      rows.push({ name: `${job}: ${name}`, value, unit: '% of the classical job', goal: mostTax, ofGoal: (100 + mostTax) / (100 + value) });
    };
    const differing = (side: Side, of: readonly Phase[]): number => sum(side, (each) => total(each, of)) / 1000;
    const all = ['statements', 'handshakes', 'base transfers alone'] as const;
    tax('tax of the whole job', sum('post-quantum', seconds) - sum('classical', seconds));
    tax('tax of the phases that differ', differing('post-quantum', all) - differing('classical', all));
    tax('tax, classical base transfers taken as free', differing('post-quantum', all) - differing('classical', ['statements', 'handshakes']));
  }
  return rows;
}

await asParty(play);
