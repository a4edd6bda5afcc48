import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { type DutyView, type JobView } from '#contract';
import { codeOf, Consortium } from './support/consortium.js';
import { TestDatabases } from './support/databases.js';
import { FaithfulWorker } from './support/faithful-worker.js';
import { TestPerson, type TestNode } from './support/test-node.js';

let databases: TestDatabases;
let banks: Consortium;
const workers: FaithfulWorker[] = [];
let policy: string;

beforeAll(async () => {
  databases = await TestDatabases.start();
  banks = await Consortium.open(await databases.fresh(), databases.newHome());
  const source = 'Bank A may compute.\nAfter every computation on Loans, notify Bank C within 1 hour.\nResults of Mean must be deleted after 30 days.\n';
  ({ digest: policy } = await banks.admin.publishPolicy({ file: 'duties.policy', source }));
  for (const node of [banks.nodes.a, banks.nodes.b]) workers.push(new FaithfulWorker(node, banks.controlPlane.gatewayPort));
});
afterAll(async () => {
  for (const worker of workers) worker.stop();
  await banks?.stop();
  await databases?.stop();
});

async function released(): Promise<JobView> {
  const { id } = await banks.admin.submitJob(banks.nodes.a.job(policy).jws);
  return banks.untilState(id, 'released');
}
const of = (job: JobView, kind: DutyView['kind']): DutyView => job.duties.find((duty) => duty.kind === kind)!;
const word = (node: TestNode, job: JobView, duty: DutyView, fields: object = {}): string => node.statement('attestation', { job: job.digest, duty: duty.digest, ...fields });
const leavesOf = async (job: string, type: string): Promise<number> => (await banks.admin.auditEntries({ subject: job, type })).items.length;
async function until(is: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 90_000; !(await is()); ) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

describe('duties', () => {
  test('are owed from the release on, with who owes them, until when, and by which sentence', async () => {
    const { b } = banks.nodes;
    const denied = await banks.admin.submitJob(b.job(policy).jws);
    expect([denied.state, denied.duties]).toEqual(['denied', []]);
    const job = await released();
    const releasedAt = Date.parse(job.history.at(-1)!.at);
    expect(job.duties.map(({ kind, by, state, rule, attestations }) => [kind, by, state, rule.sentence, attestations])).toEqual([
      ['notify', ['Bank C'], 'open', 'After every computation on Loans, notify Bank C within 1 hour.', []],
      ['delete', ['Bank A'], 'open', 'Results of Mean must be deleted after 30 days.', []],
    ]);
    for (const [duty, seconds] of [[of(job, 'notify'), 3_600], [of(job, 'delete'), 30 * 86_400]] as const) expect(Math.abs(Date.parse(duty.dueAt) - releasedAt - seconds * 1_000)).toBeLessThan(2_000);
    expect((await banks.admin.duties({ by: 'Bank C', job: job.id })).items).toEqual([of(job, 'notify')]);
  });

  test('are done by the word of those who owe them, and of nobody else', async () => {
    const { a, b, c } = banks.nodes;
    const [job, other] = [await released(), await released()];
    const notice = of(job, 'notify');
    expect(await codeOf(banks.admin.attest(notice.id, word(b, job, notice)))).toBe('CS0450');
    expect(await codeOf(banks.admin.attest(notice.id, word(a, job, notice)))).toBe('CS0450');
    expect(await codeOf(banks.admin.attest(notice.id, word(c, job, of(other, 'notify'))))).toBe('CS0451');
    expect(await codeOf(banks.admin.attest(notice.id, word(c, other, notice)))).toBe('CS0451');
    expect(await codeOf(banks.admin.attest(notice.id, c.statement('attestation', { job: job.digest, duty: notice.digest }, { key: b.keys.approval })))).toBe('CS0305');
    expect(await codeOf(banks.admin.attest(notice.id, c.about('approval', job, policy)))).toBe('CS0306');
    expect(await codeOf(banks.admin.attest(`duty_${'0'.repeat(20)}`, word(c, job, notice)))).toBe('CS0404');
    expect(of(await banks.admin.job(job.id), 'notify')).toEqual(notice);
    const told = word(c, job, notice, { note: 'by telephone' });
    expect(await banks.admin.attest(notice.id, told)).toMatchObject({ state: 'done', attestations: [{ signer: 'Bank C', note: 'by telephone' }] });
    expect((await banks.admin.attest(notice.id, told)).attestations).toHaveLength(1);
    expect((await banks.admin.duties({ state: 'done', job: job.id })).items.map(({ id }) => id)).toEqual([notice.id]);
    await until(async () => (await leavesOf(job.id, 'duty.attested')) > 0);
    expect(await leavesOf(job.id, 'duty.attested')).toBe(1);
  });

  test('that nobody did in time are overdue, which the log says once, and what is done late is done', async () => {
    const job = await released();
    const notice = of(job, 'notify');
    await banks.controlPlane.application.get(DataSource).query("UPDATE duties SET due_at = now() - interval '1 second' WHERE id = $1", [notice.id]);
    await until(async () => of(await banks.admin.job(job.id), 'notify').state === 'overdue');
    expect((await banks.admin.duties({ state: 'overdue' })).items.map(({ id }) => id)).toEqual([notice.id]);
    await until(async () => (await leavesOf(job.id, 'duty.overdue')) > 0);
    await new Promise((wake) => setTimeout(wake, 2_500));
    expect(await leavesOf(job.id, 'duty.overdue')).toBe(1);
    expect((await banks.admin.attest(notice.id, word(banks.nodes.c, job, notice))).state).toBe('done');
    expect((await banks.admin.duties({ state: 'overdue' })).items).toEqual([]);
  });

  test('of a worker are attested over its own link', async () => {
    const job = await released();
    const deletion = of(job, 'delete');
    // One socket for each node.
    workers[0].stop();
    const worker = await banks.nodes.a.connect(banks.controlPlane.gatewayPort, { behave: 'silent' });
    // One that does not hold is acknowledged and forgotten.
    await worker.acked(worker.report({ type: 'attested', duty: deletion.id, statement: word(banks.nodes.b, job, deletion) }));
    expect(of(await banks.admin.job(job.id), 'delete').state).toBe('open');
    await worker.acked(worker.report({ type: 'attested', duty: deletion.id, statement: word(banks.nodes.a, job, deletion) }));
    expect(of(await banks.admin.job(job.id), 'delete').state).toBe('done');
    worker.close();
  });

  test('come page by page, the first due first', async () => {
    const seen: DutyView[] = [];
    for (let after: string | undefined; ; ) {
      const { items, next } = await banks.admin.duties({ limit: 2, ...(after === undefined ? {} : { after }) });
      seen.push(...items);
      if (next === undefined) break;
      after = next;
    }
    const all = (await banks.admin.duties({ limit: 200 })).items;
    expect(seen).toEqual(all);
    expect(all.length).toBeGreaterThan(4);
    expect(all.map(({ dueAt }) => dueAt)).toEqual(all.map(({ dueAt }) => dueAt).sort());
    expect(await codeOf(banks.admin.duties({ after: 'x' }))).toBe('CS0400');
  });

  test('of a role are attested by a person who holds it, with her own key over her own link', async () => {
    const { a, c } = banks.nodes;
    const [dana, eve, cleo] = [new TestPerson('Dana', 'Bank C', ['Data Protection']), new TestPerson('Eve', 'Bank C', ['Data Protection']), new TestPerson('Cleo', 'Bank C', ['Security'])];
    await c.employ(banks.client(c), 2, [dana, eve, cleo]);
    ({ digest: policy } = await banks.admin.publishPolicy({ file: 'duties.policy', source: 'Bank A may compute.\nAfter every computation, notify Data Protection within 1 hour.\n' }));
    workers.push(new FaithfulWorker(a, banks.controlPlane.gatewayPort));
    const job = await released();
    const notice = of(job, 'notify');
    expect(notice.by).toEqual(['Dana of Bank C', 'Eve of Bank C']);
    const attest = (person: TestPerson, key = person.keys.approval): Promise<DutyView> =>
      person.client(banks.controlPlane.gatewayPort).attest(notice.id, person.statement('attestation', { job: job.digest, duty: notice.digest }, { key }));
    expect(await codeOf(attest(cleo))).toBe('CS0450');
    expect(await codeOf(attest(dana, dana.keys.link))).toBe('CS0305');
    expect(await codeOf(banks.admin.attest(notice.id, word(c, job, notice)))).toBe('CS0450');
    expect(of(await banks.admin.job(job.id), 'notify')).toEqual(notice);
    // One of those who are to be notified is enough.
    expect(await attest(dana)).toMatchObject({ state: 'done', attestations: [{ signer: 'Dana of Bank C' }] });
    await until(async () => (await leavesOf(job.id, 'duty.attested')) > 0);
    const [{ actor, leaf }] = (await banks.admin.auditEntries({ subject: job.id, type: 'duty.attested' })).items;
    expect(`${actor} ${Buffer.from(leaf, 'base64url').toString()}`).not.toContain('Dana');
    expect(actor).toContain(dana.keys.approval.kid);
  });
});
