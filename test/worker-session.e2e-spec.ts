import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { linkClientOptions, selfSignedCertificate, SigningKey, type LinkCertificate } from '#pqc';
import { planDigest, planJob, type Plan } from '#program';
import { SessionProcess } from '../apps/worker/src/session/session-process.js';
import type { SessionAborted, SessionFinished, SessionMeasured } from '../apps/worker/src/session/messages.js';
import { slowWay } from './support/slow-way.js';

/** Session processes as they are in production, with real TLS between them; only their worker is this spec. */

const root = join(import.meta.dirname, '..');
const sessionMain = join(root, 'dist/apps/worker/src/session/main.js');
const host = '127.0.0.1';
const names = ['Bank A', 'Bank B', 'Bank C'];

interface Identity {
  readonly linkKey: Uint8Array;
  readonly certificate: LinkCertificate;
}
function identity(): Identity {
  const key = SigningKey.generate('ML-DSA-65');
  const now = Date.now();
  return { linkKey: key.publicKey, certificate: selfSignedCertificate(key, { commonName: 'node', notBefore: new Date(now - 1000), notAfter: new Date(now + 3_600_000) }) };
}

const plan: Plan = planJob({
  program: 'Mean',
  parameters: { column: 'income' },
  inputs: names.map((node) => ({ node, dataset: 'Loans', role: 'rows' })),
  parties: names,
  receivers: ['Bank A'],
  datasets: names.map((node) => ({ node, name: 'Loans', tags: [], maxRows: 1024, columns: { income: { type: 'number', min: 0, max: 1000 } } })),
  minimumGroup: 0,
});

/** What became of one party. */
interface Party {
  readonly process: SessionProcess;
  readonly port: number;
  readonly held: Promise<void>;
  readonly end: Promise<SessionFinished | SessionAborted>;
  readonly measured: Promise<SessionMeasured>;
}
type Vectors = Map<string, BigUint64Array>;

const inputsOf = (party: number): Vectors =>
  new Map(plan.inputs.filter((input) => input.party === party).map((input, i) => [input.name, new BigUint64Array(input.length).fill(BigInt(100 * (party + 1) + i))]));

async function listen(party: number, identities: readonly Identity[], options: { endInMs?: number; warm?: SessionProcess } = {}): Promise<Party> {
  const session = options.warm ?? new SessionProcess(sessionMain);
  let markHeld = (): void => undefined;
  let markEnd = (_: SessionFinished | SessionAborted): void => undefined;
  let markMeasured = (_: SessionMeasured): void => undefined;
  const measured = new Promise<SessionMeasured>((resolve) => (markMeasured = resolve));
  const held = new Promise<void>((resolve) => (markHeld = resolve));
  const end = new Promise<SessionFinished | SessionAborted>((resolve) => (markEnd = resolve));
  const port = await session.listen(
    {
      host, party, certificate: identities[party].certificate, endInMs: options.endInMs ?? 90_000,
      peers: identities.flatMap(({ linkKey }, other) => (other === party ? [] : [{ party: other, linkKey }])),
    },
    { onProgress: () => undefined, onMeasured: markMeasured, onTake: () => undefined, onUntaken: () => undefined, onHeld: () => markHeld(), onRefused: (reason) => void refused.push(reason), onFinished: markEnd, onAborted: markEnd },
  );
  return { process: session, port, held, end, measured };
}

function run(parties: readonly Party[], party: number, sessionId = new Uint8Array(32).fill(7), { portOf = (each: Party) => each.port, roundTripMs }: { portOf?: (each: Party) => number; roundTripMs?: number } = {}): void {
  parties[party].process.run({
    plan, planDigest: planDigest(plan), sessionId, inputs: inputsOf(party), endpoints: parties.map((each, index) => ({ party: index, host, port: portOf(each) })),
    ...(roundTripMs === undefined ? {} : { roundTripMs }),
  });
}

async function session(identities: readonly Identity[], options: { endInMs?: number } = {}): Promise<Party[]> {
  return Promise.all(identities.map((_, party) => listen(party, identities, options)));
}

/** How a connection to a listening session ends, for a client with these options; it counts as kept after so long. */
async function knock(port: number, options: ConnectionOptions, keptAfterMs = 60_000): Promise<string> {
  const socket: TLSSocket = connect({ host, port, ...options });
  socket.on('error', () => undefined);
  const data = once(socket, 'data').then(() => 'served', () => 'closed');
  const closed = once(socket, 'close').then(() => 'closed', () => 'closed');
  // A server that goes on would wait for the peer; this client sends nothing of its own.
  let timer: NodeJS.Timeout | undefined;
  const kept = new Promise<string>((resolve) => socket.once('secureConnect', () => (timer = setTimeout(resolve, keptAfterMs, 'kept open'))));
  const outcome = await Promise.race([data, closed, kept]);
  clearTimeout(timer);
  socket.destroy();
  return outcome;
}

let identities: Identity[];
const started: Party[] = [];
const refused: string[] = [];
/** Refusals are told by the session process, after the connection was cut. */
async function refusals(count: number): Promise<string[]> {
  for (const deadline = Date.now() + 60_000; refused.length < count && Date.now() < deadline; ) await new Promise((wake) => setTimeout(wake, 20));
  return refused;
}
const track = async (parties: Promise<Party[]>): Promise<Party[]> => {
  started.push(...(await parties));
  return parties;
};

beforeAll(() => {
  const built = spawnSync(process.execPath, [join(root, 'bin/build.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  identities = names.map(identity);
});
afterEach(async () => {
  const sessions = started.splice(0).map(({ process: session }) => session);
  for (const session of sessions) session.stop();
  // Nothing is left for the next test, or after the last.
  while (sessions.some(({ alive }) => alive)) await new Promise((wake) => setTimeout(wake, 10));
  refused.length = 0;
});

test('three processes add over post-quantum links and open to the receiver alone', async () => {
  const parties = await track(session(identities));
  parties.forEach((_, party) => run(parties, party));
  await Promise.all(parties.map(({ held }) => held));
  for (const { process: each } of parties) each.open({ to: [0], share: false });
  const ends = (await Promise.all(parties.map(({ end }) => end))) as SessionFinished[];
  expect(ends.map(({ type }) => type)).toEqual(['finished', 'finished', 'finished']);
  expect(ends.map(({ outputs }) => outputs !== undefined)).toEqual([true, false, false]);
  const expected = plan.outputs.map(({ name }) => [name, [...names.keys()].reduce((sum, party) => sum + [...inputsOf(party).values()][plan.outputs.findIndex((each) => each.name === name)][0], 0n)]);
  expect([...ends[0].outputs!].map(([name, [value]]) => [name, value])).toEqual(expected);
  expect(new Set(ends.map(({ transcript }) => Buffer.from(transcript).toString('hex'))).size).toBe(1);
});

test('shares for a receiver that is no party add up to the outputs', async () => {
  const parties = await track(session(identities));
  parties.forEach((_, party) => run(parties, party));
  await Promise.all(parties.map(({ held }) => held));
  for (const { process: each } of parties) each.open({ to: [], share: true });
  const ends = (await Promise.all(parties.map(({ end }) => end))) as SessionFinished[];
  const [{ name }] = plan.outputs;
  const sum = ends.reduce((total, { share }) => BigInt.asUintN(64, total + share!.get(name)![0]), 0n);
  expect(sum).toBe([...names.keys()].reduce((total, party) => total + [...inputsOf(party).values()][0][0], 0n));
});

test('a certificate that is not registered for the session is refused', async () => {
  const [, , last] = await track(session(identities));
  expect(await knock(last.port, linkClientOptions(identity().certificate))).toBe('closed');
  expect(await refusals(1)).toEqual(['a certificate whose key is not registered for this session']);
  // A registered peer is kept, so it is not the listener that refuses everyone.
  expect(await knock(last.port, linkClientOptions(identities[0].certificate), 1_500)).toBe('kept open');
});

test('a client without a certificate, or with a group or signature that is not post-quantum, is refused', async () => {
  const [, , last] = await track(session(identities));
  const registered = linkClientOptions(identities[0].certificate);
  expect(await knock(last.port, { ...registered, cert: undefined, key: undefined })).toBe('closed');
  expect(await knock(last.port, { ...registered, ecdhCurve: 'X25519' })).toBe('closed');
  expect(await knock(last.port, { ...registered, ecdhCurve: 'P-256:X25519' })).toBe('closed');
  expect(await knock(last.port, { ...registered, sigalgs: 'ecdsa_secp256r1_sha256' })).toBe('closed');
  expect(await knock(last.port, { ...registered, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })).toBe('closed');
  expect(await refusals(5)).toHaveLength(5);
});

test('a peer at the right address with another key than the registered one is blamed', async () => {
  const impostor = [identities[0], identities[1], identity()];
  const parties = [await listen(0, identities), await listen(1, identities), await listen(2, impostor)];
  started.push(...parties);
  run(parties, 0);
  expect(await parties[0].end).toMatchObject({ type: 'aborted', code: 'CS0731', blame: 2, sharesSent: false });
});

test('a party killed while outputs are held is blamed by the others', async () => {
  const parties = await track(session(identities));
  parties.forEach((_, party) => run(parties, party));
  await Promise.all(parties.map(({ held }) => held));
  process.kill(parties[1].process.pid!, 'SIGKILL');
  const ends = await Promise.all([parties[0].end, parties[2].end]);
  for (const end of ends) expect(end).toMatchObject({ type: 'aborted', blame: 1, sharesSent: true });
  expect(await parties[1].end).toMatchObject({ type: 'aborted', code: 'CS0734' });
});

test('a party stopped by its worker ends the session for all, without blame', async () => {
  const parties = await track(session(identities));
  parties.forEach((_, party) => run(parties, party));
  await Promise.all(parties.map(({ held }) => held));
  parties[1].process.stop();
  for (const end of await Promise.all([parties[0].end, parties[2].end])) {
    expect(end).toMatchObject({ type: 'aborted', code: 'CS0736' });
    expect(end).not.toHaveProperty('blame');
  }
});

test('parties that do not run the same session do not compute', async () => {
  const parties = await track(session(identities));
  run(parties, 0);
  run(parties, 1);
  run(parties, 2, new Uint8Array(32).fill(8));
  const ends = await Promise.all(parties.map(({ end }) => end));
  expect(ends.map(({ type }) => type)).toEqual(['aborted', 'aborted', 'aborted']);
  expect(ends.some((end) => end.type === 'aborted' && end.code === 'CS0701')).toBe(true);
});

test('a session that is not done at its deadline ends', async () => {
  const parties = await track(session(identities, { endInMs: 3_000 }));
  parties.forEach((_, party) => run(parties, party));
  const ends = await Promise.all(parties.map(({ end }) => end));
  expect(ends.some((end) => end.type === 'aborted' && end.code === 'CS0733')).toBe(true);
});

describe('round trips', () => {
  const ways: { close(): void }[] = [];
  afterEach(() => {
    for (const way of ways.splice(0)) way.close();
  });

  async function withSlowLink(roundTripMs: number, slowMs: number): Promise<Party[]> {
    const parties = await track(session(identities));
    // Party 0 dials party 1: the link between them, and no other, takes so long there and back.
    const slow = await slowWay(parties[1].port, slowMs / 2);
    ways.push(slow);
    parties.forEach((_, party) => run(parties, party, undefined, { roundTripMs, portOf: (each) => (party === 0 && each === parties[1] ? slow.port : each.port) }));
    return parties;
  }

  test('both ends of a slow link measure it and end the session before any share leaves', async () => {
    const parties = await withSlowLink(500, 700);
    const [a, b, c] = (await Promise.all(parties.map(({ end }) => end))) as SessionAborted[];
    expect(a).toMatchObject({ type: 'aborted', code: 'CS0739', blame: 1, sharesSent: false, reason: expect.stringMatching(/^the round trip to party 1 took [0-9]{3,5}\.[0-9] ms, and the policy allows at most 500 ms$/) as string });
    expect(b).toMatchObject({ type: 'aborted', code: 'CS0739', blame: 0, sharesSent: false });
    expect(c).toMatchObject({ type: 'aborted', code: 'CS0736', sharesSent: false });
    const [{ links: ofA }, { links: ofB }] = await Promise.all([parties[0].measured, parties[1].measured]);
    for (const [links, peer] of [[ofA, 1], [ofB, 0]] as const) expect(links.find(({ party }) => party === peer)!.microseconds).toBeGreaterThanOrEqual(699_000);
    const [slow, other] = [1, 2].map((peer) => ofA.find(({ party }) => party === peer)!.microseconds);
    expect(other).toBeLessThan(slow);
  });

  test('a link within the bound computes', async () => {
    const parties = await withSlowLink(2_000, 120);
    await Promise.all(parties.map(({ held }) => held));
    expect((await parties[2].measured).links.map(({ party }) => party).sort()).toEqual([0, 1]);
  });
});
