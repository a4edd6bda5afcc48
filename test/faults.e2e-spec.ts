import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chmodSync } from 'node:fs';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../apps/control-plane/src/database/embedded-postgres.js';
import { type JobState, type JobView } from '../libs/contract/src/index.js';
import { ROOT } from '../apps/cli/src/root.js';
import { BankProcesses, killed, stopped } from './support/bank-processes.js';
import { CrashingSessions } from './support/crashing-session.js';

const POLICY = `Allow Bank A to run Mean and Linear Score only if Bank B signs.
Only Bank A may receive the results of Mean and Linear Score.
Requesters must not sign their own jobs.
Limit Bank A to 90 computations of Mean per year.
`;
/** A job goes this way when nothing goes wrong; the control plane is killed before and after the commit of every step of it. */
const WAY: readonly (readonly [from: string, to: JobState])[] = [
  ['new', 'submitted'], ['submitted', 'needs_signatures'], ['needs_signatures', 'authorised'], ['authorised', 'offered'],
  ['offered', 'accepted'], ['accepted', 'running'], ['running', 'held'], ['held', 'released'],
];
const CRASHES = WAY.flatMap(([from, to]) => (['before', 'after'] as const).map((when) => `${from}->${to}:${when}`));

describe('faults: real processes are killed with SIGKILL', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  let banks: BankProcesses;
  let crashing: CrashingSessions;

  beforeAll(async () => {
    crashing = new CrashingSessions(join(ROOT, 'dist'));
    folder = mkdtempSync(join(tmpdir(), 'countersign-faults-'));
    chmodSync(folder, 0o711);
    postgres = await startEmbeddedPostgres(join(folder, 'pg'));
    await postgres.createDatabase('faults');
    banks = await BankProcesses.open(folder, postgres.url('faults'), { rows: 3_000, policy: POLICY });
  });
  afterAll(async () => {
    await banks?.close();
    await postgres?.stop();
    crashing?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Every transition once, each from the state that the one before led to; a new attempt may go its way again. */
  const expectLegal = ({ history }: JobView): void => {
    history.forEach(({ from }, i) => expect(from).toBe(i === 0 ? undefined : history[i - 1].to));
    const steps = history.map(({ from, to, attempt }) => `${from}->${to}#${attempt}`);
    expect(new Set(steps).size).toBe(steps.length);
  };

  it.each(CRASHES)('a control plane killed at %s loses nothing that was acknowledged and carries the job on', async (crashAt) => {
    await killed(banks.controlPlane);
    await banks.startControlPlane({ COUNTERSIGN_TEST_FAILPOINTS: '1', CS_CRASH_AT: crashAt });
    const died = once(banks.controlPlane, 'exit', { signal: AbortSignal.timeout(120_000) });
    const jws = banks.mean();
    const acknowledged: string[] = [];
    const client = banks.client('Bank A');
    const submitted = await client.submitJob(jws).then(({ id }) => (acknowledged.push(id), id), () => undefined);
    if (submitted) await banks.sign('Bank B', submitted).catch(() => undefined);
    const [, signal] = (await died) as [number | null, string | null];
    expect(signal).toBe('SIGKILL'); // The fault did fire, and nothing else ended the process.

    await banks.startControlPlane();
    for (const id of acknowledged) expect((await banks.operator.job(id)).id).toBe(id);
    // A client that got no answer sends the very same request again.
    const { id, state } = await retried(() => client.submitJob(jws));
    if (submitted) expect(id).toBe(submitted);
    if (state === 'needs_signatures' || state === 'submitted') {
      await banks.until(id, ['needs_signatures'], 90_000);
      await retried(() => banks.sign('Bank B', id));
    }
    const job = await banks.until(id, ['released'], 120_000);
    expect({ state: job.state, code: job.code, reason: job.reason }).toEqual({ state: 'released', code: undefined, reason: undefined });
    expectLegal(job);
    expect(job.receipts).toHaveLength(3);
    expect(banks.home('Bank A').result(id)?.result).toMatchObject({ count: 9_000 });
    // Whatever was killed when: nothing that a job drew is lost, and nothing stays reserved.
    const done = await banks.operator.jobs({ state: 'released', limit: 200 });
    expect((await banks.operator.limits()).map(({ used }) => used)).toEqual([String(done.items.length)]);
    expect((await banks.audit(job)).findings).toEqual([]);
  });

  it('a worker killed in a session aborts the job within ten seconds; the others stay up and the next job runs', async () => {
    // In the midst of the rounds, however fast the machine is.
    await stopped(banks.workers.get('Bank C')!);
    await banks.startWorker('Bank C', crashing.preloadAt({ label: ['additive-z64/2', 'round'], frame: 1 }, 'worker'));
    const died = once(banks.workers.get('Bank C')!, 'exit', { signal: AbortSignal.timeout(120_000) });
    const { id } = await banks.client('Bank A').submitJob(banks.scores());
    await banks.sign('Bank B', id);
    expect(((await died) as [number | null, string | null])[1]).toBe('SIGKILL');
    const killedAt = Date.now();
    const job = await banks.until(id, ['aborted'], 90_000);
    expect(job.history.map(({ to }) => to)).toContain('running');
    expect(job.state).toBe('aborted');
    expect(job.reason).toMatch(/Bank C/);
    expect(Date.now() - killedAt).toBeLessThan(10_000);
    for (const bank of ['Bank A', 'Bank B'] as const) expect(banks.workers.get(bank)!.exitCode ?? banks.workers.get(bank)!.signalCode).toBeNull();
    expect(banks.home('Bank A').result(id)).toBeUndefined();

    await banks.startWorker('Bank C');
    const next = await banks.client('Bank A').submitJob(banks.scores());
    await banks.sign('Bank B', next.id);
    const second = await banks.until(next.id, ['released'], 120_000);
    expect(second.state).toBe('released');
    expect((await banks.audit(second)).findings).toEqual([]);
  });
});

/** Asks again while the answer is lost with the connection, as clients do. */
async function retried<T>(ask: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 60_000; ; ) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline || !/ECONN|EPIPE|socket|hang up/i.test(`${(error as { code?: string }).code} ${(error as Error).message}`)) throw error;
      await new Promise((wake) => setTimeout(wake, 200));
    }
  }
}
