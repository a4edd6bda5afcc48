import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../apps/cli/src/command-line.js';
import { AnswerThreads } from '../apps/control-plane/src/policies/answer-threads.service.js';
import { codeOf, Consortium, POLICY } from './support/consortium.js';
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
const draft = (source: string) => ({ file: 'draft.policy', source });

const folder = mkdtempSync(join(tmpdir(), 'countersign-answers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A command of the operator, who has no node. */
async function command(...args: readonly string[]): Promise<{ readonly exit: number; readonly out: string }> {
  let out = '';
  const streams = { out: (text: string) => void (out += text), err: () => undefined, outIsTerminal: false, errIsTerminal: false, inIsTerminal: false };
  const env = { COUNTERSIGN_HOME: folder, COUNTERSIGN_API_KEY: banks.key, COUNTERSIGN_URL: `http://127.0.0.1:${banks.controlPlane.httpPort}` };
  return { exit: await runCommandLine(args, { streams, env, clock: () => new Date() }), out };
}

describe('what is asked of a policy, over REST', () => {
  test('its analysis, of the one in force and of a draft', async () => {
    expect(await banks.admin.analysePolicy()).toEqual({ findings: [] });
    const { findings } = await banks.admin.analysePolicy({ policy: draft(`${POLICY}Never allow anyone to compute on Loans.\n`) });
    expect(findings).toMatchObject([{ code: 'CS0261', severity: 'error', rules: [{ file: 'draft.policy', line: 1 }, { line: 3 }], example: { job: { requester: { node: 'Bank A' } }, outcome: 'deny' } }]);
  });

  test('who can do what, by the names that are registered', async () => {
    const { possible } = await banks.admin.whoCan({ dataset: 'Loans' });
    expect(possible.map(({ who, program, receivers, missing }) => [who, program, receivers, missing.map(({ of }) => of)])).toEqual([
      ['Bank A', 'Count', ['Bank A', 'Bank B', 'Bank C'], [['Bank B']]],
      ['Bank A', 'Mean', ['Bank A'], [['Bank B']]],
    ]);
    expect(await banks.admin.whoCan({ who: 'Bank C' })).toEqual({ possible: [] });
  });

  test('the cases of a test', async () => {
    const job = { as: 'Bank A', program: 'Mean', dataset: 'Loans' };
    const suite = { now: '2026-10-05T12:00:00.000Z', cases: [{ name: 'waits', job, expect: { outcome: 'needs_signatures' as const, missing: ['Bank B'] } }, { name: 'wrong', job, signatures: ['Bank B'], expect: 'deny' as const }] };
    const { cases, uncovered } = await banks.admin.testPolicy({ suite });
    expect(cases).toMatchObject([{ name: 'waits', passed: true }, { name: 'wrong', passed: false, differences: [{ what: 'outcome', expected: 'deny' }] }]);
    expect(uncovered).toMatchObject([{ line: 2 }]);
  });

  test('the difference from another policy, with the recorded decisions that it would change and the sentence that does', async () => {
    const job = await banks.authorised();
    const refused = banks.nodes.c.job(banks.policy);
    await banks.admin.submitJob(refused.jws).catch(() => undefined);
    const after = draft('Bank A may run Mean and Count on Loans only if Bank C signs.\nOnly Bank A may receive the results of Mean.\n');
    const { sentences, decisions, replayed } = await banks.admin.comparePolicies({ after, history: true });
    expect(sentences).toMatchObject([{ change: 'changed', before: { file: 'credit.policy', line: 1 }, after: { file: 'draft.policy', line: 1 } }]);
    expect(replayed).toBeGreaterThanOrEqual(2);
    expect(decisions).toMatchObject([
      { id: expect.stringContaining(job.id), from: 'needs_signatures', to: 'needs_signatures', by: { side: 'after', rule: { line: 1 } } },
      { id: expect.stringContaining(job.id), from: 'allow', to: 'needs_signatures', by: { side: 'after', rule: { file: 'draft.policy', line: 1 } } },
    ]);
    expect(await banks.admin.comparePolicies({ after: { version: 1 }, history: true })).toMatchObject({ sentences: [], decisions: [] });
    expect((await banks.admin.comparePolicies({ before: { version: 1 }, after })).decisions).toBeUndefined();
  });

  test('a draft that does not compile is refused with its diagnostics, and so is a version that never was', async () => {
    const asked = { policy: draft('Allow Bank Z to compute.') };
    await expect(banks.admin.analysePolicy(asked)).rejects.toMatchObject({ code: 'CS0425', problem: { diagnostics: [{ code: 'CS0214' }] } });
    for (const ask of [banks.admin.analysePolicy, banks.admin.whoCan]) expect(await codeOf(ask({ policy: { version: 99 } }))).toBe('CS0404');
    expect(await codeOf(banks.admin.comparePolicies({ after: draft('x') }))).toBe('CS0425');
  });

  test('one that takes long keeps nobody else from being answered', async () => {
    const long = draft(Array.from({ length: 400 }, (_, i) => `Allow Bank A to run Mean on Loans for "purpose ${i}" only if at least 2 of Bank A, Bank B and Bank C sign.`).join('\n'));
    const threads = banks.controlPlane.application.get(AnswerThreads);
    const threadOf = (): unknown => Reflect.get(threads, 'thread');
    const before = threadOf();
    let answered = false;
    // One alone may be over too soon to be noticed.
    const analysis = Promise.all(Array.from({ length: 8 }, () => banks.admin.analysePolicy({ policy: long }))).finally(() => (answered = true));
    // Its draft is compiled first, on the event loop.
    while (threadOf() === before) await new Promise((wake) => setTimeout(wake, 5));
    let meanwhile = 0;
    for (; !answered && meanwhile < 3; meanwhile++) await banks.admin.currentPolicy();
    expect(meanwhile).toBe(3);
    await analysis;
  });

  test('on the command line, by somebody who has no node', async () => {
    const after = join(folder, 'draft.policy');
    writeFileSync(after, 'Bank A may run Mean and Count on Loans only if Bank C signs.\n');
    const { exit, out } = await command('policy', 'diff', after, '--history');
    expect(exit).toBe(0);
    expect(out).toMatch(/LOOSER: what it held back[\s\S]*2 decisions of \d recorded would be another:\n {2}job_[0-9a-f]+ #1 .*needs signatures → needs signatures[\s\S]*by the new draft\.policy:1 {3}"Bank A may run Mean and Count on Loans only if Bank C signs\."/);
    expect(await command('policy', 'diff', '1', '1', '--history')).toMatchObject({ exit: 0, out: expect.stringContaining('0 decisions of') });
    expect(await command('policy', 'analyse', '--current')).toMatchObject({ exit: 0, out: 'nothing was found\n' });
    expect((await command('policy', 'who-can', '--as', 'Bank A', '--dataset', 'Loans')).out).toMatch(/Bank A {2}Count .*Bank B/);
    expect(await command('policy', 'who-can', '--as', 'Bank C')).toMatchObject({ exit: 2, out: 'nobody can, whoever signs\n' });
    const asked = await command('can-i', 'Count', '--as', 'Bank C', '--dataset', 'Loans', '--nodes', 'Bank A,Bank B', '--receivers', 'Bank C');
    expect(asked.exit).toBe(2);
    expect(asked.out).toMatch(/would signatures help\? {3}no\n {2}nearest request that is allowed {3}the same, asked by Bank A/);
  });
});
