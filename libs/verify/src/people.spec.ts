import fc from 'fast-check';
import type { JobBundle, Person } from '#contract';
import { toBase64Url } from '#pqc';
import { Consortium, jobDigestIn, testPerson, type TestPerson } from '#testing';
import { verifyBundle, type BundleCheck } from './bundle.js';
import { decideJob } from './decision.js';
import { VerificationError } from './errors.js';
import { rolesIn, signersIn } from './signers.js';

const now = new Date('2026-11-22T10:00:00.000Z');
const ana = testPerson('Ana Lopez', 'Bank A', ['Compliance']);
const ben = testPerson('Ben Okoye', 'Bank B', ['Compliance', 'Model Risk']);
const cleo = testPerson('Cleo Marsh', 'Bank B', ['data officer']);
const people = [ana, ben, cleo];
const nodes = ['Bank A', 'Bank B', 'Bank C'];
const consortium = (policy: string, staff: readonly TestPerson[] = people): Consortium => new Consortium({ nodes, policy, now, people: staff });
const two = consortium('Allow anyone to compute only if at least two different people from Compliance sign.');
const optionsOf = (world: Consortium): BundleCheck => ({ pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now });

function codeOf(world: Consortium, bundle: JobBundle): string {
  try {
    return verifyBundle(bundle, optionsOf(world)).decision.outcome;
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return error.code;
  }
}
const wanted = two.job('Bank A');
const approvedBy = (...statements: string[]): JobBundle => two.bundle(wanted, { approvals: statements });
const yes = (person: TestPerson): string => two.aboutAs('approval', person, wanted);
const after = (ms: number): string => new Date(now.getTime() + ms).toISOString();

test('people fill the seats of a role, each one', () => {
  expect(verifyBundle(approvedBy(), optionsOf(two)).decision).toMatchObject({ outcome: 'needs_signatures', canSign: ['Ana Lopez of Bank A', 'Ben Okoye of Bank B'] });
  expect(codeOf(two, approvedBy(yes(ana), yes(ana)))).toBe('needs_signatures');
  expect(codeOf(two, approvedBy(yes(ana), yes(cleo)))).toBe('needs_signatures');
  expect(codeOf(two, approvedBy(yes(ana), yes(ben)))).toBe('allow');
});

test.each<[string, () => string]>([
  ['a key that her node has not registered', () => two.signAs(ana, { type: 'approval', job: jobDigestIn(wanted), policy: two.policy.digest }, testPerson('x', 'x', []).approval)],
  ['the key of another person', () => two.signAs(ana, { type: 'approval', job: jobDigestIn(wanted), policy: two.policy.digest }, ben.approval)],
  ['her link key', () => two.signAs(ana, { type: 'approval', job: jobDigestIn(wanted), policy: two.policy.digest }, ana.link)],
  ['another node than hers', () => two.aboutAs('approval', { ...ana, node: 'Bank B' }, wanted)],
  ['another name', () => two.aboutAs('approval', { ...ana, name: 'Ben Okoye' }, wanted)],
  ['the key of her node', () => two.signAs(ana, { type: 'approval', job: jobDigestIn(wanted), policy: two.policy.digest }, two.node('Bank A').approval)],
])('a statement with %s is refused', (_, approval) => {
  expect(codeOf(two, approvedBy(approval()))).toBe('CS0336');
});

test('a statement that carries another key than it names is refused', () => {
  const forged = two.sign('Ana Lopez', { type: 'approval', job: jobDigestIn(wanted), policy: two.policy.digest, kid: ana.approval.kid, person: { node: 'Bank A', key: toBase64Url(ben.approval.publicKey) } }, ana.approval);
  expect(codeOf(two, approvedBy(forged))).toBe('CS0354');
});

test('a person counts only while the registration of her node names her, which nobody but the pinned key signs', () => {
  const without = [two.registration('Bank A'), two.registration('Bank C'), two.registration('Bank B', { people: [] })];
  expect(codeOf(two, { ...approvedBy(yes(ana), yes(ben)), registrations: without })).toBe('CS0336');
  const invented: Person = { name: 'Eve', roles: ['Compliance'], approvalKid: cleo.approval.kid, linkKid: cleo.link.kid };
  const stranger = testPerson('Bank C', 'Bank C', []);
  const byControlPlane = two.registration('Bank C', { people: [invented], keys: { ...JSON.parse(Buffer.from(two.registration('Bank C').split('.')[1], 'base64url').toString()).keys, approval: toBase64Url(stranger.approval.publicKey) }, kid: stranger.approval.kid }, { ...two.node('Bank C'), approval: stranger.approval });
  expect(codeOf(two, { ...approvedBy(yes(ana)), registrations: [two.registration('Bank A'), two.registration('Bank B'), byControlPlane] })).toBe('CS0332');
});

test('the registry that a control plane sends gives nobody a role', () => {
  const bundle = approvedBy(yes(ana), yes(cleo));
  const roles = [{ name: 'Compliance', nodes }];
  expect(codeOf(two, { ...bundle, policy: { ...bundle.policy, registry: { ...bundle.policy.registry, roles } } })).toBe('needs_signatures');
});

test.each([
  ['a majority of people from Compliance signs', 'Bank B', 'CS0337'],
  ['every member of Compliance signs', 'Bank B', 'CS0337'],
  ['at least one person from Compliance signs', 'Bank B', 'allow'],
  ['a majority of people from Compliance signs', 'Bank D', 'allow'],
])('who is left out lowers no quorum: %s, without %s', (condition, absent, outcome) => {
  const dan = testPerson('Dan Ilic', 'Bank B', ['Compliance']);
  const staff = [ana, { ...ben, node: absent }, { ...dan, node: absent }];
  const world = new Consortium({ nodes: ['Bank A', 'Bank C', 'Bank B', 'Bank D'], policy: `Allow anyone to compute only if ${condition}.`, now, people: staff });
  const seats = ['Bank A', 'Bank C'];
  const job = world.job('Bank A', { parties: seats, inputs: seats.map((node) => ({ node, dataset: 'Loans', role: 'rows' })) });
  const bundle = world.bundle(job, { approvals: [world.aboutAs('approval', ana, job)] });
  const withheld = { ...bundle, registrations: seats.map((name) => world.registration(name)) };
  // What a worker remembers of offers before; of Bank D it has seen nobody.
  const { newPins } = verifyBundle(bundle, optionsOf(world));
  const { 'Bank D': _, ...pins } = newPins;
  const look = (): string => verifyBundle(withheld, { ...optionsOf(world), pins }).decision.outcome;
  if (outcome === 'allow') expect(look()).toBe('allow');
  else expect(look).toThrow(expect.objectContaining({ code: outcome }) as Error);
});

test('two names of one key are one signer', () => {
  const twin = { ...ana, name: 'Anna Lopez', node: 'Bank B' };
  const world = consortium('Allow anyone to compute only if at least 2 different people from Compliance sign.', [ana, twin, ben]);
  const job = world.job('Bank A');
  expect(codeOf(world, world.bundle(job, { approvals: [world.aboutAs('approval', ana, job), world.aboutAs('approval', twin, job)] }))).toBe('needs_signatures');
  expect(codeOf(world, world.bundle(job, { approvals: [world.aboutAs('approval', twin, job), world.aboutAs('approval', ben, job)] }))).toBe('allow');
});

test('somebody who would be called like a node signs for nobody', () => {
  const names = ['Bank A', 'Bank', 'Data of Bank A'];
  const namesake = testPerson('Data', 'Bank A', ['Compliance']);
  const world = new Consortium({ nodes: names, policy: 'Allow anyone to compute only if Data of Bank A signs.', now, people: [namesake] });
  const job = world.job('Bank A', { parties: ['Bank A', 'Bank'], inputs: ['Bank A', 'Bank'].map((node) => ({ node, dataset: 'Loans', role: 'rows' })) });
  const bundle = world.bundle(job, { approvals: [world.aboutAs('approval', namesake, job)] });
  expect(codeOf(world, bundle)).toBe('needs_signatures');
  // Also where the registration of that node is kept back.
  expect(codeOf(world, { ...bundle, registrations: bundle.registrations.slice(0, 2) })).toBe('deny');
});

test('a person takes back what she signed, and vetoes where she is asked to sign', () => {
  const both = approvedBy(yes(ana), yes(ben));
  expect(codeOf(two, { ...both, withdrawals: [two.aboutAs('withdrawal', ben, wanted)] })).toBe('needs_signatures');
  expect(codeOf(two, { ...both, withdrawals: [two.aboutAs('withdrawal', ben, wanted, { issuedAt: after(-1000) })] })).toBe('allow');
  expect(codeOf(two, { ...both, vetoes: [two.aboutAs('veto', ana, wanted)] })).toBe('deny');
  expect(codeOf(two, { ...both, vetoes: [two.aboutAs('veto', cleo, wanted)] })).toBe('allow');
});

test('roles are those that registrations give, each with its nodes', () => {
  expect(rolesIn([{ name: 'Bank B', people: [ben, cleo].map(({ roles }) => ({ roles: [...roles] })) }, { name: 'Bank A', people: [{ roles: ['Compliance'] }] }, { name: 'Bank C' }]))
    .toEqual([{ name: 'Compliance', nodes: ['Bank A', 'Bank B'] }, { name: 'Model Risk', nodes: ['Bank B'] }, { name: 'data officer', nodes: ['Bank B'] }]);
});

const mostly = <T>(usual: T, other: fc.Arbitrary<T>) => fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

/** What a control plane decides on from its own tables, and what a worker makes of the bundle alone. */
test('workers decide as the control plane does, over policies, jobs and signatures with people', () => {
  const CONDITIONS = [
    'at least two different people from Compliance sign', 'a person from Compliance signs', 'a data officer of Bank B signs', 'Bank B signs and a person from Model Risk signs',
    'either Bank C signs or at least 2 different people from Compliance sign', 'a majority of data owners sign', 'both Bank B signs and at least one person from Compliance signs',
  ];
  const worlds = new Map(CONDITIONS.flatMap((condition) => ['if', 'only if'].map((word) => {
    const world = consortium(`Allow Bank A or Bank C to run Mean on Loans ${word} ${condition}.\nAny data owner may veto a computation on its data.\n`);
    return [`${word} ${condition}`, { world, jobs: ['Bank A', 'Bank B', 'Bank C'].map((asker) => world.job(asker)) }] as const;
  })));
  const seen: Record<string, number> = {};
  fc.assert(fc.property(
    // Bank B is denied whatever is signed; who is not in office can sign nothing; a veto denies. Each seldom, so that every outcome is common.
    fc.constantFrom(...worlds.keys()), fc.constantFrom(0, 2, 0, 2, 1), mostly([0, 1, 2], fc.subarray([0, 1, 2])), fc.oneof(fc.constant(nodes), fc.subarray(nodes)), fc.subarray(people), mostly([], fc.subarray(people)), mostly([], fc.subarray(nodes)),
    (key, asker, staffed, approvingNodes, approvingPeople, withdrawing, vetoing) => {
      const { world, jobs } = worlds.get(key)!;
      const job = jobs[asker];
      const says = (type: string) => ({ nodes: (names: readonly string[]) => names.map((name) => world.about(type, name, job)), people: (some: readonly TestPerson[]) => some.map((person) => world.aboutAs(type, person, job)) });
      const counted = approvingPeople.filter((person) => staffed.includes(people.indexOf(person)));
      const bundle = world.bundle(job, {
        registrations: nodes.map((name) => world.registration(name, { people: people.filter((person, index) => person.node === name && staffed.includes(index)).map(({ name: who, roles, approval, link }) => ({ name: who, roles: [...roles], approvalKid: approval.kid, linkKid: link.kid })) })),
        approvals: [...says('approval').nodes(approvingNodes), ...says('approval').people(counted)],
        withdrawals: says('withdrawal').people(withdrawing.filter((person) => counted.includes(person))),
        vetoes: says('veto').nodes(vetoing),
      });
      const here = verifyBundle(bundle, optionsOf(world));
      const payloads = (all: readonly string[]): never[] => all.map((jws) => JSON.parse(Buffer.from(jws.split('.')[1], 'base64url').toString()) as never);
      const registered = bundle.registrations.map((jws) => payloads([jws])[0] as { name: string; kid: string; region: string; people: Person[] });
      const there = decideJob(here.policy, {
        spec: here.spec, datasets: here.datasets, approvals: payloads(bundle.approvals), withdrawals: payloads(bundle.withdrawals), vetoes: payloads(bundle.vetoes), programApprovals: [],
        signers: signersIn(registered.map((registration) => ({ name: registration.name, approvalKid: registration.kid, registration }))), now, uses: [],
      });
      expect(here.decision).toEqual(there);
      seen[there.outcome] = (seen[there.outcome] ?? 0) + 1;
    },
  ), { numRuns: 120 });
  expect(Math.min(seen.allow, seen.deny, seen.needs_signatures)).toBeGreaterThan(5);
});
