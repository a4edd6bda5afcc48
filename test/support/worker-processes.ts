import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobIdOf, ResultFile, type JobBundle, type NodeFile } from '#contract';
import { SigningKey, toBase64Url, verifyStatement, writeKeyFile } from '#pqc';
import { Consortium, GatewayDouble, jobDigestIn } from '#testing';
import { freePort } from './free-port.js';

/**
 * Real worker processes with real homes, against a gateway that a spec plays. State is that of the module, which every spec file has for itself; `playedForAll` begins
 * and ends it.
 */

export const root = join(import.meta.dirname, '../..');
export const banks = ['Bank A', 'Bank B', 'Bank C'];
export const all = [...banks, 'Auditor'];
export const incomes: Record<string, number[]> = { 'Bank A': [100, 200, 300], 'Bank B': [10.5, 20.5], 'Bank C': [999, 1, 0.25, 7] };
export const world = new Consortium({
  nodes: all, policy: 'Allow anyone to compute only if Bank B signs.\nEvery result of Count must cover at least 25 records.\nLimit Bank A to 2 computations of Sum per year.\nEvery computation for trading must use links with a round trip of at most 600 ms.', now: new Date(Date.now() - 1_000),
  datasets: (node) => {
    if (node === 'Auditor') return [];
    const rows = { name: 'Loans', tags: ['credit'], maxRows: 16, columns: { income: { type: 'number' as const, min: '0', max: '1000' } } };
    const weights = { name: 'Weights', tags: [], maxRows: 1, columns: { income: { type: 'number' as const, min: '-1', max: '1' }, intercept: { type: 'number' as const, min: '-1', max: '1' } } };
    return node === 'Bank A' ? [rows, weights] : [rows];
  },
});
const gatewayKey = SigningKey.generate('ML-DSA-65');
export const nameOf = (linkKey: Uint8Array): string | undefined => [...world.nodes.values()].find(({ link }) => Buffer.from(link.publicKey).equals(linkKey))?.name;

let folder: string;
export let gateway: GatewayDouble;
export const workers = new Map<string, ChildProcess>();
export const homeOf = (name: string): string => join(folder, name.replace(' ', '-'));

export function makeHome(name: string, port: number): void {
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
export function accept(name: string, digest: string): void {
  writeFileSync(join(homeOf(name), 'policies.json'), JSON.stringify({ accepted: [{ digest, version: 1, file: 'test.policy', at: new Date().toISOString() }] }));
}

export async function startWorker(name: string): Promise<void> {
  const worker = fork(join(root, 'dist/apps/worker/src/main.js'), ['--home', homeOf(name), '--with-parent'], {
    stdio: ['ignore', 'ignore', process.env.COUNTERSIGN_TEST_LOG ? 'inherit' : 'ignore', 'ipc'], execArgv: [], env: { PATH: process.env.PATH },
  });
  workers.set(name, worker);
  const [message] = (await once(worker, 'message')) as [unknown];
  expect(message).toEqual({ type: 'ready' });
}
export async function kill(name: string, signal: NodeJS.Signals): Promise<number | null> {
  const worker = workers.get(name)!;
  const ended = once(worker, 'exit');
  worker.kill(signal);
  const [code] = (await ended) as [number | null];
  return code;
}

export interface Running {
  readonly id: string;
  readonly attempt: number;
  readonly bundle: JobBundle;
  readonly parties: readonly string[];
  readonly accepts: string[];
}
export const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
export const bundleOf = (job: string): JobBundle => world.bundle(job, { approvals: [world.about('approval', 'Bank B', job)] });
export const meanJob = (fields: Parameters<Consortium['job']>[1] = {}): string =>
  world.job('Bank A', { parties: banks, inputs: banks.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), ...fields });

export function offerTo(nodes: readonly string[], job: string, attempt = 1, bundle = bundleOf(job), forMs = 120_000): Running {
  const id = jobIdOf(jobDigestIn(job));
  for (const node of nodes) gateway.send(node, { type: 'offer', job: id, attempt, bundle, acceptBy: inMs(60_000), endBy: inMs(forMs) });
  return { id, attempt, bundle, parties: nodes, accepts: [] };
}
export async function accepted(running: Running): Promise<Running> {
  const { id, attempt, parties } = running;
  const accepts = await Promise.all(parties.map(async (node) => (await gateway.next(node, 'accept')).statement));
  for (const node of parties) gateway.send(node, { type: 'start', job: id, attempt, accepts });
  return { ...running, accepts };
}
export async function held(running: Running): Promise<Running> {
  const started = await accepted(running);
  for (const node of running.parties) await gateway.next(node, 'held');
  return started;
}
/** Opens, and gives what each party signed. */
export async function released({ id, attempt, parties }: Running): Promise<Record<string, unknown>[]> {
  for (const node of parties) gateway.send(node, { type: 'open', job: id, attempt });
  return Promise.all(parties.map(async (node) => verifyStatement((await gateway.next(node, 'finished')).receipt, { type: 'receipt', publicKey: world.node(node).approval.publicKey, now: new Date() })));
}
export const resultOf = (name: string, id: string): ResultFile => ResultFile.parse(JSON.parse(readFileSync(join(homeOf(name), 'results', `${id}.json`), 'utf8')));
export const values = banks.flatMap((name) => incomes[name]);
export const mean = values.reduce((sum, value) => sum + value, 0) / values.length;

export async function refusalOf(node: string): Promise<{ code: unknown; reason: unknown }> {
  const { statement } = await gateway.next(node, 'refuse');
  const { code, reason } = verifyStatement(statement, { type: 'refuse', publicKey: world.node(node).approval.publicKey, now: new Date() });
  return { code, reason };
}

/** Whether shares of a node had left in each of these attempts, which it was told to give up; what it says of others is passed over. */
export async function stoppedOf(node: string, ids: readonly string[]): Promise<(boolean | undefined)[]> {
  const sent = new Map<string, boolean>();
  while (ids.some((id) => !sent.has(id))) {
    const { job, sharesSent } = await gateway.next(node, 'stopped');
    sent.set(job, sharesSent);
  }
  return ids.map((id) => sent.get(id));
}

/** The gateway of before is gone, and another one listens at its port. */
export async function restartGateway(): Promise<void> {
  const { port } = gateway;
  await gateway.stop();
  gateway = await GatewayDouble.start(gatewayKey, nameOf, port);
}

export function pointHomeAt(name: string, port: number): void {
  const path = join(homeOf(name), 'node.json');
  const node = JSON.parse(readFileSync(path, 'utf8')) as NodeFile;
  writeFileSync(path, JSON.stringify({ ...node, controlPlane: { ...node.controlPlane, port } }));
}

/** Starts all workers before the tests of a spec file, and ends them after; called once in it. */
export function playedForAll(): void {
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
}
