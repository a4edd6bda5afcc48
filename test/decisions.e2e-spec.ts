import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { type DecisionRecord } from '#contract';
import { compile, decide } from '#policy';
import { PolicyBook } from '../apps/control-plane/src/policies/policy-book.service.js';
import { codeOf, Consortium } from './support/consortium.js';
import { TestDatabases } from './support/databases.js';

let databases: TestDatabases;
let banks: Consortium;
beforeAll(async () => {
  databases = await TestDatabases.start();
  banks = await Consortium.open(await databases.fresh(), databases.newHome());
});
afterAll(async () => {
  await banks?.stop();
  await databases?.stop();
});

async function recorded(job?: string): Promise<DecisionRecord[]> {
  const all: DecisionRecord[] = [];
  for await (const record of banks.admin.everyDecision({ limit: 2, ...(job === undefined ? {} : { job }) })) all.push(record);
  return all;
}

describe('links', () => {
  test('show what each party measured last, of parties of its job alone', async () => {
    const { a, b } = banks.nodes;
    const workers = [await a.connect(banks.controlPlane.gatewayPort, { behave: 'run' }), await b.connect(banks.controlPlane.gatewayPort, { behave: 'run' })];
    const job = await banks.authorised();
    await banks.untilState(job.id, 'running');
    const measured = (microseconds: number, node = 'Bank B') => ({ type: 'measured' as const, job: job.id, attempt: 1, roundTrips: [{ node, microseconds }] });
    for (const report of [measured(9_000), measured(1_500), measured(1, 'Bank C')]) await workers[0].acked(workers[0].report(report));
    expect(await banks.admin.links()).toEqual([{ measuredBy: 'Bank A', peer: 'Bank B', microseconds: 1_500, at: expect.any(String), job: job.id }]);
    await banks.admin.cancelJob(job.id);
    for (const worker of workers) worker.close();
  });
});

describe('recorded decisions', () => {
  let job: { id: string; jws: string; digest: string };

  test('are one for each new answer or new fact, and none for the same again', async () => {
    job = banks.nodes.a.job(banks.policy, { notBefore: new Date(Date.now() + 600).toISOString() });
    await banks.admin.submitJob(job.jws);
    const approval = banks.nodes.b.about('approval', job, banks.policy);
    await banks.admin.approve(job.id, approval);
    await banks.admin.approve(job.id, approval);
    const workers = [await banks.nodes.a.connect(banks.controlPlane.gatewayPort, { behave: 'accept' }), await banks.nodes.b.connect(banks.controlPlane.gatewayPort, { behave: 'accept' })];
    // Decided again when it is offered, on the same facts.
    await banks.untilState(job.id, 'accepted');
    for (const worker of workers) worker.close();
    expect((await recorded(job.id)).map(({ outcome, decidedBy, facts }) => [outcome, decidedBy, facts.signatures.map(({ signer }) => signer)])).toEqual([['needs_signatures', 'policy', []], ['allow', 'policy', ['Bank B']]]);
  });

  test('give the same answer when they are decided again from what was recorded', async () => {
    await banks.admin.submitJob(banks.nodes.c.job(banks.policy).jws);
    const vetoed = banks.nodes.a.job(banks.policy);
    await banks.admin.submitJob(vetoed.jws);
    await banks.admin.veto(vetoed.id, banks.nodes.b.about('veto', vetoed, banks.policy));
    const all = await recorded();
    expect(new Set(all.map(({ outcome }) => outcome))).toEqual(new Set(['needs_signatures', 'allow', 'deny']));
    const book = banks.controlPlane.application.get(PolicyBook);
    for (const { policy, request, facts, outcome, summary, rules, decidedBy } of all) {
      const { source, file, registry, digest } = await book.byVersion(banks.controlPlane.application.get(DataSource).manager, policy.version);
      const compiled = compile(source, registry, file);
      if (!compiled.ok) throw new Error('the policy does not compile');
      expect([compiled.policy.digest, digest]).toEqual([policy.digest, policy.digest]);
      const replayed = decide(compiled.policy, request, facts);
      expect(decidedBy === 'veto' ? replayed.outcome : { outcome: replayed.outcome, summary: replayed.summary, rules: replayed.rules }).toEqual(decidedBy === 'veto' ? 'needs_signatures' : { outcome, summary, rules });
    }
    expect(all.filter(({ decidedBy }) => decidedBy === 'veto').map(({ job, outcome, summary }) => [job, outcome, summary])).toEqual([[vetoed.id, 'deny', 'Bank B refused to sign']]);
  });

  test('come page by page, in their order, and cannot be changed', async () => {
    const all = await recorded();
    expect(all.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq).sort((x, y) => x - y));
    const page = await banks.admin.decisions({ limit: 2, after: String(all[0].seq) });
    expect([page.items.map(({ seq }) => seq), page.next]).toEqual([all.slice(1, 3).map(({ seq }) => seq), String(all[2].seq)]);
    expect(await codeOf(banks.admin.decisions({ after: 'x' }))).toBe('CS0400');
    await expect(banks.controlPlane.application.get(DataSource).query("UPDATE decisions SET outcome = 'allow'")).rejects.toThrow('append-only');
  });
});
