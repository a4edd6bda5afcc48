import { beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf } from './support/consortium.js';
import { openedForAll } from './support/opened-consortium.js';
import { TestNode } from './support/test-node.js';

/** What a control plane takes for a request, and for an approval. */

const world = openedForAll();
const { gateway, leavesOf } = world;

describe('a request for a job is refused', () => {
  const cases: [string, string, (a: TestNode) => string][] = [
    ['without inputs', 'CS0605', (a) => a.job(world.banks.policy, { inputs: [], parties: ['Bank A', 'Bank B'] }).jws],
    ['for an unknown program', 'CS0601', (a) => a.job(world.banks.policy, { program: 'Meen' }).jws],
    ['for a program with another digest', 'CS0432', (a) => a.job(world.banks.policy, { programDigest: 'f'.repeat(64) }).jws],
    ['with an unknown node', 'CS0431', (a) => a.job(world.banks.policy, { receivers: ['Bank Q'] }).jws],
    ['for an unknown data set', 'CS0611', (a) => a.job(world.banks.policy, { inputs: [{ node: 'Bank A', dataset: 'Loams', role: 'rows' }], parties: ['Bank A', 'Bank B'] }).jws],
    ['for an unknown column', 'CS0612', (a) => a.job(world.banks.policy, { parameters: { column: 'salary' } }).jws],
    ['whose party owns nothing of it', 'CS0610', (a) => a.job(world.banks.policy, { parties: ['Bank A', 'Bank C'] }).jws],
    ['under another policy', 'CS0426', (a) => a.job('e'.repeat(64)).jws],
    ['that has expired', 'CS0116', (a) => a.job(world.banks.policy, { expiresInMs: -500, issuedAgoMs: 60_000 }).jws],
    ['by an unregistered key', 'CS0430', () => new TestNode('Bank A').job(world.banks.policy).jws],
    ['with another’s name', 'CS0430', (a) => new TestNode('Bank B', a.keys).job(world.banks.policy).jws],
    ['with a signature that is not its own', 'CS0114', (a) => { const [job, other] = [a.job(world.banks.policy), a.job(world.banks.policy)]; return `${job.jws.split('.').slice(0, 2).join('.')}.${other.jws.split('.')[2]}`; }],
    ['that is no statement', 'CS0110', () => 'e30.e30.e30'],
  ];
  test.each(cases)('%s', async (_title, code, make) => {
    expect(await codeOf(world.banks.admin.submitJob(make(world.banks.nodes.a)))).toBe(code);
  });

  test('with a hint at the name that was meant', async () => {
    const problem = await world.banks.admin.submitJob(world.banks.nodes.a.job(world.banks.policy, { program: 'Meen' }).jws).catch((error: { problem: unknown }) => error.problem);
    expect(problem).toMatchObject({ status: 422, help: ['did you mean `Mean`?'] });
  });

  test('when another node carries it', async () => {
    expect(await codeOf(world.banks.client(world.banks.nodes.b).submitJob(world.banks.nodes.a.job(world.banks.policy).jws))).toBe('CS0434');
  });
});

describe('an approval', () => {
  type Job = { digest: string; id: string };
  let job: Job;
  beforeAll(async () => {
    job = world.banks.nodes.a.job(world.banks.policy);
    await world.banks.admin.submitJob((job as Job & { jws: string }).jws);
  });
  const cases: [string, string, () => string][] = [
    ['by a node that is not asked', 'CS0301', () => world.banks.nodes.c.about('approval', job, world.banks.policy)],
    ['for another job', 'CS0302', () => world.banks.nodes.b.about('approval', { digest: 'd'.repeat(64) }, world.banks.policy)],
    ['for another policy', 'CS0303', () => world.banks.nodes.b.about('approval', job, 'e'.repeat(64))],
    ['that has expired', 'CS0304', () => world.banks.nodes.b.about('approval', job, world.banks.policy, { expiresInMs: -500, issuedAgoMs: 60_000 })],
    ['by an unknown key', 'CS0305', () => new TestNode('Bank B').about('approval', job, world.banks.policy)],
    ['with another’s name', 'CS0305', () => world.banks.nodes.a.about('approval', job, world.banks.policy, { issuer: 'Bank B' })],
    ['that is a veto', 'CS0306', () => world.banks.nodes.b.about('veto', job, world.banks.policy)],
    ['signed with the link key', 'CS0305', () => world.banks.nodes.b.about('approval', job, world.banks.policy, { key: world.banks.nodes.b.keys.link })],
    ['with a changed field', 'CS0306', () => {
      const [head, payload, signature] = world.banks.nodes.b.about('approval', job, world.banks.policy).split('.');
      const changed = Buffer.from(payload, 'base64url').toString().replace('"issuedAt":"2', '"issuedAt":"1');
      return [head, Buffer.from(changed).toString('base64url'), signature].join('.');
    }],
  ];
  test.each(cases)('%s is refused and changes nothing', async (_title, code, make) => {
    expect(await codeOf(world.banks.admin.approve(job.id, make()))).toBe(code);
    expect(await world.banks.admin.job(job.id)).toMatchObject({ state: 'needs_signatures', signatures: [] });
  });

  test('sent twice, and signed twice, counts once and leaves one leaf', async () => {
    const { b } = world.banks.nodes;
    const approval = b.about('approval', job, world.banks.policy);
    const [first, second] = [await world.banks.admin.approve(job.id, approval), await world.banks.admin.approve(job.id, approval)];
    expect(second).toEqual(first);
    expect(first.state).toBe('authorised');
    // ML-DSA signatures of one payload differ: the statement is what counts.
    const [head, payload] = approval.split('.');
    const again = Buffer.from(b.keys.approval.sign(Buffer.from(`${head}.${payload}`))).toString('base64url');
    await world.banks.admin.approve(job.id, `${head}.${payload}.${again}`);
    // Nothing of the refused ones is in the log either.
    expect((await leavesOf(job.id)).map(({ type }) => type)).toEqual(['job.submitted', 'job.needs_signatures', 'approval.recorded', 'job.authorised']);
  });

  test('can be withdrawn until the session starts, and given again', async () => {
    const { b } = world.banks.nodes;
    expect((await world.banks.admin.withdraw(job.id, b.about('withdrawal', job, world.banks.policy, { issuedAgoMs: 0 }))).state).toBe('needs_signatures');
    expect((await world.banks.admin.approve(job.id, b.about('approval', job, world.banks.policy, { issuedAgoMs: -5 }))).state).toBe('authorised');
    expect(await codeOf(world.banks.admin.withdraw(job.id, world.banks.nodes.c.about('withdrawal', job, world.banks.policy)))).toBe('CS0309');
  });

  test('gives way to a veto, after which nothing is accepted', async () => {
    const { b } = world.banks.nodes;
    const view = await world.banks.admin.veto(job.id, b.about('veto', job, world.banks.policy));
    expect([view.state, view.reason]).toEqual(['denied', expect.stringContaining('Bank B')]);
    expect(await codeOf(world.banks.admin.approve(job.id, b.about('approval', job, world.banks.policy)))).toBe('CS0307');
  });

  test('that expires before the offer authorises nothing', async () => {
    const { a, b } = world.banks.nodes;
    const late = a.job(world.banks.policy, { notBefore: new Date(Date.now() + 6_500).toISOString() });
    const approval = b.about('approval', late, world.banks.policy, { expiresInMs: 5_000 });
    await world.banks.admin.submitJob(late.jws);
    expect((await world.banks.admin.approve(late.id, approval)).state).toBe('authorised');
    const workers = [await a.connect(gateway()), await b.connect(gateway())];
    const view = await world.banks.untilState(late.id, 'needs_signatures');
    expect(view.decision.canSign).toEqual(['Bank B']);
    for (const worker of workers) worker.close();
  });
});
