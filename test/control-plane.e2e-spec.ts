import { describe, test, expect, beforeAll, afterAll } from '@jest/globals';
import { auditLog } from '#tlog';
import { TRANSITIONS } from '#contract';
import { fromBase64Url } from '#pqc';
import { Consortium } from './support/consortium.js';
import { TestDatabases } from './support/databases.js';

let databases: TestDatabases;
let banks: Consortium;
beforeAll(async () => {
  databases = await TestDatabases.start();
  banks = await Consortium.open(await databases.fresh(), databases.newHome());
}, 60_000);
afterAll(async () => {
  await banks?.stop();
  await databases?.stop();
});

describe('a computation from request to release', () => {
  test('is decided, signed, offered, run and released, and the log tells it', async () => {
    const { a, b } = banks.nodes;
    const port = banks.controlPlane.gatewayPort;
    const [workerA, workerB] = [await a.connect(port), await b.connect(port)];
    const job = a.job(banks.policy);
    const submitted = await banks.client(a).submitJob(job.jws);
    expect(submitted.state).toBe('needs_signatures');
    expect(submitted.decision.canSign).toEqual(['Bank B']);
    await banks.client(b).approve(job.id, b.about('approval', job, banks.policy));
    const view = await banks.untilState(job.id, 'released');
    expect(view.history.map(({ to }) => to)).toEqual(['submitted', 'needs_signatures', 'authorised', 'offered', 'accepted', 'running', 'held', 'released']);
    expect(view.receipts.map(({ node }) => node)).toEqual(['Bank A', 'Bank B']);
    workerA.close();
    workerB.close();

    await new Promise((wake) => setTimeout(wake, 1_500));
    const checkpoint = await banks.admin.checkpoint();
    const leaves: Uint8Array[] = [];
    for await (const entry of banks.admin.everyAuditEntry()) leaves.push(fromBase64Url(entry.leaf));
    const report = auditLog(checkpoint.note, leaves.slice(0, checkpoint.size), { logVkey: banks.controlPlane.serviceInfo.logVkey, transitions: TRANSITIONS });
    expect(report.findings).toEqual([]);
    expect(report.leavesOfType['session.released']).toBe(1);
  }, 30_000);
});
