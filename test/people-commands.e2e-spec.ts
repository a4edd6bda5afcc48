import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { CommandLine } from './support/command-line.js';

const CLINICS = ['North Clinic', 'South Clinic'] as const;
const POLICY = `North Clinic may run Mean on Patients only if at least two different people from Compliance sign.
Every computation must use a program approved by Model Risk.
Every computation must use links with a round trip of at most 20 seconds.
After every computation, notify Compliance within 1 hour.
Limit North Clinic to 50 computations per year.
Policy changes need at least two different people from Compliance.
`;
const NEXT = POLICY.replace('at least two different people from Compliance sign', 'a person from Compliance signs');

/** People with the commands that they use: every one a process, two workers, and links of their own to the control plane. */
describe('people, from their keys to a result that rests on their signatures', () => {
  const commands = new CommandLine();
  const run = commands.run.bind(commands);
  const request = ['Mean', '--as', 'North Clinic', '--dataset', 'Patients', '--nodes', CLINICS.join(','), '--receivers', 'North Clinic', '--param', 'column=age'] as const;
  const ask = () => run('job', 'submit', ...request);
  const requests: Record<string, string> = {};

  /** Makes somebody's keys and has her node take her in. */
  async function employ(name: string, node: string, roles: readonly string[]): Promise<void> {
    const { json } = await run('person', 'init', name, '--node', node, '--control-plane', commands.url);
    requests[name] = json.request;
    expect(await run('node', 'people', 'add', json.request, ...roles.flatMap((role) => ['--role', role]), '--as', node)).toMatchObject({ code: 0, json: { name, roles } });
  }
  const register = (node: string) => run('node', 'register', '--as', node);

  beforeAll(async () => {
    commands.write('clinics.policy', POLICY);
    commands.write('next.policy', NEXT);
    for (const [index, clinic] of CLINICS.entries()) {
      commands.write(`${clinic}.csv`, `age\n${[34, 71, 58].map((age) => age + index).join('\n')}\n`);
      commands.write(`${clinic}.yaml`, `datasets:\n  Patients:\n    from: ${clinic}.csv\n    tags: [health]\n    columns:\n      age: { type: integer, min: 0, max: 120 }\n`);
    }
    await commands.up();
    for (const clinic of CLINICS) {
      const { json: { token } } = await run('token', 'create', clinic, ...commands.operator);
      await run('node', 'init', clinic, '--region', 'UK', '--control-plane', commands.url, '--datasets', `${clinic}.yaml`);
      await run('node', 'register', '--as', clinic, '--token', token);
    }
  }, 300_000);
  afterAll(() => commands.close());

  test('somebody is made, taken in with a role, and made known by her node', async () => {
    await employ('Ana Lopez', 'North Clinic', ['Compliance', 'Model Risk']);
    await employ('Ben Okoye', 'South Clinic', ['Compliance']);
    expect(JSON.parse(readFileSync(requests['Ana Lopez'], 'utf8'))).toEqual({ v: 1, name: 'Ana Lopez', node: 'North Clinic', approvalKid: expect.any(String), linkKid: expect.any(String) });
    expect(await run('node', 'people', 'add', requests['Ana Lopez'], '--role', 'Compliance', '--as', 'South Clinic')).toMatchObject({ json: { error: { code: 'CS0924' } } });
    expect((await run('policy', 'check', 'clinics.policy', ...commands.operator)).code).not.toBe(0); // Nobody holds the roles yet.
    expect(await run('inbox', '--as', 'Ana Lopez')).toMatchObject({ json: { error: { code: 'CS0123' } } });
    expect(await register('North Clinic')).toMatchObject({ code: 0, json: { people: [{ name: 'Ana Lopez' }] } });
    expect(await register('South Clinic')).toMatchObject({ code: 0, json: { people: [{ name: 'Ben Okoye' }] } });
    expect((await run('node', 'people', 'list', '--as', 'North Clinic')).json).toMatchObject([{ name: 'Ana Lopez', roles: ['Compliance', 'Model Risk'] }]);
    const { json: { digest } } = await run('policy', 'publish', 'clinics.policy', '--yes', ...commands.operator);
    for (const signer of [...CLINICS, 'Ana Lopez of North Clinic', 'Ben Okoye']) expect(await run('policy', 'accept', '--as', signer, '--yes')).toMatchObject({ code: 0, json: { digest } });
    for (const clinic of CLINICS) commands.startInBackground(['node', 'start'], { COUNTERSIGN_NODE_START_AS: clinic });
    await commands.workersConnected();
  }, 300_000);

  test('a second name for a key is refused', async () => {
    const twin = { ...(JSON.parse(readFileSync(requests['Ana Lopez'], 'utf8')) as object), name: 'Anna Lopez' };
    commands.write('twin.json', JSON.stringify(twin));
    await run('node', 'people', 'add', 'twin.json', '--role', 'Compliance', '--as', 'North Clinic');
    expect(await register('North Clinic')).toMatchObject({ json: { error: { code: 'CS0173' } } });
    expect(await run('node', 'people', 'remove', 'Anna Lopez', '--as', 'North Clinic')).toMatchObject({ code: 0 });
    expect(await run('node', 'people', 'remove', 'Anna Lopez', '--as', 'North Clinic')).toMatchObject({ json: { error: { code: 'CS0925' } } });
  }, 300_000);

  test('an approved program and two signatures of two people release a result', async () => {
    expect(await ask()).toMatchObject({ code: 2, json: { state: 'denied' } });
    expect(await run('program', 'approve', 'Mean', '--as', 'Ana Lopez', '--yes')).toMatchObject({ code: 0, json: { approvedBy: [{ signer: 'Ana Lopez of North Clinic' }] } });
    expect(await run('program', 'show', 'Mean', '--approvals', ...commands.operator)).toMatchObject({ json: { approvedBy: [{ signer: 'Ana Lopez of North Clinic' }] } });
    const { json: { id, state } } = await ask();
    expect(state).toBe('needs_signatures');
    expect((await run('inbox', '--as', 'Ana Lopez')).json).toMatchObject([{ id }]);
    expect(await run('sign', id, '--as', 'North Clinic', '--yes')).toMatchObject({ json: { error: { code: 'CS0918' } } });
    expect(await run('sign', id, '--as', 'Ana Lopez of North Clinic', '--yes')).toMatchObject({ json: { state: 'needs_signatures', decision: { missing: [{ atLeast: 1, of: ['Ben Okoye of South Clinic'] }] } } });
    expect(await run('sign', id, '--as', 'Ben Okoye', '--yes')).toMatchObject({ code: 0 });
    const watched = commands.start(['job', 'watch', id, '--as', 'Ben Okoye', '--json']);
    expect(((await once(watched, 'exit')) as [number])[0]).toBe(0);
    expect(await run('job', 'result', id, '--as', 'North Clinic')).toMatchObject({ json: { result: { count: 6 } } });
    expect(await run('job', 'show', id, '--as', 'Ana Lopez')).toMatchObject({ json: { signatures: [{ signer: 'Ana Lopez of North Clinic' }, { signer: 'Ben Okoye of South Clinic' }] } });
  }, 300_000);

  test('what is owed, what is counted and what was measured are told, and she attests what she owes', async () => {
    const { json: owed } = await run('duty', 'list', ...commands.operator);
    expect(owed).toMatchObject([{ kind: 'notify', state: 'open', by: ['Ana Lopez of North Clinic', 'Ben Okoye of South Clinic'] }]);
    const [{ id }] = owed as unknown as { id: string }[];
    expect((await run('inbox', '--as', 'Ben Okoye')).stderr).toContain(`Ben Okoye of South Clinic owes ${id}`);
    expect(await run('duty', 'attest', id, '--as', 'North Clinic')).toMatchObject({ json: { error: { code: 'CS0930' } } });
    expect(await run('duty', 'attest', id, '--as', 'Ben Okoye', '--note', 'by telephone')).toMatchObject({ code: 0, json: { state: 'done', attestations: [{ signer: 'Ben Okoye of South Clinic', note: 'by telephone' }] } });
    expect((await run('duty', 'list', ...commands.operator)).json).toEqual([]);
    expect((await run('duty', 'list', '--all', ...commands.operator)).json).toMatchObject([{ id, state: 'done' }]);
    expect((await run('limit', 'list', ...commands.operator)).json).toMatchObject([{ of: 'computations', most: '50', used: '1', left: '49', rule: { sentence: 'Limit North Clinic to 50 computations per year.' } }]);
    const links = (await run('node', 'links', ...commands.operator)).json as unknown as { measuredBy: string; peer: string; microseconds: number }[];
    expect(links.map(({ measuredBy, peer }) => [measuredBy, peer])).toEqual([['North Clinic', 'South Clinic'], ['South Clinic', 'North Clinic']]);
    for (const { microseconds } of links) expect(microseconds).toBeGreaterThan(0);
  }, 300_000);

  test('an approval of a program is taken back, and what waits is decided anew', async () => {
    const { json: { id } } = await ask();
    expect(await run('program', 'withdraw', 'Mean', '--as', 'Ana Lopez', '--yes')).toMatchObject({ json: { approvedBy: [] } });
    expect(await run('job', 'show', id, ...commands.operator)).toMatchObject({ json: { state: 'denied' } });
    await run('program', 'approve', 'Mean', '--as', 'Ana Lopez', '--yes');
  }, 300_000);

  test('a policy is proposed, shown with its difference, and in force when two have signed', async () => {
    const told = /~ was .*at least two different people from Compliance sign[^]*~ is .*if a person from Compliance signs[^]*LOOSER: other signatures are enough now/;
    const published = await run('policy', 'publish', 'next.policy', '--yes', ...commands.operator);
    expect(published).toMatchObject({ code: 0, json: { state: 'proposed', publication: { missing: [{ atLeast: 2 }] } } });
    expect(published.stderr).toMatch(told);
    const first = await run('policy', 'sign', '2', '--as', 'Ana Lopez', '--yes');
    expect(first).toMatchObject({ code: 0, json: { state: 'proposed', signatures: [{ signer: 'Ana Lopez of North Clinic' }] } });
    expect(first.stderr).toMatch(told);
    expect(await run('policy', 'sign', '2', '--as', 'South Clinic', '--yes')).toMatchObject({ json: { error: { code: 'CS0442' } } });
    expect(await run('policy', 'sign', '2', '--as', 'Ben Okoye', '--yes')).toMatchObject({ json: { state: 'in_force' } });
    expect((await run('policy', 'versions', '--as', 'Ben Okoye')).json).toMatchObject([{ state: 'replaced' }, { state: 'in_force', signatures: [{}, {}] }]);
  }, 300_000);

  test('who is removed is asked no more', async () => {
    for (const signer of [...CLINICS, 'Ana Lopez', 'Ben Okoye']) await run('policy', 'accept', '--as', signer, '--yes');
    const { json: { id } } = await ask();
    expect(await run('node', 'people', 'remove', 'Ben Okoye', '--as', 'South Clinic')).toMatchObject({ code: 0 });
    expect(await register('South Clinic')).toMatchObject({ code: 0, json: { people: [] } });
    expect(await run('job', 'show', id, ...commands.operator)).toMatchObject({ json: { state: 'needs_signatures', decision: { canSign: ['Ana Lopez of North Clinic'] } } });
    expect(await run('sign', id, '--as', 'Ben Okoye', '--yes')).toMatchObject({ json: { error: { code: 'CS0123' } } });
    // Two signatures can never be had again, and the operator is told.
    expect((await run('policy', 'versions', ...commands.operator)).json).toMatchObject([{}, { publication: { outcome: 'deny' } }]);
    expect(await run('policy', 'publish', 'clinics.policy', '--yes', ...commands.operator)).toMatchObject({ json: { error: { code: expect.stringMatching(/^CS043[89]$/) } } });
    expect(await run('audit', 'verify', '--as', 'Ana Lopez')).toMatchObject({ code: 0, json: { verified: true } });
  }, 300_000);
});
