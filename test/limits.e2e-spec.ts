import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { type JobState, type JobView } from '#contract';
import { Dispatcher } from '../apps/control-plane/src/dispatch/dispatcher.service.js';
import { usesOf } from '../apps/control-plane/src/ledger/limit-counters.js';
import { startControlPlane } from '../apps/control-plane/src/start.js';
import { Consortium, testConfig } from './support/consortium.js';
import { TestDatabases } from './support/databases.js';
import { FaithfulWorker } from './support/faithful-worker.js';
import { stoppedAfterEach } from './support/in-use.js';
import { type TestWorker } from './support/test-node.js';

/** Limits over real PostgreSQL, several control planes and workers that report what a spec wants. */

let databases: TestDatabases;
beforeAll(async () => {
  databases = await TestDatabases.start();
});
afterAll(() => databases?.stop());
const { use } = stoppedAfterEach();

const PERMITS = 'Bank A may compute.\nBank B may compute.\n';
const MEANS_OF_A = `${PERMITS}Limit Bank A to 3 computations of Mean per year.\n`;

async function open(policy: string): Promise<{ banks: Consortium; url: string; digest: string }> {
  const url = await databases.fresh();
  const banks = use(await Consortium.open(url, databases.newHome()));
  const { digest } = await banks.admin.publishPolicy({ file: 'limits.policy', source: policy });
  return { banks, url, digest };
}

async function submit(banks: Consortium, policy: string, wishes: Parameters<Consortium['nodes']['a']['job']>[1] = {}, node = banks.nodes.a): Promise<JobView> {
  return banks.admin.submitJob(node.job(policy, wishes).jws);
}

const rowsOf = <T>(banks: Consortium, sql: string, parameters: unknown[] = []): Promise<T[]> => banks.controlPlane.application.get(DataSource).query(sql, parameters);
const usesIn = (banks: Consortium): Promise<{ job_id: string; state: string }[]> => rowsOf(banks, 'SELECT job_id, state FROM job_uses ORDER BY job_id');
const stateOfUse = async (banks: Consortium, id: string): Promise<string> => (await usesIn(banks)).find(({ job_id }) => job_id === id)?.state ?? 'none';
const workersOf = (banks: Consortium, ports: readonly number[]): FaithfulWorker[] => [banks.nodes.a, banks.nodes.b].map((node, i) => use(new FaithfulWorker(node, ports[i % ports.length])));

describe('a limit', () => {
  test('of three is used by exactly three of eight jobs that two control planes dispatch at once', async () => {
    const { banks, url, digest } = await open(MEANS_OF_A);
    const second = use(await startControlPlane(testConfig(url, banks.home)));
    const jobs = await Promise.all(Array.from({ length: 8 }, () => submit(banks, digest)));
    expect(new Set(jobs.map(({ state }) => state))).toEqual(new Set(['authorised']));
    workersOf(banks, [banks.controlPlane.gatewayPort, second.gatewayPort]);
    const dispatchers = [banks.controlPlane, second].map(({ application }) => application.get(Dispatcher));
    await Promise.all(Array.from({ length: 24 }, (_, i) => dispatchers[i % 2].offerNext()));
    const ended = await Promise.all(jobs.map(({ id }) => banks.untilState(id, 'released', 'denied')));
    const of = (state: JobState): JobView[] => ended.filter((job) => job.state === state);
    expect([of('released').length, of('denied').length]).toEqual([3, 5]);
    const nextYear = `${new Date().getUTCFullYear() + 1}-01-01T00:00:00.000Z`;
    expect(await banks.admin.limits()).toEqual([{ of: 'computations', most: '3', used: '3', left: '0', from: `${new Date().getUTCFullYear()}-01-01T00:00:00.000Z`, until: nextYear, rule: expect.objectContaining({ sentence: 'Limit Bank A to 3 computations of Mean per year.' }) }]);
    for (const { reason } of of('denied')) expect(reason).toContain(`3 of 3 computations are used until ${nextYear}`);
    expect((await usesIn(banks)).map(({ state }) => state)).toEqual(['charged', 'charged', 'charged']);
    // At submission and in a dry run as well, before anything is dispatched.
    const late = await submit(banks, digest);
    expect([late.state, late.decision.rules.map(({ sentence }) => sentence)]).toEqual(['denied', ['Limit Bank A to 3 computations of Mean per year.']]);
    const asked = { as: 'Bank A', program: 'Mean', inputs: [{ node: 'Bank B', dataset: 'Loans', role: 'rows' }], receivers: ['Bank A'] };
    expect(await banks.admin.decide(asked)).toMatchObject({ outcome: 'deny', summary: expect.stringContaining(nextYear) });
    expect((await banks.admin.decide({ ...asked, program: 'Count' })).outcome).toBe('allow');
  });

  test('counts what was computed before its sentence was in force, and a new amount keeps the count', async () => {
    const { banks, digest } = await open(PERMITS);
    workersOf(banks, [banks.controlPlane.gatewayPort]);
    const before = await Promise.all([submit(banks, digest), submit(banks, digest), submit(banks, digest, { program: 'Count', parameters: {} })]);
    for (const { id } of before) await banks.untilState(id, 'released');
    const limited = await banks.admin.publishPolicy({ file: 'limits.policy', source: MEANS_OF_A });
    await banks.untilState((await submit(banks, limited.digest)).id, 'released');
    expect((await submit(banks, limited.digest)).state).toBe('denied');
    const raised = await banks.admin.publishPolicy({ file: 'limits.policy', source: MEANS_OF_A.replace('3 computations', '4 computations') });
    await banks.untilState((await submit(banks, raised.digest)).id, 'released');
    expect((await submit(banks, raised.digest)).state).toBe('denied');
  });

  test('counts what was computed while its sentence was out of force', async () => {
    const { banks, digest } = await open(MEANS_OF_A);
    workersOf(banks, [banks.controlPlane.gatewayPort]);
    await banks.untilState((await submit(banks, digest)).id, 'released');
    const unlimited = await banks.admin.publishPolicy({ file: 'limits.policy', source: PERMITS });
    for (let i = 0; i < 2; i++) await banks.untilState((await submit(banks, unlimited.digest)).id, 'released');
    await banks.admin.publishPolicy({ file: 'limits.policy', source: MEANS_OF_A });
    expect(await submit(banks, digest)).toMatchObject({ state: 'denied', reason: expect.stringContaining('3 of 3 computations are used until') });
    const wider = await banks.admin.publishPolicy({ file: 'limits.policy', source: MEANS_OF_A.replace('3 computations', '4 computations') });
    await banks.untilState((await submit(banks, wider.digest)).id, 'released');
    expect((await submit(banks, wider.digest)).state).toBe('denied');
    expect(await rowsOf(banks, 'SELECT count(*)::int AS n FROM limit_draws')).toEqual([{ n: 4 }]);
  });

  test('adds epsilon exactly: ten times 0.1 is 1', async () => {
    const { banks, digest } = await open(`${PERMITS}Limit Bank A to a total epsilon of 1 per year.\n`);
    workersOf(banks, [banks.controlPlane.gatewayPort]);
    const ask = (epsilon: string) => submit(banks, digest, { privacy: { mechanism: 'discrete-laplace', epsilon } });
    for (let i = 0; i < 10; i++) await banks.untilState((await ask('0.1')).id, 'released');
    expect(await ask('0.01')).toMatchObject({ state: 'denied', reason: expect.stringContaining('an epsilon of 1 of 1 is used until') });
    expect(await rowsOf(banks, 'SELECT sum(amount)::text AS sum, count(*)::int AS n FROM limit_draws')).toEqual([{ sum: '1.0', n: 10 }]);
  });

  test('that another control plane draws on at this moment stops no job under other limits, and nothing waits for it', async () => {
    const { banks, url, digest } = await open(`${MEANS_OF_A}Limit Bank A to 9 computations of Count per year.\n`);
    const hold = new pg.Client({ connectionString: url });
    await hold.connect();
    try {
      workersOf(banks, [banks.controlPlane.gatewayPort]);
      await banks.untilState((await submit(banks, digest)).id, 'released');
      await hold.query('BEGIN');
      expect((await hold.query('SELECT 1 FROM limit_counters FOR UPDATE')).rowCount).toBe(1);
      const mean = await submit(banks, digest);
      const count = await submit(banks, digest, { program: 'Count', parameters: {} });
      // Read while it is locked.
      expect((await submit(banks, digest)).state).toBe('authorised');
      await banks.untilState(count.id, 'released');
      expect((await banks.admin.job(mean.id)).state).toBe('authorised');
      await hold.query('COMMIT');
      await banks.untilState(mean.id, 'released');
    } finally {
      await hold.end();
    }
  });

  test('of which the counter is just being made elsewhere is not waited for either', async () => {
    const { banks, url, digest } = await open(`${MEANS_OF_A}Limit Bank A to 9 computations of Count per year.\n`);
    const hold = new pg.Client({ connectionString: url });
    await hold.connect();
    try {
      const mean = await submit(banks, digest);
      const [{ facts }] = (await banks.admin.decisions({ job: mean.id })).items;
      await hold.query('BEGIN');
      await hold.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`limit ${facts.uses![0].key}`]);
      workersOf(banks, [banks.controlPlane.gatewayPort]);
      await banks.untilState((await submit(banks, digest, { program: 'Count', parameters: {} })).id, 'released');
      expect((await banks.admin.job(mean.id)).state).toBe('authorised');
      await hold.query('ROLLBACK');
      await banks.untilState(mean.id, 'released');
    } finally {
      await hold.end();
    }
  });
});

describe('what a job has drawn', () => {
  let banks: Consortium;
  let digest: string;
  let workers: TestWorker[] = [];
  const connect = async (behaviours: Parameters<Consortium['nodes']['a']['connect']>[1][]): Promise<void> => {
    workers = await Promise.all([banks.nodes.a, banks.nodes.b].map((node, i) => node.connect(banks.controlPlane.gatewayPort, behaviours[i])));
  };
  beforeAll(async () => {
    banks = await Consortium.open(await databases.fresh(), databases.newHome(), { COUNTERSIGN_ACCEPT_SECONDS: '1' });
    ({ digest } = await banks.admin.publishPolicy({ file: 'limits.policy', source: `${PERMITS}Limit Bank A to 90 computations per year.\n` }));
  });
  afterEach(() => {
    for (const worker of workers.splice(0)) worker.close();
  });
  afterAll(() => banks?.stop());
  const used = async (): Promise<string> => {
    const asked = (await banks.admin.decisions({ limit: 200 })).items.at(-1)!;
    const { application } = banks.controlPlane;
    const [{ period_from: from }] = await rowsOf<{ period_from: Date }>(banks, 'SELECT period_from FROM limit_counters');
    const [use] = await usesOf(application.get(DataSource).manager, [{ key: asked.facts.uses![0].key, from: from.toISOString() } as never]);
    return use.used;
  };

  test('is kept once while it is offered again, and given back when it is cancelled before it started', async () => {
    await connect([{ behave: 'accept' }, { behave: 'silent' }]);
    const { id } = await submit(banks, digest);
    const twice = async (): Promise<void> => {
      while ((await banks.admin.job(id)).attempt < 2) await new Promise((wake) => setTimeout(wake, 25));
    };
    await twice();
    expect(await stateOfUse(banks, id)).toBe('reserved');
    expect(await used()).toBe('1');
    expect(await rowsOf(banks, 'SELECT count(*)::int AS n FROM limit_draws WHERE job_id = $1', [id])).toEqual([{ n: 1 }]);
    await banks.admin.cancelJob(id);
    expect([await stateOfUse(banks, id), await used()]).toEqual(['refunded', '0']);
  });

  test('is given back when a worker refuses', async () => {
    await connect([{ behave: 'accept' }, { behave: 'refuse' }]);
    const { id } = await submit(banks, digest);
    await banks.untilState(id, 'refused');
    expect([await stateOfUse(banks, id), await used()]).toEqual(['refunded', '0']);
  });

  test('is given back after a start when every party says that no share left, and not before', async () => {
    await connect([{ behave: 'run' }, { behave: 'run' }]);
    const { id } = await submit(banks, digest);
    // On a busy machine an offer may be made again before it is accepted.
    const { attempt } = await banks.untilState(id, 'running');
    const about = { job: id, attempt };
    await workers[0].acked(workers[0].report({ type: 'aborted', ...about, code: 'CS0739', reason: 'slow', sharesSent: false }));
    expect([(await banks.admin.job(id)).state, await stateOfUse(banks, id)]).toEqual(['aborted', 'charged']);
    await workers[1].until((message) => message.type === 'abort' && message.job === id);
    await workers[1].acked(workers[1].report({ type: 'stopped', ...about, sharesSent: false }));
    expect([await stateOfUse(banks, id), await used()]).toEqual(['refunded', '0']);
  });

  test.each([
    ['one party says that a share left', async (id: string, attempt: number) => {
      const about = { job: id, attempt };
      await workers[0].acked(workers[0].report({ type: 'aborted', ...about, code: 'CS0737', reason: 'lost', sharesSent: true }));
      await workers[1].acked(workers[1].report({ type: 'stopped', ...about, sharesSent: false }));
      // It cannot take its word back.
      await workers[0].acked(workers[0].report({ type: 'stopped', ...about, sharesSent: false }));
    }],
    ['one party says nothing', async (id: string, attempt: number) => {
      await workers[0].acked(workers[0].report({ type: 'aborted', job: id, attempt, code: 'CS0737', reason: 'lost', sharesSent: false }));
    }],
    ['it is cancelled by its requester', async (id: string) => void (await banks.admin.cancelJob(id))],
    ['the outputs were held, whatever the parties say then', async (id: string, attempt: number) => {
      for (const worker of workers) await worker.acked(worker.report({ type: 'held', job: id, attempt, plan: 'a'.repeat(64) }));
      await banks.admin.cancelJob(id);
      for (const worker of workers) await worker.acked(worker.report({ type: 'stopped', job: id, attempt, sharesSent: false }));
    }],
  ] as [string, (id: string, attempt: number) => Promise<void>][])('stays charged when %s', async (_, end) => {
    await connect([{ behave: 'run' }, { behave: 'run' }]);
    const { id } = await submit(banks, digest);
    const { attempt } = await banks.untilState(id, 'running');
    const before = Number(await used());
    await end(id, attempt);
    expect([await stateOfUse(banks, id), await used()]).toEqual(['charged', String(before)]);
  });
});
