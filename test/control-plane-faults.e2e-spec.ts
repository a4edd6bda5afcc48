import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { ApiClient, TRANSITIONS } from '#contract';
import { fromBase64Url } from '#pqc';
import { auditLog } from '#tlog';
import { Sequencer } from '../apps/control-plane/src/audit/sequencer.service.js';
import { Dispatcher } from '../apps/control-plane/src/dispatch/dispatcher.service.js';
import { crashPointNames } from '../apps/control-plane/src/jobs/crash-points.js';
import { startControlPlane } from '../apps/control-plane/src/start.js';
import { Consortium, operatorKey, testConfig } from './support/consortium.js';
import { ControlPlaneProcess } from './support/control-plane-process.js';
import { TestDatabases } from './support/databases.js';
import { FaithfulWorker } from './support/faithful-worker.js';
import { stoppedAfterEach } from './support/in-use.js';
import { operator, raw } from './support/transports.js';

let databases: TestDatabases;
beforeAll(async () => {
  databases = await TestDatabases.start();
});
afterAll(() => databases?.stop());
const { use, stopNewest } = stoppedAfterEach();

const built = existsSync(join(import.meta.dirname, '..', 'dist', 'apps', 'control-plane', 'src', 'main.js'));

async function rows<T>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

/** No state without event and leaf, no leaf without state, nothing twice. */
async function expectWhole(url: string): Promise<void> {
  const waiting = async (): Promise<number> => (await rows<{ n: number }>(url, 'SELECT count(*)::int AS n FROM outbox'))[0].n;
  // The control planes' own sequencers may be at it.
  for (const deadline = Date.now() + 90_000; (await waiting()) > 0 && Date.now() < deadline; ) await new Promise((wake) => setTimeout(wake, 50));
  expect(await waiting()).toBe(0);
  expect(await rows(url, `SELECT j.id FROM jobs j WHERE j.event_count <> (SELECT count(*) FROM job_events e WHERE e.job_id = j.id)
    OR j.state <> (SELECT to_state FROM job_events e WHERE e.job_id = j.id ORDER BY seq DESC LIMIT 1)`)).toEqual([]);
  expect(await rows(url, `SELECT subject FROM (
      SELECT job_id AS subject, seq - 1 AS n, coalesce(from_state, '') || '>' || to_state AS step FROM job_events
      EXCEPT ALL
      SELECT subject, row_number() OVER (PARTITION BY subject ORDER BY idx) - 1, coalesce(from_state, '') || '>' || to_state FROM leaves WHERE to_state IS NOT NULL) AS missing`)).toEqual([]);
  expect(await rows(url, 'SELECT count(*)::int AS n FROM leaves WHERE to_state IS NOT NULL')).toEqual(await rows(url, 'SELECT count(*)::int AS n FROM job_events'));
  expect(await rows(url, 'SELECT max(idx)::int + 1 - count(*)::int AS gaps FROM leaves')).toEqual([{ gaps: 0 }]);
}

async function expectVerified(admin: ApiClient, logVkey: string): Promise<void> {
  const checkpoint = await admin.checkpoint();
  const leaves: Uint8Array[] = [];
  for await (const entry of admin.everyAuditEntry()) leaves.push(fromBase64Url(entry.leaf));
  expect(auditLog(checkpoint.note, leaves.slice(0, checkpoint.size), { logVkey, transitions: TRANSITIONS }).findings).toEqual([]);
}

(built ? describe : describe.skip)('a control plane in a process of its own', () => {
  test('every transition of the table has its two crash points', () => {
    const legal = Object.values(TRANSITIONS).flat().length + 1;
    expect(crashPointNames().size).toBe(2 * legal);
  });

  test('killed with its database’s parent leaves a server behind, and the next start recovers it', async () => {
    const home = databases.newHome();
    const first = use(await ControlPlaneProcess.start('embedded', { COUNTERSIGN_HOME: home }));
    await expect(ControlPlaneProcess.start('embedded', { COUNTERSIGN_HOME: home })).rejects.toThrow('CS0010');
    const admin = () => operatorKey(home);
    await new ApiClient(operator(first.ready.httpPort, admin())).createApiKey({ name: 'kept', scopes: ['read'] });
    await first.kill();
    const orphan = Number(readFileSync(join(home, 'pg', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
    expect(() => process.kill(orphan, 0)).not.toThrow();
    const second = use(await ControlPlaneProcess.start('embedded', { COUNTERSIGN_HOME: home }));
    expect((await new ApiClient(operator(second.ready.httpPort, admin())).apiKeys()).map(({ name }) => name)).toContain('kept');
    expect(await second.kill('SIGTERM')).toBe(0);
    expect(existsSync(join(home, 'pg', 'data', 'postmaster.pid'))).toBe(false);
  });

  test('a failpoint is refused outside of tests', async () => {
    await expect(ControlPlaneProcess.start('main', { COUNTERSIGN_HOME: databases.newHome(), CS_CRASH_AT: 'held->released:after' })).rejects.toThrow('CS0002');
    await expect(ControlPlaneProcess.start('main', { COUNTERSIGN_HOME: databases.newHome(), COUNTERSIGN_TEST_FAILPOINTS: '1', CS_CRASH_AT: 'nowhere' })).rejects.toThrow('CS0002');
  });
});

describe('two control planes on one database', () => {
  test('share the work: each job is offered once, the log has one sequence, events reach both', async () => {
    const [url, home] = [await databases.fresh(), databases.newHome()];
    const banks = use(await Consortium.open(url, home));
    const second = use(await startControlPlane(testConfig(url, home)));
    const other = new ApiClient(operator(second.httpPort, operatorKey(home)));
    const workers = [[banks.nodes.a, banks.controlPlane.gatewayPort], [banks.nodes.b, second.gatewayPort]] as const;
    for (const [node, port] of workers) use(new FaithfulWorker(node, port));
    const jobs = await Promise.all(Array.from({ length: 12 }, async (_, i) => {
      const job = banks.nodes.a.job(banks.policy);
      await (i % 2 ? banks.admin : other).submitJob(job.jws);
      await (i % 3 ? banks.admin : other).approve(job.id, banks.nodes.b.about('approval', job, banks.policy));
      return job.id;
    }));
    const followed = (async () => {
      let last = '';
      for await (const event of other.watchJob(jobs[0])) if (event.type === 'state') last = event.event.to;
      return last;
    })();
    for (const id of jobs) {
      const view = await banks.untilState(id, 'released', 'aborted');
      expect([view.state, view.attempt, view.reason]).toEqual(['released', 1, undefined]);
    }
    expect(await followed).toBe('released');
    // Both at once, over and over: the lock lets one in.
    const sequencers = [banks.controlPlane.application.get(Sequencer), second.application.get(Sequencer)];
    await Promise.all(Array.from({ length: 20 }, (_, i) => sequencers[i % 2].sequence()));
    await Promise.all(sequencers.map((sequencer) => sequencer.checkpoint()));
    await expectWhole(url);
    await expectVerified(other, second.serviceInfo.logVkey);
  });

  test('offer a job of many waiting ones once each, whoever asks first', async () => {
    const [url, home] = [await databases.fresh(), databases.newHome()];
    const banks = use(await Consortium.open(url, home));
    const second = use(await startControlPlane(testConfig(url, home)));
    const jobs = await Promise.all(Array.from({ length: 6 }, () => banks.authorised()));
    const workers = [await banks.nodes.a.connect(banks.controlPlane.gatewayPort, { behave: 'silent' }), await banks.nodes.b.connect(second.gatewayPort, { behave: 'silent' })];
    const dispatchers = [banks.controlPlane.application.get(Dispatcher), second.application.get(Dispatcher)];
    await Promise.all(Array.from({ length: 8 }, (_, i) => dispatchers[i % 2].offerNext()));
    for (const job of jobs) await banks.untilState(job.id, 'offered');
    expect(await rows(url, "SELECT count(*)::int AS n FROM job_events WHERE to_state = 'offered'")).toEqual([{ n: 6 }]);
    expect(await rows(url, 'SELECT DISTINCT attempt FROM jobs')).toEqual([{ attempt: 1 }]);
    for (const worker of workers) worker.close();
  });
});

describe('the log in the database', () => {
  test('refuses UPDATE, DELETE and TRUNCATE, and a log that was changed nevertheless is signed no more', async () => {
    const url = await databases.fresh();
    const banks = use(await Consortium.open(url, databases.newHome()));
    const database = banks.controlPlane.application.get(DataSource);
    for (const change of ["UPDATE leaves SET type = 'x'", 'DELETE FROM leaves', 'TRUNCATE leaves CASCADE', 'DELETE FROM checkpoints', 'TRUNCATE job_events']) {
      await expect(database.query(change)).rejects.toThrow('append-only');
    }
    const sequencer = banks.controlPlane.application.get(Sequencer);
    for (let signed = 0; signed < 6; ) {
      await sequencer.sequence();
      await sequencer.checkpoint();
      [{ signed }] = await rows<{ signed: number }>(url, 'SELECT coalesce(max(size), 0)::int AS signed FROM checkpoints');
    }
    await stopNewest();
    // As a restored old backup would be: the end is missing.
    await rows(url, 'ALTER TABLE leaves DISABLE TRIGGER leaves_append_only; DELETE FROM leaf_bodies; DELETE FROM leaves WHERE idx >= 5');
    const after = use(await startControlPlane(testConfig(url, banks.home)));
    const ask = () => raw(operator(after.httpPort, undefined), 'GET', '/health/ready');
    // Found by the next checkpoint, which is due each second.
    let ready = await ask();
    for (const deadline = Date.now() + 90_000; ready.status === 200 && Date.now() < deadline; ) {
      await new Promise((wake) => setTimeout(wake, 50));
      ready = await ask();
    }
    expect([ready.status, (JSON.parse(ready.text) as { code: string }).code]).toEqual([503, 'CS0808']);
  });
});
