import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../apps/control-plane/src/database/embedded-postgres.js';
import { type JobView } from '../libs/contract/src/index.js';
import { BankProcesses, stopped, type Bank, type MeanWishes } from './support/bank-processes.js';
import { CrashingSessions, type CrashPoint } from './support/crashing-session.js';

/** Workers of real processes, killed with SIGKILL together with their session at a chosen message of it: jobs go on to the end, or end everywhere. */

const root = join(import.meta.dirname, '..');
const ROWS = 200;
const POLICY = 'Allow anyone to compute.\nEvery result of Mean must cover at least 25 records.\nLimit everyone to 90 computations per year.\n';

/** All inputs are shared by then. The first of a comparison, the transcripts, the outputs. */
const COMPUTING: CrashPoint = { label: ['shamir-p61/1', 'round'], frame: 4 };
const CONFIRMING: CrashPoint = { label: ['transcript-confirmation/1', 'seen'], frame: 1 };
const OPENING: CrashPoint = { label: ['shamir-p61/1', 'output'], frame: 0 };
/** They are not. */
const SHARING: CrashPoint = { label: ['shamir-p61/1', 'input'], frame: 1 };

const four = ['Bank A', 'Bank B', 'Bank C', 'Bank D'] as const;

let folder: string;
let postgres: EmbeddedPostgres;
let banks: BankProcesses;
let crashing: CrashingSessions;

beforeAll(async () => {
  const built = spawnSync(process.execPath, [join(root, 'bin/build.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  folder = mkdtempSync(join(tmpdir(), 'countersign-vanishing-'));
  chmodSync(folder, 0o711);
  crashing = new CrashingSessions(join(root, 'dist'));
  postgres = await startEmbeddedPostgres(join(folder, 'pg'));
  await postgres.createDatabase('vanishing');
  banks = await BankProcesses.open(folder, postgres.url('vanishing'), { rows: ROWS, policy: POLICY, count: 5 });
});
afterAll(async () => {
  await banks?.close();
  await postgres?.stop();
  crashing?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a Mean in which these banks crash at these points, to its end; starts their workers again. */
async function run(wishes: MeanWishes, crashes: Readonly<Partial<Record<Bank, CrashPoint>>>): Promise<JobView> {
  const victims = Object.keys(crashes) as Bank[];
  for (const bank of victims) {
    await stopped(banks.workers.get(bank)!);
    await banks.startWorker(bank, crashing.preloadAt(crashes[bank]!));
  }
  const dying = Promise.all(victims.map((bank) => once(banks.workers.get(bank)!, 'exit')));
  const { id } = await banks.client('Bank A').submitJob(banks.mean({ suite: 'shamir-p61', ...wishes }));
  const job = await banks.until(id, ['released'], 150_000);
  // The faults did fire, and nothing else ended the processes.
  for (const [, signal] of await dying) expect(signal).toBe('SIGKILL');
  for (const bank of victims) await banks.startWorker(bank);
  return job;
}

const outcome = ({ state, code, reason, vanished = [], receipts, history }: JobView): object =>
  ({ state, code, reason, vanished: vanished.map(({ node }) => node).sort(), receipts: receipts.map(({ node }) => node).sort(), held: history.some(({ to }) => to === 'held') });
const countAt = (bank: Bank, { id }: JobView): unknown => (banks.home(bank).result(id)?.result as { count?: number } | undefined)?.count;

/** A worker that came back has learnt of it, has no result, and takes part in the next job like any other. */
async function expectBack(job: JobView, vanished: readonly Bank[]): Promise<void> {
  for (const bank of vanished) {
    const deadline = Date.now() + 90_000;
    while (!banks.logOf(bank).includes(`"job":"${job.id}","attempt":1,"code":"CS0682"`)) {
      if (Date.now() > deadline) throw new Error(`${bank} does not learn that ${job.id} went on without it`);
      await new Promise((wake) => setTimeout(wake, 50));
    }
    expect(countAt(bank, job)).toBeUndefined();
  }
  expect((await banks.operator.job(job.id)).state).toBe(job.state);
}

const released = { state: 'released', code: undefined, reason: undefined, held: true };
const audited = async (job: JobView): Promise<unknown> => (await banks.audit(job)).findings;

it('one of four is killed while they compute: the others hold, open and sign, and whoever comes back finds it over', async () => {
  const before = (await banks.operator.limits())[0].used;
  const job = await run({ parties: four }, { 'Bank C': COMPUTING });
  expect(outcome(job)).toEqual({ ...released, vanished: ['Bank C'], receipts: ['Bank A', 'Bank B', 'Bank D'] });
  expect(job.receipts.map(({ without }) => without)).toEqual([['Bank C'], ['Bank C'], ['Bank C']]);
  expect(countAt('Bank A', job)).toBe(4 * ROWS);
  await expectBack(job, ['Bank C']);
  expect(Number((await banks.operator.limits())[0].used)).toBe(Number(before) + 1);
  expect(await banks.audit(job)).toMatchObject({ findings: [], vanished: [{ job: job.id, party: 'bank-c', suite: 'shamir-p61', parties: 4 }] });
});

it('two of five are killed, one before it holds and a receiver while they open: the other receiver gets the result', async () => {
  const job = await run({ receivers: ['Bank A', 'Bank B'] }, { 'Bank C': CONFIRMING, 'Bank B': OPENING });
  expect(outcome(job)).toEqual({ ...released, vanished: ['Bank B', 'Bank C'], receipts: ['Bank A', 'Bank D', 'Bank E'] });
  expect(countAt('Bank A', job)).toBe(5 * ROWS);
  await expectBack(job, ['Bank B', 'Bank C']);
  expect(await audited(job)).toEqual([]);
});

it('a receiver that is no party gets the result from the shares of those who stay', async () => {
  const job = await run({ parties: four, receivers: ['Bank E'] }, { 'Bank B': CONFIRMING });
  expect(outcome(job)).toEqual({ ...released, vanished: ['Bank B'], receipts: ['Bank A', 'Bank C', 'Bank D'] });
  expect(countAt('Bank E', job)).toBe(4 * ROWS);
  await expectBack(job, ['Bank B']);
  expect(await audited(job)).toEqual([]);
});

it.each<[string, MeanWishes, Partial<Record<Bank, CrashPoint>>]>([
  ['three of five', {}, { 'Bank B': CONFIRMING, 'Bank C': CONFIRMING, 'Bank D': CONFIRMING }],
  ['one before all inputs are shared', {}, { 'Bank D': SHARING }],
  ['the only receiver', { receivers: ['Bank B'] }, { 'Bank B': CONFIRMING }],
])('%s killed are too many: the job is aborted everywhere, and the next one runs', async (_, wishes, crashes) => {
  const job = await run(wishes, crashes);
  expect(job).toMatchObject({ state: 'aborted', code: expect.stringMatching(/^CS07(0[2]|3[67]|51|54|44)$/) as string });
  for (const bank of banks.names) expect(countAt(bank, job)).toBeUndefined();
  // Nobody is left working on it.
  const next = await run({}, {});
  expect(outcome(next)).toEqual({ ...released, vanished: [], receipts: [...banks.names] });
  expect(countAt('Bank A', next)).toBe(5 * ROWS);
  expect(await audited(next)).toEqual([]);
});
