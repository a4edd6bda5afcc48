import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../command-line.js';
import { ROOT } from '../../root.js';

/** The commands that need no control plane, on copies of the example policies. */
const folder = mkdtempSync(join(tmpdir(), 'countersign-policy-'));
beforeAll(() => cpSync(join(ROOT, 'policies'), folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: readonly string[]) {
  let out = '';
  let err = '';
  const streams = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), outIsTerminal: false, errIsTerminal: false, inIsTerminal: false };
  const exit = await runCommandLine(['policy', ...args], { streams, env: { COUNTERSIGN_HOME: folder }, clock: () => new Date('2026-10-05T12:00:00Z') });
  return { exit, out, err };
}
const at = (name: string): string => join(folder, name);
const write = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};
const credit = ['--registry', at('credit.registry.yaml')] as const;

describe('policy test', () => {
  it.each(['credit', 'hospitals', 'retailers', 'agent-gateway'])('the cases of %s.policy are as expected and cover every sentence', async (name) => {
    const { exit, out } = await run('test', at(`${name}.policy`), '--min-coverage', '100');
    expect(out).toContain('(100%)');
    expect({ exit, failed: out.match(/✗.*/g) }).toEqual({ exit: 0, failed: null });
  });

  it('says what differs and which sentences no case rests on, and exits with 1', async () => {
    const cases = readFileSync(at('credit.policy-test.yaml'), 'utf8').split('\n').slice(0, 4).join('\n');
    write('other.policy-test.yaml', `${cases}\n  - name: wrong\n    job: { as: Bank A, program: Mean, dataset: Loans }\n    expect: { outcome: allow, missing: [Bank C] }\n`);
    write('other.policy', readFileSync(at('credit.policy'), 'utf8'));
    const { exit, out } = await run('test', at('other.policy-test.yaml'));
    expect(exit).toBe(1);
    expect(out).toContain('✗ wrong\n    outcome: expected allow\n             but was needs_signatures: Bank A may run Mean on Loans once Bank B signs\n    missing: expected Bank C\n');
    expect(out).toMatch(/no case rests on .*other\.policy:24 {3}"Bank C must not compute on Loans\."/);
  });

  it('exits with 1 below the coverage that is asked for', async () => {
    write('few.policy', 'Bank A may run Mean on Loans.\nBank B may run Mean on Loans.\n');
    write('few.policy-test.yaml', 'registry: credit.registry.yaml\nnow: 2026-10-05T12:00:00.000Z\ncases:\n  - { name: one, job: { as: Bank A, program: Mean, dataset: Loans }, expect: allow }\n');
    expect([(await run('test', at('few.policy'))).exit, (await run('test', at('few.policy'), '--min-coverage', '50')).exit, (await run('test', at('few.policy'), '--min-coverage', '51')).exit]).toEqual([0, 0, 1]);
    expect(await run('test', at('few.policy'), '--min-coverage', 'all')).toMatchObject({ exit: 3 });
    const { out } = await run('test', at('few.policy'), '--json');
    expect(JSON.parse(out)).toMatchObject([{ coverage: 50, cases: [{ name: 'one', passed: true }], uncovered: [{ line: 2 }] }]);
  });

  it('points at what is wrong in the file', async () => {
    write('few.policy-test.yaml', 'registry: credit.registry.yaml\nnow: 2026-10-05T12:00:00.000Z\ncases:\n  - { name: one, job: { as: Bank A, program: Mean, datset: Loans }, expect: allow }\n');
    const { exit, err } = await run('test', at('few.policy'));
    expect(exit).toBe(3);
    expect(err).toMatch(/CS0911[\s\S]*did you mean `dataset`/);
  });
});

describe('policy fmt', () => {
  it('shows the layout, checks for it and writes it', async () => {
    const file = write('untidy.policy', '# who\nallow Bank A to run Mean on   loans # why\n');
    const tidy = '# who\nAllow Bank A to run Mean on Loans.  # why\n';
    expect(await run('fmt', file, ...credit)).toMatchObject({ exit: 0, out: tidy });
    expect(await run('fmt', file, at('credit.policy'), '--check', ...credit)).toMatchObject({ exit: 1, out: expect.stringMatching(/^\S*untidy\.policy is laid out otherwise/) });
    expect(readFileSync(file, 'utf8')).not.toBe(tidy);
    expect(await run('fmt', file, '--write', ...credit)).toMatchObject({ exit: 0 });
    expect(readFileSync(file, 'utf8')).toBe(tidy);
    expect(await run('fmt', file, '--check', ...credit)).toMatchObject({ exit: 0, out: '' });
  });

  it('refuses what does not compile', async () => {
    expect(await run('fmt', write('wrong.policy', 'Allow Bank Z to compute.'), ...credit)).toMatchObject({ exit: 3, err: expect.stringContaining('CS0214') });
  });
});

describe('policy analyse, check and explain', () => {
  it('shows each finding with its sentences and a request, and exits with 1 where a sentence cannot do what it says', async () => {
    const file = write('dead.policy', 'Bank A may run Mean on Loans.\nNever allow anyone to compute on data tagged credit.\n');
    const { exit, out } = await run('analyse', file, ...credit);
    expect(exit).toBe(1);
    expect(out).toMatch(/error\[CS0261\]: everything that this sentence allows is denied by line 2[\s\S]*dead\.policy:1 {3}"Bank A may run Mean on Loans\."[\s\S]*example {2}Bank A asks to run Mean on Loans of Bank A, Bank B and Bank C/);
    const checked = await run('check', file, ...credit);
    expect(checked).toMatchObject({ exit: 0, err: expect.stringContaining('CS0261') });
    expect(JSON.parse((await run('check', file, ...credit, '--json')).out)).toMatchObject({ ok: true, rules: 2, findings: [{ code: 'CS0261' }] });
  });

  it('finds nothing in an example, and explains it', async () => {
    expect(await run('analyse', at('credit.policy'), ...credit)).toMatchObject({ exit: 0, out: 'nothing was found\n' });
    expect((await run('explain', at('credit.policy'), ...credit)).out).toContain('Requesters must not sign their own jobs. Where the requester is one of those who must sign, the request is denied.');
  });

  it('takes one policy, and names from one place', async () => {
    expect((await run('analyse', ...credit)).exit).toBe(3);
    expect(await run('check', at('credit.policy'), ...credit, '--lab', 'x.yaml')).toMatchObject({ exit: 3, err: expect.stringContaining('both give the names') });
  });
});

describe('policy diff and who-can', () => {
  it('says loudly what holds requests off no more', async () => {
    const less = write('less.policy', readFileSync(at('credit.policy'), 'utf8').replace('Bank C must not compute on Loans.', '').replace('at least 25', 'at least 10'));
    const { exit, out } = await run('diff', at('credit.policy'), less, ...credit);
    expect(exit).toBe(0);
    expect(out).toMatch(/- .*credit\.policy:24 {3}Bank C must not compute on Loans\.\n {2}LOOSER: what it held back is held back no more/);
    expect(out).toMatch(/~ was .*at least 25 records\.\n~ is {2}.*at least 10 records\.\n {2}LOOSER: results may be about 10 records instead of 25/);
    expect((await run('diff', at('credit.policy'), at('credit.policy'), ...credit)).out).toBe('both policies mean the same\n');
    expect((await run('diff', '1', at('credit.policy'), ...credit)).exit).toBe(3);
  });

  it('lists who can do what, and with whose signatures', async () => {
    const { exit, out } = await run('who-can', at('credit.policy'), ...credit);
    expect(exit).toBe(0);
    expect(out.split('\n').slice(2, -1)).toEqual([
      'Bank A  Count, Group Mean, Histogram, Linear Score, Mean, Standard Deviation, Sum  Loans    any purpose  Bank A             Bank B',
      'Bank A  Linear Score                                                               Weights  any purpose  Bank A             Bank B',
    ]);
    expect(await run('who-can', at('credit.policy'), ...credit, '--program', 'Mean', '--dataset', 'Loans', '--as', 'Bank C')).toMatchObject({ exit: 2, out: 'nobody can, whoever signs\n' });
    expect(JSON.parse((await run('who-can', at('credit.policy'), ...credit, '--program', 'Mean', '--json')).out)).toMatchObject({ possible: [{ who: 'Bank A', program: 'Mean', missing: [{ atLeast: 1, of: ['Bank B'] }] }] });
  });
});
