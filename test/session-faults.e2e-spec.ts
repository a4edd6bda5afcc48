import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { selfSignedCertificate, SigningKey, type LinkCertificate } from '#pqc';
import { planCost, planDigest, type Plan, type SuiteName } from '#program';
import { disturbedSession, planOf } from '#testing';
import { SessionProcess } from '../apps/worker/src/session/session-process.js';
import type { SessionAborted, SessionFinished } from '../apps/worker/src/session/messages.js';
import { CrashingSessions, type CrashPoint } from './support/crashing-session.js';

/** Session processes as in production, with real links between them, of which one is killed with SIGKILL in every phase of a session. */

const root = join(import.meta.dirname, '..');
const host = '127.0.0.1';
/** What is left of a session has ended, or gone on, by itself well before this, also on a busy machine: not by the time it was given, nor because a peer was silent for long. */
const withinMs = 120_000;
const endInMs = 90_000;
/** How long parties try to connect. */
const connectMs = 10_000;
const victim = 1;

const { vectors, steps, outputs, expected } = disturbedSession(3);

interface Identity {
  readonly linkKey: Uint8Array;
  readonly certificate: LinkCertificate;
}
interface Party {
  readonly process: SessionProcess;
  readonly port: number;
  readonly held: Promise<void>;
  readonly end: Promise<SessionFinished | SessionAborted>;
}
let identities: Identity[];
let crashing: CrashingSessions;
const started: SessionProcess[] = [];

function identity(): Identity {
  const key = SigningKey.generate('ML-DSA-65');
  const now = Date.now();
  return { linkKey: key.publicKey, certificate: selfSignedCertificate(key, { commonName: 'node', notBefore: new Date(now - 1000), notAfter: new Date(now + 3_600_000) }) };
}

beforeAll(() => {
  const built = spawnSync(process.execPath, [join(root, 'bin/build.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  identities = Array.from({ length: 4 }, identity);
  crashing = new CrashingSessions(join(root, 'dist'));
});
afterEach(async () => {
  const sessions = started.splice(0);
  for (const session of sessions) if (session.alive) session.stop();
  // Nothing is left for the next test, or after the last.
  while (sessions.some(({ alive }) => alive)) await delay(10);
});
afterAll(() => crashing?.close());

async function listen(party: number, parties: number, crashAt?: CrashPoint): Promise<Party> {
  const session = new SessionProcess(crashAt ? crashing.mainAt(crashAt) : join(root, 'dist/apps/worker/src/session/main.js'));
  started.push(session);
  const held = Promise.withResolvers<void>();
  const end = Promise.withResolvers<SessionFinished | SessionAborted>();
  const port = await session.listen(
    { host, party, certificate: identities[party].certificate, endInMs, peers: identities.slice(0, parties).flatMap(({ linkKey }, other) => (other === party ? [] : [{ party: other, linkKey }])) },
    { onProgress: () => undefined, onMeasured: () => undefined, onTake: () => undefined, onUntaken: () => undefined, onHeld: held.resolve, onRefused: () => undefined, onFinished: end.resolve, onAborted: end.resolve },
  );
  return { process: session, port, held: held.promise, end: end.promise };
}

async function start(plan: Plan, crashAt?: CrashPoint, before: (parties: readonly Party[]) => void = () => undefined): Promise<Party[]> {
  const count = plan.parties.length;
  const parties = await Promise.all(Array.from({ length: count }, (_, party) => listen(party, count, party === victim ? crashAt : undefined)));
  before(parties);
  for (const [party, { process: session }] of parties.entries()) {
    if (!session.alive) continue;
    session.run({
      plan, planDigest: planDigest(plan), sessionId: new Uint8Array(32).fill(7), endpoints: parties.map(({ port }, index) => ({ party: index, host, port })),
      inputs: new Map(Object.entries(vectors).filter(([, each]) => each.party === party).map(([name, { values }]) => [name, BigUint64Array.from(values, (value) => BigInt.asUintN(64, value))])),
    });
  }
  return parties;
}

/** What became of those who are left, when each opens to party 0 as soon as it holds its outputs. */
async function endsOf(parties: readonly Party[], ms = withinMs): Promise<(SessionFinished | SessionAborted)[]> {
  for (const { held, process: session } of parties) void held.then(() => session.open({ to: [0], share: false }));
  const late = delay(ms, undefined, { ref: false }).then(() => { throw new Error('a party neither ended nor went on'); });
  late.catch(() => undefined);
  const ends = await Promise.all(parties.filter((_, party) => party !== victim).map(({ end }) => Promise.race([end, late])));
  for (const end of ends) if (end.type === 'aborted') expect(end.reason).not.toContain('silent');
  return ends;
}

const lost = { type: 'aborted', code: expect.stringMatching(/^CS073[067]$/) as string, blame: victim };
const opened = (end: SessionFinished | SessionAborted): unknown =>
  ('outputs' in end && end.outputs ? Object.fromEntries([...end.outputs].map(([name, words]) => [name, Array.from(words, (word) => BigInt.asIntN(64, word))])) : undefined);

/** The messages before which the party dies, by phase; masks and products are the first and the last of the rounds. */
type Points = Readonly<Record<string, CrashPoint>>;
const phasesOf = (suite: SuiteName, plan: Plan): Points => {
  const { offlineRounds, rounds } = planCost(plan);
  const peers = plan.parties.length - 1;
  switch (suite) {
    case 'additive-z64': return {
      'agreeing': { label: ['session-hello/5', 'hello'], frame: 1 }, 'preparing': { label: ['softspoken/1', 'corrections'], frame: 1 }, 'making masks': { label: ['additive-z64/2', 'round'], frame: 1 },
      'sharing inputs': { label: ['additive-z64/2', 'input'], frame: 1 }, 'computing': { label: ['additive-z64/2', 'round'], frame: offlineRounds * peers + 2 * peers + 1 },
      'confirming': { label: ['transcript-confirmation/1', 'seen'], frame: 1 }, 'opening': { label: ['additive-z64/2', 'output'], frame: 0 },
    };
    case 'replicated-z64': return {
      'agreeing': { label: ['session-hello/5', 'hello'], frame: 1 }, 'preparing': { label: ['replicated-z64/1', 'set-up'], frame: 1 }, 'making masks': { label: ['replicated-z64/1', 'round'], frame: 0 },
      'sharing inputs': { label: ['replicated-z64/1', 'input'], frame: 0 }, 'computing': { label: ['replicated-z64/1', 'round'], frame: offlineRounds + rounds - 4 },
      'confirming': { label: ['transcript-confirmation/1', 'seen'], frame: 1 }, 'opening': { label: ['replicated-z64/1', 'output'], frame: 0 },
    };
    case 'shamir-p61': return {
      'agreeing': { label: ['session-hello/5', 'hello'], frame: 1 }, 'preparing': { label: ['shamir-p61/1', 'seed'], frame: 0 }, 'making masks': { label: ['shamir-p61/1', 'bits'], frame: 1 },
      'sharing inputs': { label: ['shamir-p61/1', 'input'], frame: 0 }, 'computing': { label: ['shamir-p61/1', 'round'], frame: peers + 1 },
      'confirming': { label: ['transcript-confirmation/1', 'seen'], frame: 1 }, 'opening': { label: ['shamir-p61/1', 'output'], frame: 0 },
    };
  }
};
const phases = ['agreeing', 'preparing', 'making masks', 'sharing inputs', 'computing', 'confirming', 'opening'] as const;

describe.each<readonly [SuiteName, number]>([['additive-z64', 3], ['replicated-z64', 3], ['shamir-p61', 3], ['shamir-p61', 4]])('%s of %i parties, one of them killed', (suite, count) => {
  const plan = planOf(count, vectors, steps, outputs, suite);
  // Of four parties three can make products; of three none is spare, but for openings.
  const goesOn = (phase: string): boolean => suite === 'shamir-p61' && (phase === 'confirming' || phase === 'opening' || phase === 'held' || (phase === 'computing' && count === 4));

  function expectEnds(phase: string, ends: readonly (SessionFinished | SessionAborted)[]): void {
    if (goesOn(phase)) {
      expect(ends.map(({ type }) => type)).toEqual(ends.map(() => 'finished'));
      expect(opened(ends[0])).toEqual(expected);
      // Nobody goes past these without having missed it.
      if (phase === 'computing' || phase === 'confirming') for (const end of ends as SessionFinished[]) expect(end.without).toEqual([victim]);
    } else if (phase === 'opening') {
      // The others have given their shares away, and need none.
      expect(ends[0]).toMatchObject(lost);
      for (const end of ends.slice(1)) expect(end.type === 'finished' ? opened(end) : end).toEqual(end.type === 'finished' ? undefined : expect.objectContaining(lost));
    } else {
      for (const end of ends) expect(end).toMatchObject(lost);
      for (const { reason } of ends as SessionAborted[]) expect(reason).not.toMatch(/\n|\d{4,}/);
    }
  }

  it.each(phases)('while %s', async (phase) => {
    const parties = await start(plan, phasesOf(suite, plan)[phase]);
    const ends = await endsOf(parties);
    // The fault did fire.
    expect(await parties[victim].end).toMatchObject({ type: 'aborted', code: 'CS0734', reason: 'the session process ended with SIGKILL' });
    expectEnds(phase, ends);
  });

  it('while outputs are held', async () => {
    const parties = await start(plan);
    await Promise.all(parties.map(({ held }) => held));
    process.kill(parties[victim].process.pid!, 'SIGKILL');
    await parties[victim].end;
    expectEnds('held', await endsOf(parties));
  });
});

it('a party killed before it has connected is blamed by all others when the time to connect is over, whatever the suite', async () => {
  const plan = planOf(3, vectors, steps, outputs, 'shamir-p61');
  const parties = await start(plan, undefined, (all) => process.kill(all[victim].process.pid!, 'SIGKILL'));
  for (const end of await endsOf(parties, connectMs + withinMs)) expect(end).toMatchObject({ type: 'aborted', code: expect.stringMatching(/^CS073[06]$/) as string, blame: victim, sharesSent: false });
});
