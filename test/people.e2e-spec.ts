import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startControlPlane, type ControlPlane } from '../apps/control-plane/src/start.js';
import { ApiClient, type JobView } from '../libs/contract/src/index.js';
import { programByName } from '../libs/program/src/index.js';
import { codeOf, Consortium, operatorKey, testConfig } from './support/consortium.js';
import { TestDatabases } from './support/databases.js';
import { newKeys, TestNode, TestPerson } from './support/test-node.js';
import { operator } from './support/transports.js';

/** A control plane on real PostgreSQL, and people who reach it over post-quantum links of their own. */

const TWO = 'Allow Bank A to compute only if at least two different people from Compliance sign.\n';
let databases: TestDatabases;
beforeAll(async () => {
  databases = await TestDatabases.start();
});
afterAll(() => databases.stop());

let world: Consortium;
let ana: TestPerson;
let ben: TestPerson;
let cleo: TestPerson;
const gateway = (): number => world.controlPlane.gatewayPort;
/** Publishes and returns the digest. */
const publish = async (source: string): Promise<string> => (await world.admin.publishPolicy({ file: 'people.policy', source })).digest;
async function ask(policy: string): Promise<ReturnType<TestNode['job']> & { view: JobView }> {
  const job = world.nodes.a.job(policy);
  return { ...job, view: await world.admin.submitJob(job.jws) };
}

beforeEach(async () => {
  world = await Consortium.open(await databases.fresh(), databases.newHome());
  ana = new TestPerson('Ana Lopez', 'Bank A', ['Compliance']);
  ben = new TestPerson('Ben Okoye', 'Bank B', ['Compliance', 'Model Risk']);
  cleo = new TestPerson('Cleo Marsh', 'Bank B', ['Security']);
  await world.nodes.a.employ(world.client(world.nodes.a), 2, [ana]);
  await world.nodes.b.employ(world.client(world.nodes.b), 2, [ben, cleo]);
});
afterEach(() => world.stop());

describe('people', () => {
  test('sign over a link of their own; the job waits for two of them, and its log names none', async () => {
    const policy = await publish(TWO);
    const job = await ask(policy);
    expect(job.view).toMatchObject({ state: 'needs_signatures', decision: { canSign: ['Ana Lopez of Bank A', 'Ben Okoye of Bank B'], missing: [{ atLeast: 2 }] } });
    expect((await ana.client(gateway()).jobs({ waitingFor: 'Ana Lopez of Bank A' })).items).toMatchObject([{ id: job.id }]);
    expect((await cleo.client(gateway()).jobs({ waitingFor: 'Cleo Marsh of Bank B' })).items).toEqual([]);
    expect(await ana.client(gateway()).approve(job.id, ana.about('approval', job, policy))).toMatchObject({ state: 'needs_signatures', decision: { missing: [{ atLeast: 1, of: ['Ben Okoye of Bank B'] }] } });
    expect(await codeOf(cleo.client(gateway()).approve(job.id, cleo.about('approval', job, policy)))).toBe('CS0301');
    expect(await ben.client(gateway()).approve(job.id, ben.about('approval', job, policy))).toMatchObject({ state: 'authorised', signatures: [{ signer: 'Ana Lopez of Bank A' }, { signer: 'Ben Okoye of Bank B' }] });
    expect(await ben.client(gateway()).withdraw(job.id, ben.about('withdrawal', job, policy, { issuedAgoMs: 500 }))).toMatchObject({ state: 'needs_signatures' });
    expect(await ana.client(gateway()).veto(job.id, ana.about('veto', job, policy))).toMatchObject({ state: 'denied' });
    const leaves: string[] = [];
    for (const deadline = Date.now() + 90_000; !leaves.some((leaf) => leaf.includes('"veto.recorded"')); ) {
      if (Date.now() > deadline) throw new Error('the log never tells of the veto');
      leaves.length = 0;
      for await (const { leaf, actor } of world.admin.everyAuditEntry({ subject: job.id })) leaves.push(`${actor} ${Buffer.from(leaf, 'base64url').toString()}`);
    }
    expect(leaves.join()).not.toMatch(/Ana|Lopez|Okoye/);
    expect(leaves.find((leaf) => leaf.includes('"approval.recorded"'))).toContain(`person:${ana.keys.approval.kid}`);
  });

  test('may read and sign, and nothing else', async () => {
    const policy = await publish(TWO);
    const job = world.nodes.a.job(policy);
    const client = ana.client(gateway());
    expect((await client.nodes())[0].people).toEqual([ana.registered]);
    expect(await codeOf(client.submitJob(job.jws))).toBe('CS0403');
    expect(await codeOf(client.createEnrolmentToken({ node: 'Bank X' }))).toBe('CS0403');
    expect(await codeOf(client.publishPolicy({ file: 'x', source: TWO }))).toBe('CS0403');
    const stranger = new TestPerson('Eve', 'Bank A', ['Compliance']);
    expect(await codeOf(stranger.client(gateway()).nodes())).toBe('CS0123');
    // Her approval key opens no link.
    expect(await codeOf(new TestPerson('Ana Lopez', 'Bank A', [], { link: ana.keys.approval, approval: ana.keys.approval }).client(gateway()).nodes())).toBe('CS0123');
  });

  test.each<[string, () => string, string]>([
    ['a key that nobody registered', () => new TestPerson('Ana Lopez', 'Bank A', []).statement('approval', {}), 'CS0305'],
    ['her link key', () => ana.statement('approval', {}, { key: ana.keys.link }), 'CS0305'],
    ['the name of somebody else', () => ana.statement('approval', { issuer: 'Ben Okoye' }), 'CS0305'],
    ['another node', () => ana.statement('approval', { person: { node: 'Bank B', key: Buffer.from(ana.keys.approval.publicKey).toString('base64url') } }), 'CS0305'],
    ['a key that is not the one named', () => ana.statement('approval', { person: { node: 'Bank A', key: Buffer.from(ben.keys.approval.publicKey).toString('base64url') } }), 'CS0306'],
  ])('sign in nobody else’s name: %s', async (_, statement, code) => {
    const policy = await publish(TWO);
    const job = await ask(policy);
    const [header, payload] = statement().split('.');
    expect(header).toBeDefined();
    const fields = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const key = [ana.keys.approval, ana.keys.link].find(({ kid }) => kid === fields.kid) ?? newKeys().approval;
    const person = new TestPerson(String(fields.issuer), 'Bank A', [], { ...ana.keys, approval: key });
    expect(await codeOf(world.admin.approve(job.id, person.statement('approval', { ...fields, kid: key.kid, job: job.digest, policy })))).toBe(code);
  });

  test('who is removed signs no more: what waits is decided anew, what was offered on her word ends', async () => {
    const policy = await publish('Allow Bank A to compute only if a person from Compliance signs.\n');
    const workers = await Promise.all([world.nodes.a, world.nodes.b].map((node) => node.connect(gateway(), { behave: 'accept' })));
    const [waiting, offered] = [await ask(policy), await ask(policy)];
    expect(waiting.view.decision.canSign).toEqual(['Ana Lopez of Bank A', 'Ben Okoye of Bank B']);
    await world.admin.approve(offered.id, ana.about('approval', offered, policy));
    await world.untilState(offered.id, 'accepted');
    const { version } = await world.admin.node('bank-a');
    await world.nodes.a.employ(world.client(world.nodes.a), version + 1, []);
    expect(await world.admin.job(offered.id)).toMatchObject({ state: 'aborted', code: 'CS0428' });
    expect(await world.admin.job(waiting.id)).toMatchObject({ state: 'needs_signatures', decision: { canSign: ['Ben Okoye of Bank B'] } });
    expect(await codeOf(world.admin.approve(waiting.id, ana.about('approval', waiting, policy)))).toBe('CS0305');
    expect(await codeOf(ana.client(gateway()).nodes())).toBe('CS0123');
    await world.nodes.b.employ(world.client(world.nodes.b), 3, [cleo]);
    expect(await world.admin.job(waiting.id)).toMatchObject({ state: 'denied' });
    for (const worker of workers) worker.close();
  });

  test('go with their node', async () => {
    const policy = await publish('Allow Bank A to compute only if a person from Compliance signs.\n');
    const job = await ask(policy);
    await world.nodes.c.employ(world.client(world.nodes.c), 2, [new TestPerson('Dora', 'Bank C', ['Compliance'])]);
    expect((await world.admin.job(job.id)).decision.canSign).toContain('Dora of Bank C');
    await world.admin.revoke('bank-c', 'left');
    expect((await world.admin.job(job.id)).decision.canSign).not.toContain('Dora of Bank C');
  });

  test('are refused with a key that was ever registered, and with a name that could be misread', async () => {
    const c = world.nodes.c;
    const employ = (person: TestPerson): Promise<string> => codeOf(c.employ(world.client(c), 2, [person]));
    const keys = (): TestPerson['keys'] => new TestPerson('x', 'x', []).keys;
    const dora = (own: Partial<TestPerson['keys']>, name = 'Dora', roles = ['Compliance']): TestPerson => new TestPerson(name, 'Bank C', roles, { ...keys(), ...own });
    expect(await employ(dora({ approval: ana.keys.approval }))).toBe('CS0173');
    expect(await employ(dora({ link: ana.keys.approval }))).toBe('CS0173');
    expect(await employ(dora({ approval: world.nodes.a.keys.approval }))).toBe('CS0173');
    expect(await employ(dora({ link: c.keys.link }))).toBe('CS0173');
    const one = keys().link;
    expect(await employ(dora({ link: one, approval: one }))).toBe('CS0173');
    expect(await employ(dora({}, 'Dora', ['compliance']))).toBe('CS0175');
    expect(await employ(dora({}, 'Dora', ['Bank A']))).toBe('CS0175');
    expect(await codeOf(c.employ(world.client(c), 2, [dora({}), dora({})]))).toBe('CS0174');
    // A key that was given up does not come back, not even to its owner.
    await world.nodes.a.employ(world.client(world.nodes.a), 3, []);
    expect(await codeOf(world.nodes.a.employ(world.client(world.nodes.a), 4, [ana]))).toBe('CS0173');
    const { token } = await world.admin.createEnrolmentToken({ node: 'Bank D' });
    const thief = new TestNode('Bank D', { ...newKeys(), approval: ben.keys.approval });
    expect(await codeOf(thief.register(world.admin, token))).toBe('CS0173');
    const namesake = new TestNode('Ben Okoye of Bank B');
    expect(await codeOf(namesake.register(world.admin, (await world.admin.createEnrolmentToken({ node: namesake.name })).token))).toBe('CS0171');
  });
});

describe('programs approved by a role', () => {
  const mean = programByName('Mean')!;
  const word = (person: TestPerson, verdict: string, issuedAgoMs = 1_000, digest = mean.digest): string => person.statement('program-approval', { program: { name: 'Mean', digest }, verdict }, { issuedAgoMs });

  test('are allowed while an approval stands, and decided anew when it is taken back', async () => {
    const policy = await publish('Allow anyone to compute only if Bank B signs.\nEvery computation must use a program approved by Model Risk.\n');
    const refused = await ask(policy);
    expect(refused.view.state).toBe('denied');
    const dryRun = async (): Promise<string> => (await world.admin.decide({ as: 'Bank A', program: 'Mean', inputs: [{ node: 'Bank B', dataset: 'Loans', role: 'rows' }], receivers: ['Bank A'] })).outcome;
    expect(await dryRun()).toBe('deny');
    expect(await codeOf(world.admin.approveProgram('Mean', word(ben, 'approved', 2_000, '0'.repeat(64))))).toBe('CS0443');
    const approved = word(ben, 'approved', 2_000);
    expect(await ben.client(gateway()).approveProgram('Mean', approved)).toMatchObject({ approvedBy: [{ signer: 'Ben Okoye of Bank B' }] });
    await world.admin.approveProgram('Mean', approved);
    const job = await ask(policy);
    expect(job.view.state).toBe('needs_signatures');
    expect(await dryRun()).toBe('needs_signatures');
    expect((await world.admin.jobBundle(job.id)).programApprovals).toEqual([approved]);
    expect(await world.admin.approve(job.id, world.nodes.b.about('approval', job, policy))).toMatchObject({ state: 'authorised' });
    expect(await ben.client(gateway()).approveProgram('Mean', word(ben, 'withdrawn'))).toMatchObject({ approvedBy: [] });
    expect(await world.admin.job(job.id)).toMatchObject({ state: 'denied' });
    expect(await dryRun()).toBe('deny');
    // What was taken back does not come back: not by an approval from before, nor by one that outlasts its withdrawal.
    expect(await codeOf(world.admin.approveProgram('Mean', word(ben, 'approved', 60_000)))).toBe('CS0444');
    await world.admin.approveProgram('Mean', word(ben, 'approved', 500));
    const brief = ben.statement('program-approval', { program: { name: 'Mean', digest: mean.digest }, verdict: 'withdrawn' }, { issuedAgoMs: 400, expiresInMs: 6_000 });
    await world.admin.approveProgram('Mean', brief);
    await new Promise((wake) => setTimeout(wake, 6_100));
    expect((await world.admin.program('Mean')).approvedBy).toEqual([]);
    expect((await ask(policy)).view.state).toBe('denied');
    // Somebody without the role approves in vain.
    await world.admin.approveProgram('Mean', word(ana, 'approved'));
    expect((await ask(policy)).view.state).toBe('denied');
  });
});

describe('a policy that says who changes it', () => {
  const CHANGED = `${TWO}Policy changes need at least two different people from Compliance.\n`;
  const NEXT = `Allow Bank A or Bank B to compute only if Bank C signs.\nPolicy changes need at least two different people from Compliance.\n`;
  const agrees = (person: TestPerson, policy: string, previous: string): string => person.statement('policy-approval', { policy, previous });

  test('is replaced when they have signed, and not before', async () => {
    const first = await publish(CHANGED);
    const job = await ask(first);
    const proposed = await world.admin.publishPolicy({ file: 'next.policy', source: NEXT });
    expect(proposed).toMatchObject({ state: 'proposed', inForce: false, publication: { outcome: 'needs_signatures', canSign: ['Ana Lopez of Bank A', 'Ben Okoye of Bank B'], missing: [{ atLeast: 2 }] } });
    expect(await world.admin.publishPolicy({ file: 'next.policy', source: NEXT })).toMatchObject({ version: proposed.version, state: 'proposed' });
    expect((await world.admin.currentPolicy()).digest).toBe(first);
    const sign = (person: TestPerson, policy = proposed.digest, previous = first) => person.client(gateway()).signPolicy(proposed.version, agrees(person, policy, previous));
    expect(await codeOf(sign(cleo))).toBe('CS0442');
    expect(await codeOf(sign(ana, first, proposed.digest))).toBe('CS0441');
    expect(await sign(ana)).toMatchObject({ state: 'proposed', signatures: [{ signer: 'Ana Lopez of Bank A' }], publication: { missing: [{ atLeast: 1, of: ['Ben Okoye of Bank B'] }] } });
    expect((await sign(ana)).state).toBe('proposed');
    expect(await world.admin.job(job.id)).toMatchObject({ state: 'needs_signatures' });
    expect(await sign(ben)).toMatchObject({ state: 'in_force', inForce: true });
    expect(await world.admin.job(job.id)).toMatchObject({ state: 'superseded', code: 'CS0422' });
    expect(await codeOf(sign(ben))).toBe('CS0440');
    expect((await world.admin.policies()).map(({ state }) => state)).toEqual(['replaced', 'replaced', 'in_force']);
  });

  test('voids what waits when another one gets in force', async () => {
    const first = await publish(CHANGED);
    const [one, other] = [await world.admin.publishPolicy({ file: 'one.policy', source: NEXT }), await world.admin.publishPolicy({ file: 'other.policy', source: NEXT.replace('Bank C', 'Bank B') })];
    const early = agrees(ana, one.digest, first);
    await world.admin.signPolicy(one.version, early);
    for (const person of [ana, ben]) await world.admin.signPolicy(other.version, agrees(person, other.digest, first));
    expect(await world.admin.policy(one.version)).toMatchObject({ state: 'void' });
    expect(await codeOf(world.admin.signPolicy(one.version, agrees(ben, one.digest, first)))).toBe('CS0440');
    // The same change proposed again needs new signatures.
    const back = await world.admin.publishPolicy({ file: 'back.policy', source: CHANGED });
    for (const person of [ana, ben]) await world.admin.signPolicy(back.version, agrees(person, back.digest, other.digest));
    const again = await world.admin.publishPolicy({ file: 'one.policy', source: NEXT });
    expect(await codeOf(world.admin.signPolicy(again.version, early))).toBe('CS0441');
    expect(await world.admin.signPolicy(again.version, agrees(ana, one.digest, first))).toMatchObject({ state: 'proposed', signatures: [{ signer: 'Ana Lopez of Bank A' }] });
  });

  test('is refused when nobody could ever change it, or nobody can any more', async () => {
    expect(await codeOf(publish(`${TWO}Policy changes need at least 3 different people from Compliance.\n`))).toBe('CS0438');
    await publish(CHANGED);
    await world.nodes.a.employ(world.client(world.nodes.a), 3, []);
    expect(await world.admin.currentPolicy()).toMatchObject({ publication: { outcome: 'deny' } });
    expect(await codeOf(publish(TWO))).toBe('CS0439');
    await world.nodes.a.employ(world.client(world.nodes.a), 4, [new TestPerson('Ada', 'Bank A', ['Compliance'])]);
    expect((await world.admin.publishPolicy({ file: 'next.policy', source: NEXT })).state).toBe('proposed');
  });

  test('gets in force once, whoever of two control planes hears the last signatures', async () => {
    const second: ControlPlane = await startControlPlane(testConfig(databases.last, world.home));
    try {
      const others = new ApiClient(operator(second.httpPort, operatorKey(world.home)));
      for (let round = 0, previous = await publish(CHANGED); round < 4; round++) {
        const proposed = await world.admin.publishPolicy({ file: `round-${round}.policy`, source: `${CHANGED}Every result of Mean must cover at least ${10 + round} records.\n` });
        const [one, two] = [agrees(ana, proposed.digest, previous), agrees(ben, proposed.digest, previous)];
        await Promise.all([world.admin.signPolicy(proposed.version, one), others.signPolicy(proposed.version, two), others.signPolicy(proposed.version, one), world.admin.signPolicy(proposed.version, two)].map((asked) => asked.catch((error: unknown) => {
          expect((error as { code?: string }).code).toBe('CS0440');
        })));
        expect(await others.policy(proposed.version)).toMatchObject({ state: 'in_force' });
        let published = 0;
        while (published === 0) published = (await world.admin.auditEntries({ type: 'policy.published', subject: `policy:${proposed.version}` })).items.length;
        expect(published).toBe(1);
        previous = proposed.digest;
      }
    } finally {
      await second.stop();
    }
  });
});
