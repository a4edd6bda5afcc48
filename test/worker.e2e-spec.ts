import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobIdOf, ResultFile, type JobBundle, type NodeFile, type SealedShare } from '#contract';
import { SigningKey, toBase64Url, verifyStatement, writeKeyFile } from '#pqc';
import { programByName } from '#program';
import { Consortium, GatewayDouble, jobDigestIn } from '#testing';
import { freePort } from './support/free-port.js';
import { slowWay } from './support/slow-way.js';

/** Real worker processes with real homes, against a gateway that this spec plays. */

const root = join(import.meta.dirname, '..');
const banks = ['Bank A', 'Bank B', 'Bank C'];
const all = [...banks, 'Auditor'];
const incomes: Record<string, number[]> = { 'Bank A': [100, 200, 300], 'Bank B': [10.5, 20.5], 'Bank C': [999, 1, 0.25, 7] };
const world = new Consortium({
  nodes: all, policy: 'Allow anyone to compute only if Bank B signs.\nEvery result of Count must cover at least 25 records.\nLimit Bank A to 2 computations of Sum per year.\nEvery computation for trading must use links with a round trip of at most 600 ms.', now: new Date(Date.now() - 1_000),
  datasets: (node) => {
    if (node === 'Auditor') return [];
    const rows = { name: 'Loans', tags: ['credit'], maxRows: 16, columns: { income: { type: 'number' as const, min: '0', max: '1000' } } };
    const weights = { name: 'Weights', tags: [], maxRows: 1, columns: { income: { type: 'number' as const, min: '-1', max: '1' }, intercept: { type: 'number' as const, min: '-1', max: '1' } } };
    return node === 'Bank A' ? [rows, weights] : [rows];
  },
});
const gatewayKey = SigningKey.generate('ML-DSA-65');
const nameOf = (linkKey: Uint8Array): string | undefined => [...world.nodes.values()].find(({ link }) => Buffer.from(link.publicKey).equals(linkKey))?.name;

let folder: string;
let gateway: GatewayDouble;
const workers = new Map<string, ChildProcess>();
const homeOf = (name: string): string => join(folder, name.replace(' ', '-'));

function makeHome(name: string, port: number): void {
  const home = homeOf(name);
  mkdirSync(join(home, 'keys'), { recursive: true });
  const { link, approval, sealing } = world.node(name);
  for (const [purpose, key] of Object.entries({ link, approval, sealing })) writeKeyFile(join(home, 'keys', `${purpose}.json`), { purpose, algorithm: key.algorithm, seed: key.seed() });
  const number = (min: number, max: number) => ({ type: 'number' as const, min, max });
  const rows = { name: 'Loans', base: home, from: 'loans.csv', tags: ['credit'], columns: { income: number(0, 1000) } };
  const weights = { name: 'Weights', base: home, from: 'weights.csv', tags: [], columns: { income: number(-1, 1), intercept: number(-1, 1) } };
  const node: NodeFile = {
    v: 1, name, region: 'EU',
    controlPlane: { url: 'http://127.0.0.1:1', host: '127.0.0.1', port, linkKey: toBase64Url(gatewayKey.publicKey), logVkey: 'none', origin: 'test' },
    listen: { host: '127.0.0.1' },
    datasets: name === 'Auditor' ? [] : name === 'Bank A' ? [rows, weights] : [rows],
  };
  writeFileSync(join(home, 'node.json'), JSON.stringify(node));
  if (incomes[name]) writeFileSync(join(home, 'loans.csv'), `income\n${incomes[name].join('\n')}\n`);
  writeFileSync(join(home, 'weights.csv'), 'income,intercept\n0.5,0.25\n');
  accept(name, world.policy.digest);
}
function accept(name: string, digest: string): void {
  writeFileSync(join(homeOf(name), 'policies.json'), JSON.stringify({ accepted: [{ digest, version: 1, file: 'test.policy', at: new Date().toISOString() }] }));
}

async function startWorker(name: string): Promise<void> {
  const worker = fork(join(root, 'dist/apps/worker/src/main.js'), ['--home', homeOf(name), '--with-parent'], {
    stdio: ['ignore', 'ignore', process.env.COUNTERSIGN_TEST_LOG ? 'inherit' : 'ignore', 'ipc'], execArgv: [], env: { PATH: process.env.PATH },
  });
  workers.set(name, worker);
  const [message] = (await once(worker, 'message')) as [unknown];
  expect(message).toEqual({ type: 'ready' });
}
async function kill(name: string, signal: NodeJS.Signals): Promise<number | null> {
  const worker = workers.get(name)!;
  const ended = once(worker, 'exit');
  worker.kill(signal);
  const [code] = (await ended) as [number | null];
  return code;
}

interface Running {
  readonly id: string;
  readonly attempt: number;
  readonly bundle: JobBundle;
  readonly parties: readonly string[];
  readonly accepts: string[];
}
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const bundleOf = (job: string): JobBundle => world.bundle(job, { approvals: [world.about('approval', 'Bank B', job)] });
const meanJob = (fields: Parameters<Consortium['job']>[1] = {}): string =>
  world.job('Bank A', { parties: banks, inputs: banks.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), ...fields });

function offerTo(nodes: readonly string[], job: string, attempt = 1, bundle = bundleOf(job), forMs = 120_000): Running {
  const id = jobIdOf(jobDigestIn(job));
  for (const node of nodes) gateway.send(node, { type: 'offer', job: id, attempt, bundle, acceptBy: inMs(60_000), endBy: inMs(forMs) });
  return { id, attempt, bundle, parties: nodes, accepts: [] };
}
async function accepted(running: Running): Promise<Running> {
  const { id, attempt, parties } = running;
  const accepts = await Promise.all(parties.map(async (node) => (await gateway.next(node, 'accept')).statement));
  for (const node of parties) gateway.send(node, { type: 'start', job: id, attempt, accepts });
  return { ...running, accepts };
}
async function held(running: Running): Promise<Running> {
  const started = await accepted(running);
  for (const node of running.parties) await gateway.next(node, 'held');
  return started;
}
/** Opens, and gives what each party signed. */
async function released({ id, attempt, parties }: Running): Promise<Record<string, unknown>[]> {
  for (const node of parties) gateway.send(node, { type: 'open', job: id, attempt });
  return Promise.all(parties.map(async (node) => verifyStatement((await gateway.next(node, 'finished')).receipt, { type: 'receipt', publicKey: world.node(node).approval.publicKey, now: new Date() })));
}
const resultOf = (name: string, id: string): ResultFile => ResultFile.parse(JSON.parse(readFileSync(join(homeOf(name), 'results', `${id}.json`), 'utf8')));
const values = banks.flatMap((name) => incomes[name]);
const mean = values.reduce((sum, value) => sum + value, 0) / values.length;

async function refusalOf(node: string): Promise<{ code: unknown; reason: unknown }> {
  const { statement } = await gateway.next(node, 'refuse');
  const { code, reason } = verifyStatement(statement, { type: 'refuse', publicKey: world.node(node).approval.publicKey, now: new Date() });
  return { code, reason };
}

/** Whether shares of a node had left in each of these attempts, which it was told to give up; what it says of others is passed over. */
async function stoppedOf(node: string, ids: readonly string[]): Promise<(boolean | undefined)[]> {
  const sent = new Map<string, boolean>();
  while (ids.some((id) => !sent.has(id))) {
    const { job, sharesSent } = await gateway.next(node, 'stopped');
    sent.set(job, sharesSent);
  }
  return ids.map((id) => sent.get(id));
}

beforeAll(async () => {
  const built = spawnSync(process.execPath, [join(root, 'bin/build.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  folder = mkdtempSync(join(tmpdir(), 'countersign-worker-'));
  gateway = await GatewayDouble.start(gatewayKey, nameOf, await freePort());
  for (const name of all) makeHome(name, gateway.port);
  await Promise.all(all.map(startWorker));
});
afterAll(async () => {
  await Promise.all([...workers.keys()].map((name) => (workers.get(name)!.exitCode === null ? kill(name, 'SIGTERM') : null)));
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('three workers verify an offer, compute, and only the receiver learns the mean', async () => {
  const running = await held(offerTo(banks, meanJob()));
  const receipts = await released(running);
  const { result, suite, rounds } = resultOf('Bank A', running.id);
  expect(result).toEqual({ mean: expect.closeTo(mean, 6) as number, count: values.length });
  expect(suite).toBe('additive-z64');
  expect(rounds).toBeGreaterThan(0);
  expect(new Set(receipts.map(({ transcript }) => transcript)).size).toBe(1);
  expect(new Set(receipts.map(({ plan }) => plan)).size).toBe(1);
  for (const other of ['Bank B', 'Bank C']) expect(() => resultOf(other, running.id)).toThrow('ENOENT');
  expect(statSync(join(homeOf('Bank A'), 'results', `${running.id}.json`)).mode & 0o777).toBe(0o600);
});

test('a linear score runs on disclosed row counts, in the order of the rows', async () => {
  const program = { name: 'Linear Score', digest: programByName('Linear Score')!.digest };
  const inputs = [{ node: 'Bank A', dataset: 'Weights', role: 'model' }, { node: 'Bank C', dataset: 'Loans', role: 'rows' }];
  const parties = ['Bank A', 'Bank C'];
  const running = await held(offerTo(parties, world.job('Bank C', { program, inputs, parties, parameters: {}, receivers: ['Bank C'] })));
  await released(running);
  const { result } = resultOf('Bank C', running.id);
  expect((result.scores as number[]).map((score) => score.toFixed(4))).toEqual(incomes['Bank C'].map((income) => (income * 0.5 + 0.25).toFixed(4)));
});

test('a receiver that is no party adds up sealed shares, which the control plane cannot replace', async () => {
  const running = await held(offerTo(banks, meanJob({ receivers: ['Auditor'] })));
  const sealing = Promise.all(banks.map(async (node) => (await gateway.next(node, 'sealed')).shares));
  await released(running);
  const shares = (await sealing).flat();
  const deliver = (altered: SealedShare[]): void =>
    gateway.send('Auditor', { type: 'sealed', job: running.id, attempt: 1, bundle: running.bundle, accepts: running.accepts, shares: altered });
  deliver([{ ...shares[0], from: 'Bank B' }, ...shares.slice(1)]);
  expect(await gateway.next('Auditor', 'aborted')).toMatchObject({ code: 'CS0745' });
  deliver([{ ...shares[0], kemCiphertext: shares[1].kemCiphertext, ciphertext: shares[1].ciphertext }, ...shares.slice(1)]);
  expect(await gateway.next('Auditor', 'aborted')).toMatchObject({ code: 'CS0150' });
  deliver(shares);
  await gateway.next('Auditor', 'delivered');
  expect(resultOf('Auditor', running.id).result).toEqual({ mean: expect.closeTo(mean, 6) as number, count: values.length });
});

test('what an operator has not accepted, or bad data, is refused with code and place', async () => {
  const path = join(homeOf('Bank C'), 'loans.csv');
  writeFileSync(path, 'income\n5\n4321.5\n');
  offerTo(['Bank C'], meanJob());
  const refusal = await refusalOf('Bank C');
  expect(refusal.code).toMatch(/^CS05/);
  expect(refusal.reason).toMatch(/income/);
  expect(refusal.reason).not.toMatch(/4321/);
  writeFileSync(path, `income\n${incomes['Bank C'].join('\n')}\n`);

  accept('Bank C', '0'.repeat(64));
  offerTo(['Bank C'], meanJob());
  expect(await refusalOf('Bank C')).toMatchObject({ code: 'CS0350' });
  accept('Bank C', world.policy.digest);

  const unsigned = meanJob();
  offerTo(['Bank C'], unsigned, 1, world.bundle(unsigned));
  expect(await refusalOf('Bank C')).toMatchObject({ code: 'CS0361' });
});

test('an attempt is accepted once, and never after a later one', async () => {
  const job = meanJob();
  const first = offerTo(['Bank B'], job, 2);
  await gateway.next('Bank B', 'accept');
  gateway.send('Bank B', { type: 'abort', job: first.id, attempt: 2, code: 'CS0700', reason: 'changed its mind' });
  for (const attempt of [2, 1]) {
    offerTo(['Bank B'], job, attempt);
    expect(await refusalOf('Bank B')).toMatchObject({ code: 'CS0740' });
  }
  offerTo(['Bank B'], job, 3);
  await gateway.next('Bank B', 'accept');
  gateway.send('Bank B', { type: 'abort', job: first.id, attempt: 3, code: 'CS0700', reason: 'changed its mind' });
});

test('one request is computed once: what ran is refused under every other attempt, also when it is over or the worker was restarted', async () => {
  const job = meanJob();
  const running = await held(offerTo(banks, job));
  await released(running);
  offerTo(['Bank C'], job, 2, running.bundle);
  expect(await refusalOf('Bank C')).toMatchObject({ code: 'CS0748' });
  await kill('Bank C', 'SIGTERM');
  await startWorker('Bank C');
  offerTo(['Bank C'], job, 3, running.bundle);
  expect(await refusalOf('Bank C')).toMatchObject({ code: 'CS0748' });
});

test('a control plane cannot go back to a policy that the operator has replaced, or to an older registration of the node itself', async () => {
  const policies = join(homeOf('Bank C'), 'policies.json');
  const entry = (digest: string, version: number) => ({ digest, version, file: 'test.policy', at: new Date().toISOString() });
  writeFileSync(policies, JSON.stringify({ accepted: [entry(world.policy.digest, 1), entry('0'.repeat(64), 2)] }));
  offerTo(['Bank C'], meanJob());
  expect(await refusalOf('Bank C')).toMatchObject({ code: 'CS0350' });
  accept('Bank C', world.policy.digest);

  const job = meanJob();
  const bundle = bundleOf(job);
  const newer = world.registration('Bank C', { version: 2 });
  offerTo(['Bank C'], job, 1, { ...bundle, registrations: [...bundle.registrations.filter((jws) => jws !== bundle.registrations[2]), newer] });
  await gateway.next('Bank C', 'accept');
  gateway.send('Bank C', { type: 'abort', job: jobIdOf(jobDigestIn(job)), attempt: 1, code: 'CS0700', reason: 'changed its mind' });
  offerTo(['Bank C'], meanJob());
  expect(await refusalOf('Bank C')).toMatchObject({ code: 'CS0335' });
  const peers = JSON.parse(readFileSync(join(homeOf('Bank C'), 'peers.json'), 'utf8')) as Record<string, { version?: number }>;
  delete peers['Bank C'].version;
  writeFileSync(join(homeOf('Bank C'), 'peers.json'), JSON.stringify(peers));
});

test('what was signed on this node against a job counts, also when the control plane keeps it to itself', async () => {
  const path = join(homeOf('Bank B'), 'own-statements.json');
  for (const type of ['veto', 'withdrawal'] as const) {
    const job = meanJob();
    const bundle = bundleOf(job);
    writeFileSync(path, JSON.stringify({ statements: [{ job: jobDigestIn(job), type, statement: world.about(type, 'Bank B', job), expiresAt: inMs(60_000) }] }));
    offerTo(['Bank B'], job, 1, bundle);
    expect(await refusalOf('Bank B')).toMatchObject({ code: type === 'veto' ? 'CS0360' : 'CS0361' });
  }
  rmSync(path);
});

test('a limit holds by the count of each worker, whatever the control plane offers and however often it is restarted', async () => {
  const sum = (): string => meanJob({ program: { name: 'Sum', digest: programByName('Sum')!.digest } });
  const counted = (node: string): string[] => readFileSync(join(homeOf(node), 'state/uses.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { digest: string; takenBack?: true }).filter(({ takenBack }) => !takenBack).map(({ digest }) => digest);
  const [first, second, third] = [sum(), sum(), sum()];
  await released(await held(offerTo(banks, first)));
  // Offered while there is room for one of the two: both are accepted.
  const start = async (running: Running): Promise<() => void> => {
    const accepts = await Promise.all(banks.map(async (node) => (await gateway.next(node, 'accept')).statement));
    return () => { for (const node of banks) gateway.send(node, { type: 'start', job: running.id, attempt: 1, accepts }); };
  };
  const two = offerTo(banks, second);
  const startTwo = await start(two);
  const running = offerTo(banks, third);
  const startThree = await start(running);
  startTwo();
  for (const node of banks) await gateway.next(node, 'held');
  startThree();
  for (const node of banks) expect(await gateway.next(node, 'aborted')).toMatchObject({ job: running.id, code: 'CS0749', sharesSent: false, reason: expect.stringContaining('Limit Bank A to 2 computations of Sum per year.') as string });
  await released({ ...two, accepts: [] });
  await kill('Bank C', 'SIGTERM');
  await startWorker('Bank C');
  for (const node of ['Bank A', 'Bank C']) {
    offerTo([node], sum());
    expect(await refusalOf(node)).toMatchObject({ code: 'CS0360', reason: expect.stringContaining('2 of 2 computations are used until') as string });
    expect(counted(node)).toEqual(expect.arrayContaining([first, second].map(jobDigestIn)));
    expect(counted(node)).not.toContain(jobDigestIn(third));
  }
});

test('an attempt that is given up says what had left: nothing before its start, perhaps something after', async () => {
  const before = offerTo(banks, meanJob());
  for (const node of banks) await gateway.next(node, 'accept');
  const after = await held(offerTo(banks, meanJob()));
  for (const { id } of [before, after]) gateway.send('Bank B', { type: 'abort', job: id, attempt: 1, code: 'CS0700', reason: 'cancelled' });
  expect(await stoppedOf('Bank B', [before.id, after.id])).toEqual([false, true]);
  for (const node of ['Bank A', 'Bank C']) {
    expect(await gateway.next(node, 'aborted')).toMatchObject({ job: after.id, code: 'CS0736', sharesSent: true });
    gateway.send(node, { type: 'abort', job: before.id, attempt: 1, code: 'CS0700', reason: 'cancelled' });
    expect(await stoppedOf(node, [before.id])).toEqual([false]);
  }
});

test('a group below the minimum ends the session before anything is opened', async () => {
  const program = { name: 'Count', digest: programByName('Count')!.digest };
  const running = await accepted(offerTo(banks, meanJob({ program, parameters: {} })));
  for (const node of banks) expect(await gateway.next(node, 'aborted')).toMatchObject({ job: running.id, code: 'CS0707' });
  expect(() => resultOf('Bank A', running.id)).toThrow('ENOENT');
});

test('a link that is slower than a sentence of the policy allows ends the session at its start, and a job that no such sentence speaks of runs over it', async () => {
  for (const purpose of ['trading', 'risk monitoring']) {
    const running = offerTo(banks, meanJob({ purpose }));
    const accepts = await Promise.all(banks.map(async (node) => (await gateway.next(node, 'accept')).statement));
    const { endpoint, rows } = JSON.parse(Buffer.from(accepts[1].split('.')[1], 'base64url').toString()) as { endpoint: string; rows: unknown[] };
    // Bank A reaches Bank B on a way that takes 700 ms there and back.
    const slow = await slowWay(Number(endpoint.split(':')[1]), 350);
    const detour = world.sign('Bank B', { type: 'accept', job: jobDigestIn(running.bundle.job), attempt: 1, policy: world.policy.digest, endpoint: `127.0.0.1:${slow.port}`, rows });
    for (const node of banks) gateway.send(node, { type: 'start', job: running.id, attempt: 1, accepts: node === 'Bank A' ? [accepts[0], detour, accepts[2]] : accepts });
    if (purpose === 'trading') {
      for (const node of banks) expect(await gateway.next(node, 'aborted')).toMatchObject({ job: running.id, sharesSent: false, ...(node === 'Bank C' ? { code: 'CS0736' } : { code: 'CS0739', blame: node === 'Bank A' ? 'Bank B' : 'Bank A' }) });
    } else {
      for (const node of banks) await gateway.next(node, 'held');
      await released({ ...running, accepts: [] });
    }
    slow.close();
  }
});

test('a start with an accept that is not of this attempt connects nobody', async () => {
  const running = offerTo(banks, meanJob());
  const accepts = await Promise.all(banks.map(async (node) => (await gateway.next(node, 'accept')).statement));
  const other = world.sign('Bank C', { type: 'accept', job: jobDigestIn(running.bundle.job), attempt: 7, policy: world.policy.digest, endpoint: '127.0.0.1:1', rows: [] });
  gateway.send('Bank A', { type: 'start', job: running.id, attempt: 1, accepts: [...accepts.slice(0, 2), other] });
  expect(await gateway.next('Bank A', 'aborted')).toMatchObject({ code: 'CS0371', sharesSent: false });
  gateway.send('Bank B', { type: 'start', job: running.id, attempt: 1, accepts: [accepts[0], world.sign('Bank B', { type: 'accept', job: jobDigestIn(running.bundle.job), attempt: 1, policy: world.policy.digest, endpoint: '127.0.0.1:1', rows: [] }), accepts[2]] });
  expect(await gateway.next('Bank B', 'aborted')).toMatchObject({ code: 'CS0747', sharesSent: false });
  gateway.send('Bank C', { type: 'abort', job: running.id, attempt: 1, code: 'CS0700', reason: 'others stopped' });
});

test('an attempt that is given up ends for all parties, and one that takes too long ends by itself', async () => {
  const given = await held(offerTo(banks, meanJob()));
  gateway.send('Bank A', { type: 'abort', job: given.id, attempt: 1, code: 'CS0700', reason: 'cancelled' });
  for (const node of ['Bank B', 'Bank C']) expect(await gateway.next(node, 'aborted')).toMatchObject({ job: given.id, code: 'CS0736' });
  // An order that comes too late changes nothing.
  gateway.send('Bank A', { type: 'open', job: given.id, attempt: 1 });
  const job = meanJob();
  const late = await held(offerTo(banks, job, 1, bundleOf(job), 8_000));
  const codes = await Promise.all(banks.map(async (node) => (await gateway.next(node, 'aborted')).code));
  expect(codes).toContain('CS0733');
  expect(codes.every((code) => code === 'CS0733' || code === 'CS0736')).toBe(true);
  expect(() => resultOf('Bank A', late.id)).toThrow('ENOENT');
});

test('reports that are not acknowledged are sent again after the control plane is back', async () => {
  gateway.acknowledges = false;
  const running = await held(offerTo(banks, meanJob()));
  const { port } = gateway;
  await gateway.stop();
  gateway = await GatewayDouble.start(gatewayKey, nameOf, port);
  for (const node of banks) {
    const hello = await gateway.next(node, 'hello');
    expect(hello.sessions).toContainEqual({ job: running.id, attempt: 1 });
    for (const type of ['accept', 'running', 'held'] as const) expect(await gateway.next(node, type)).toMatchObject({ job: running.id });
  }
  expect(await released(running)).toHaveLength(3);
  await gateway.next('Auditor', 'hello');
  const unacknowledged = (): string[] => banks.flatMap((node) => readdirSync(join(homeOf(node), 'state/reports')));
  for (const deadline = Date.now() + 60_000; unacknowledged().length > 0 && Date.now() < deadline; ) await new Promise((wake) => setTimeout(wake, 50));
  expect(unacknowledged()).toEqual([]);
});

test('a worker killed in a session: the others abort in three seconds, it says so when it is back, and the next job runs', async () => {
  const running = await held(offerTo(banks, meanJob()));
  const killedAt = performance.now();
  await kill('Bank B', 'SIGKILL');
  for (const node of ['Bank A', 'Bank C']) expect(await gateway.next(node, 'aborted')).toMatchObject({ job: running.id, blame: 'Bank B', sharesSent: true });
  expect(performance.now() - killedAt).toBeLessThan(3_000);
  await startWorker('Bank B');
  expect(await gateway.next('Bank B', 'aborted')).toMatchObject({ job: running.id, attempt: 1, code: 'CS0744' });
  await released(await held(offerTo(banks, meanJob())));
});

test('a worker that is asked to end tells everybody first', async () => {
  const running = await held(offerTo(banks, meanJob()));
  expect(await kill('Bank C', 'SIGTERM')).toBe(0);
  expect(await gateway.next('Bank C', 'aborted')).toMatchObject({ job: running.id, code: 'CS0744' });
  expect(await gateway.next('Bank A', 'aborted')).toMatchObject({ job: running.id, code: 'CS0736' });
  await startWorker('Bank C');
});

test('a control plane with another key than the pinned one gets nothing', async () => {
  const impostor = await GatewayDouble.start(SigningKey.generate('ML-DSA-65'), nameOf);
  await kill('Auditor', 'SIGTERM');
  pointHomeAt('Auditor', impostor.port);
  const worker = fork(join(root, 'dist/apps/worker/src/main.js'), ['--home', homeOf('Auditor'), '--with-parent'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [], env: { PATH: process.env.PATH } });
  workers.set('Auditor', worker);
  const [line] = (await once(worker.stderr!, 'data')) as [Buffer];
  expect(line.toString()).toContain('CS0722');
  expect(impostor.isConnected('Auditor')).toBe(false);
  await kill('Auditor', 'SIGTERM');
  await impostor.stop();
});

function pointHomeAt(name: string, port: number): void {
  const path = join(homeOf(name), 'node.json');
  const node = JSON.parse(readFileSync(path, 'utf8')) as NodeFile;
  writeFileSync(path, JSON.stringify({ ...node, controlPlane: { ...node.controlPlane, port } }));
}
