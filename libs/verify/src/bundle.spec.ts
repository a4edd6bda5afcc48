import { KemKey, toBase64Url, type SigningKey } from '#pqc';
import type { JobBundle, JobSpec } from '#contract';
import { program, type ProgramDefinition, programByName, programJson } from '#program';
import { Consortium, jobDigestIn, testNode } from '#testing';
import { verifyBundle, type BundleCheck } from './bundle.js';
import { VerificationError } from './errors.js';
import { planVerified } from './plan.js';

const now = new Date('2026-11-22T10:00:00.000Z');
const policy = 'Allow anyone to run Mean on Loans only if Bank B signs.';
const world = new Consortium({ nodes: ['Bank A', 'Bank B', 'Bank C'], policy, now });
const check: BundleCheck = { pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now, as: { node: 'Bank C', role: 'party' } };
const job = world.job('Bank A');
const approval = world.about('approval', 'Bank B', job);
const good = world.bundle(job, { approvals: [approval] });

const after = (ms: number): string => new Date(now.getTime() + ms).toISOString();

function codeOf(bundle: unknown, options: Partial<BundleCheck> = {}): string {
  try {
    verifyBundle(bundle, { ...check, ...options });
    return 'accepted';
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    expect(error.message).toMatch(/^[^\n]{10,400}$/);
    return error.code;
  }
}
/** The bundle with a job that differs from the good one in `fields`, and an approval of it. */
function withJob(fields: Partial<JobSpec>): JobBundle {
  const other = world.job('Bank A', fields);
  return { ...good, job: other, approvals: [world.about('approval', 'Bank B', other)] };
}
/** The registration of one node replaced. */
const withRegistration = (name: string, jws: string): JobBundle => ({
  ...good, registrations: [...[...world.nodes.keys()].filter((each) => each !== name).map((each) => world.registration(each)), jws],
});

test('a bundle that holds everything is accepted, with the decision made here', () => {
  const verified = verifyBundle(good, check);
  expect(verified.digest).toBe(jobDigestIn(job));
  expect(verified.id).toBe(`job_${verified.digest.slice(0, 20)}`);
  expect(verified.decision.outcome).toBe('allow');
  expect(verified.datasets.map(({ node, columns }) => [node, columns.income])).toEqual(
    ['Bank A', 'Bank B', 'Bank C'].map((node) => [node, { type: 'number', min: 0, max: 1000 }]),
  );
  expect(verified.newPins).toEqual(Object.fromEntries(Object.entries(world.pins).map(([name, pin]) => [name, { ...pin, version: 1 }])));
});

test('a signer sees the decision also while signatures are missing; a party does not go on', () => {
  const unsigned = { ...good, approvals: [] };
  expect(verifyBundle(unsigned, { ...check, as: undefined }).decision).toMatchObject({ outcome: 'needs_signatures', canSign: ['Bank B'] });
  expect(codeOf(unsigned)).toBe('CS0361');
});

describe('what is about nodes', () => {
  const thief = testNode('Bank B');
  test.each<[string, () => [unknown, Partial<BundleCheck>?], string]>([
    ['not a bundle', () => [{ ...good, extra: 1 }], 'CS0330'],
    ['a missing registration of a party', () => [{ ...good, registrations: good.registrations.slice(0, 2) }], 'CS0334'],
    ['a name registered twice', () => [{ ...good, registrations: [...good.registrations, good.registrations[0]] }], 'CS0334'],
    ['keys other than the pinned ones', () => [withRegistration('Bank B', world.registration('Bank B', {}, thief))], 'CS0332'],
    ['a link key other than the pinned one', () => [withRegistration('Bank B', world.registration('Bank B', {}, { ...world.node('Bank B'), link: thief.link }))], 'CS0332'],
    ['a registration for another name', () => [withRegistration('Bank B', world.registration('Bank B', { name: 'Bank D' }))], 'CS0331'],
    ['an expired registration', () => [withRegistration('Bank B', world.registration('Bank B', { issuedAt: after(-2000), expiresAt: after(-1000) }))], 'CS0331'],
    ['an older registration than one seen', () => [good, { pins: { ...world.pins, 'Bank B': { ...world.pins['Bank B'], version: 2 } } }], 'CS0335'],
  ])('%s is refused', (_, arrange, code) => {
    expect(codeOf(...arrange())).toBe(code);
  });

  test('a name without a pin is trusted on first use', () => {
    const { 'Bank B': pin, ...others } = world.pins;
    expect(verifyBundle(good, { ...check, pins: others }).newPins['Bank B']).toEqual({ ...pin, version: 1 });
  });
});

describe('rotations', () => {
  const old = world.node('Bank B');
  const next = testNode('Bank B');
  const registration = world.registration('Bank B', { version: 2 }, next);
  const rotate = (fields: Record<string, unknown> = {}, key: SigningKey = old.approval): string =>
    world.sign('Bank B', { type: 'key-rotation', name: 'Bank B', previousKid: key.kid, previousKey: toBase64Url(key.publicKey), registration, ...fields }, key);
  const rotated = (rotations: string[]): JobBundle => ({
    ...withRegistration('Bank B', registration), rotations, approvals: [world.sign('Bank B', { type: 'approval', job: jobDigestIn(job), policy: world.policy.digest }, next.approval)],
  });

  test('a rotation signed by the pinned key leads to the new keys, which are pinned', () => {
    expect(verifyBundle(rotated([rotate()]), check).newPins['Bank B']).toEqual({ approvalKid: next.approval.kid, linkKid: next.link.kid, version: 2 });
  });
  test('two rotations in a row are followed', () => {
    const middle = testNode('Bank B');
    const first = rotate({ registration: world.registration('Bank B', { version: 2 }, middle) });
    expect(codeOf(rotated([rotate({}, middle.approval), first]))).toBe('accepted');
  });
  test.each<[string, () => string[], string]>([
    ['no rotation', () => [], 'CS0332'],
    ['a rotation by a key that is not pinned', () => [rotate({}, next.approval)], 'CS0332'],
    ['a rotation of another node', () => [rotate({ name: 'Bank A' })], 'CS0333'],
    ['a rotation to other keys than the registered ones', () => [rotate({ registration: world.registration('Bank B', {}, testNode('Bank B')) })], 'CS0332'],
    ['an expired rotation', () => [rotate({ issuedAt: after(-2000), expiresAt: after(-1000) })], 'CS0333'],
    ['a rotation that names another key than the one that signs', () => [rotate({ previousKey: toBase64Url(next.approval.publicKey) })], 'CS0333'],
  ])('%s is refused', (_, rotations, code) => {
    expect(codeOf(rotated(rotations()))).toBe(code);
  });
});

const own = program({ name: 'Half Rows', opens: 'Half of the number of rows.' }, ({ rows, open }) => open('half', rows.count.times(0.5)));
const other = program({ name: 'Half Rows', opens: 'Half of the number of rows.' }, ({ rows, open }) => open('half', rows.count.times(0.25)));
const withProgram = ({ name, digest }: ProgramDefinition) => withJob({ program: { name, digest }, parameters: {} });

describe('what is about the job', () => {
  test('a program of the user that came along is read and planned', () => {
    const verified = verifyBundle({ ...withProgram(own), program: programJson(own) }, { pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now });
    expect(verified.program.digest).toBe(own.digest);
    expect(planVerified(verified).plan.outputs.map(({ name }) => name)).toEqual(['half']);
  });

  test('one of the name of a shipped program never takes its place', () => {
    const mean = programByName('Mean')!;
    const verified = verifyBundle({ ...good, program: programJson(own) }, { pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now });
    expect(verified.program).toBe(mean);
  });

  test.each<[string, () => [unknown, Partial<BundleCheck>?], string]>([
    ['a job by the key of another node', () => [{ ...good, job: world.sign('Bank A', { ...(JSON.parse(Buffer.from(job.split('.')[1], 'base64url').toString()) as object), type: 'job', kid: world.node('Bank C').approval.kid }, world.node('Bank C').approval) }], 'CS0340'],
    ['an expired job', () => [good, { now: new Date(now.getTime() + 3_600_000) }], 'CS0331'],
    ['a job that expired before its registrations', () => [withJob({ issuedAt: after(-2000), expiresAt: after(-1000) })], 'CS0340'],
    ['a job that is not to start yet', () => [withJob({ notBefore: after(60_000) })], 'CS0341'],
    ['a job of others', () => [good, { as: { node: 'Bank D', role: 'party' } }], 'CS0342'],
    ['a job whose result is for others', () => [good, { as: { node: 'Bank C', role: 'receiver' } }], 'CS0343'],
    ['an owner of an input that is no party', () => [withJob({ parties: ['Bank A', 'Bank C'] })], 'CS0344'],
    ['a party named twice', () => [withJob({ parties: ['Bank A', 'Bank B', 'Bank C', 'Bank A'] })], 'CS0344'],
    ['an input that is not registered', () => [withJob({ inputs: [{ node: 'Bank A', dataset: 'Cards', role: 'rows' }] })], 'CS0345'],
    ['an unknown program', () => [withJob({ program: { name: 'Row Export', digest: '0'.repeat(64) } })], 'CS0346'],
    ['another program of that name', () => [withJob({ program: { name: 'Mean', digest: '0'.repeat(64) } })], 'CS0346'],
    ['a program that is not what the job names', () => [{ ...withProgram(own), program: programJson(other) }], 'CS0346'],
    ['a program that did not come along', () => [withProgram(own)], 'CS0346'],
    ['a program that is none', () => [{ ...withProgram(own), program: '{' }], 'CS0346'],
    ['a program of another name', () => [{ ...withJob({ program: { name: 'Other Rows', digest: own.digest } }), program: programJson(own) }], 'CS0346'],
    ['security that no suite gives', () => [withJob({ security: { model: 'malicious', majority: 'dishonest' } })], 'CS0347'],
    ['a receiver without a registration', () => [withJob({ receivers: ['Bank D'] })], 'CS0334'],
  ])('%s is refused', (_, arrange, code) => {
    expect(codeOf(...arrange())).toBe(code);
  });
});

describe('what is about the policy', () => {
  const open = new Consortium({ nodes: ['Bank A', 'Bank B', 'Bank C'], policy: 'Allow anyone to compute.', now });
  test.each<[string, () => [unknown, Partial<BundleCheck>?], string]>([
    ['a policy that the operator has not accepted', () => [good, { acceptedPolicies: new Set() }], 'CS0350'],
    ['a policy that does not compile', () => [{ ...good, policy: { ...good.policy, source: 'Alow anyone.' } }], 'CS0351'],
    ['another source under the accepted digest', () => [{ ...good, policy: { ...good.policy, source: open.policy.source } }], 'CS0352'],
    ['a policy other than the one the job was asked for under', () => [{ ...good, policy: open.policy }], 'CS0353'],
    ['a registry in which a name of the policy is missing', () => [{ ...good, policy: { ...good.policy, registry: { ...good.policy.registry, nodes: ['Bank A', 'Bank C'] } } }], 'CS0351'],
  ])('%s is refused', (_, arrange, code) => {
    expect(codeOf(...arrange())).toBe(code);
  });

  test('tags come from the signed registration, not from what the control plane says of it', () => {
    const tagged = new Consortium({ nodes: ['Bank A', 'Bank B'], policy: 'Allow anyone to compute.\nNever allow anyone to compute on data tagged credit.', now });
    const bundle = tagged.bundle(tagged.job('Bank A'));
    const untagged = { ...bundle.policy.registry, datasets: bundle.policy.registry.datasets.map((dataset) => ({ ...dataset, tags: ['credit', 'other'] })) };
    const options = { pins: tagged.pins, acceptedPolicies: new Set([tagged.policy.digest]), now };
    expect(verifyBundle({ ...bundle, policy: { ...bundle.policy, registry: untagged } }, options).decision.outcome).toBe('deny');
    expect(codeOf(bundle, { ...options, as: { node: 'Bank B', role: 'party' } })).toBe('CS0360');
  });
});

describe('what a job rests on', () => {
  const strict = new Consortium({ nodes: ['Bank A', 'Bank B'], policy: 'Allow anyone to compute.\nEvery computation on Loans must rest on Module-LWE only.', now });
  const options = { pins: strict.pins, acceptedPolicies: new Set([strict.policy.digest]), now, as: { node: 'Bank B', role: 'party' } as const };
  const asking = (assumptions?: 'no-lpn' | 'module-lwe-only'): unknown => strict.bundle(strict.job('Bank A', { security: { model: 'semi-honest', majority: 'dishonest', ...(assumptions && { assumptions }) } }));

  test.each([[undefined, 'CS0360'], ['no-lpn', 'CS0360'], ['module-lwe-only', 'accepted']] as const)('is held against the policy by every worker: %s', (assumptions, code) => expect(codeOf(asking(assumptions), options)).toBe(code));

  test('is in the plan and its digest, which parties compare', () => {
    const [job, plain] = [verifyBundle(asking('module-lwe-only'), options), verifyBundle(good, { pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now })];
    expect(planVerified(job).plan.assumptions).toBe('module-lwe-only');
    expect(planVerified(plain).plan).not.toHaveProperty('assumptions');
    const { assumptions: _, ...security } = job.spec.security;
    expect(planVerified({ ...job, spec: { ...job.spec, security } }).digest).not.toBe(planVerified(job).digest);
  });
});

describe('approvals, withdrawals and vetoes', () => {
  const other = world.job('Bank A');
  const say = (type: string, signer = 'Bank B', fields: Record<string, unknown> = {}): string => world.about(type, signer, job, fields);
  test.each<[string, () => unknown, string]>([
    ['an approval of another job', () => ({ ...good, approvals: [world.about('approval', 'Bank B', other)] }), 'CS0357'],
    ['an approval under another policy', () => ({ ...good, approvals: [say('approval', 'Bank B', { policy: '0'.repeat(64) })] }), 'CS0353'],
    ['an expired approval', () => ({ ...good, approvals: [say('approval', 'Bank B', { issuedAt: after(-2000), expiresAt: after(-1000) })] }), 'CS0354'],
    ['an approval from the future', () => ({ ...good, approvals: [say('approval', 'Bank B', { issuedAt: after(120_000) })] }), 'CS0354'],
    ['an approval in the name of another node', () => ({ ...good, approvals: [world.sign('Bank B', { type: 'approval', job: jobDigestIn(job), policy: world.policy.digest }, world.node('Bank C').approval)] }), 'CS0354'],
    ['an approval with the link key', () => ({ ...good, approvals: [world.sign('Bank B', { type: 'approval', job: jobDigestIn(job), policy: world.policy.digest }, world.node('Bank B').link)] }), 'CS0354'],
    ['a veto that passes as an approval', () => ({ ...good, approvals: [say('veto')] }), 'CS0354'],
    ['an approval by a node that is not asked', () => ({ ...good, approvals: [say('approval', 'Bank C')] }), 'CS0361'],
    ['a withdrawn approval', () => ({ ...good, withdrawals: [say('withdrawal')] }), 'CS0361'],
    ['a withdrawal of another job', () => ({ ...good, withdrawals: [world.about('withdrawal', 'Bank B', other)] }), 'CS0357'],
    ['an altered withdrawal', () => ({ ...good, withdrawals: [`${say('withdrawal').slice(0, -6)}AAAAAA`] }), 'CS0355'],
    ['a job that a party vetoed', () => ({ ...good, vetoes: [say('veto', 'Bank C')] }), 'CS0360'],
    ['a job that the asked signer vetoed', () => ({ ...good, vetoes: [say('veto', 'Bank B')] }), 'CS0360'],
    ['an altered veto', () => ({ ...good, vetoes: [`${say('veto').slice(0, -6)}AAAAAA`] }), 'CS0356'],
  ])('%s is refused', (_, arrange, code) => {
    expect(codeOf(arrange())).toBe(code);
  });

  test('one approval sent twice, or signed twice, counts once', () => {
    const two = new Consortium({ nodes: ['Bank A', 'Bank B', 'Bank C'], policy: 'Allow anyone to compute only if at least 2 of Bank A, Bank B and Bank C sign.', now });
    const wanted = two.job('Bank A');
    const options = { pins: two.pins, acceptedPolicies: new Set([two.policy.digest]) };
    const twice = [two.about('approval', 'Bank B', wanted), two.about('approval', 'Bank B', wanted)];
    expect(codeOf(two.bundle(wanted, { approvals: twice }), options)).toBe('CS0361');
    expect(codeOf(two.bundle(wanted, { approvals: [...twice, two.about('approval', 'Bank C', wanted)] }), options)).toBe('accepted');
  });

  test('an approval after a withdrawal counts', () => {
    expect(codeOf({ ...good, withdrawals: [say('withdrawal', 'Bank B', { issuedAt: after(-1000) })] })).toBe('accepted');
  });

  test('a veto by a node that has no part in the job changes nothing', () => {
    const four = new Consortium({ nodes: ['Bank A', 'Bank B', 'Bank C'], policy: 'Allow anyone to compute.', now });
    const names = ['Bank A', 'Bank B'];
    const wanted = four.job('Bank A', { parties: names, inputs: names.map((node) => ({ node, dataset: 'Loans', role: 'rows' })) });
    const bundle = four.bundle(wanted, { vetoes: [four.about('veto', 'Bank C', wanted)] });
    expect(codeOf(bundle, { pins: four.pins, acceptedPolicies: new Set([four.policy.digest]), as: { node: 'Bank B', role: 'party' } })).toBe('accepted');
  });
});

describe('tampering', () => {
  const rotation = world.sign('Bank B', {
    type: 'key-rotation', name: 'Bank B', previousKid: world.node('Bank B').approval.kid, previousKey: toBase64Url(world.node('Bank B').approval.publicKey), registration: world.registration('Bank B'),
  });
  const full: JobBundle = { ...good, rotations: [rotation], withdrawals: [world.about('withdrawal', 'Bank A', job)], vetoes: [] };
  const lists = ['registrations', 'rotations', 'approvals', 'withdrawals'] as const;
  const statements = [['job', 0] as const, ...lists.map((list) => [list, 0] as const)];
  const replaced = (list: (typeof statements)[number][0], index: number, jws: string): JobBundle =>
    list === 'job' ? { ...full, job: jws } : { ...full, [list]: full[list].map((each, at) => (at === index ? jws : each)) };
  const statementAt = (list: (typeof statements)[number][0], index: number): string => (list === 'job' ? full.job : full[list][index]);

  test('the untouched bundle is accepted', () => {
    expect(codeOf(full)).toBe('accepted');
  });

  test.each(statements)('any changed field of %s %i is refused', (list, index) => {
    const [header, payload, signature] = statementAt(list, index).split('.');
    const fields = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    for (const field of Object.keys(fields)) {
      for (const changed of changesOf(fields[field])) {
        const text = Buffer.from(JSON.stringify({ ...fields, [field]: changed })).toString('base64url');
        expect([field, codeOf(replaced(list, index, `${header}.${text}.${signature}`))]).toEqual([field, expect.stringMatching(/^CS03/)]);
      }
    }
  });

  test.each(statements)('any flipped bit of %s %i is refused', (list, index) => {
    const jws = statementAt(list, index);
    for (let at = 0; at < jws.length; at += Math.ceil(jws.length / 16)) {
      if (jws[at] === '.') continue;
      const flipped = jws[at] === 'A' ? 'B' : 'A';
      expect(codeOf(replaced(list, index, jws.slice(0, at) + flipped + jws.slice(at + 1)))).toMatch(/^CS03/);
    }
  });
});

function changesOf(value: unknown): unknown[] {
  if (typeof value === 'number') return [value + 1, String(value)];
  if (typeof value === 'string') return [`${value}x`, value.slice(1)];
  if (Array.isArray(value)) return [[...(value as unknown[]), ...(value as unknown[]).slice(0, 1)], []];
  return [{ ...(value as object), added: 'x' }, {}];
}

test('keys of the wrong kind are no registration', () => {
  const short = KemKey.generate('ML-KEM-512');
  const registration = world.registration('Bank B', { keys: { ...JSON.parse(Buffer.from(world.registration('Bank B').split('.')[1], 'base64url').toString()).keys, approval: toBase64Url(short.publicKey) } });
  expect(codeOf(withRegistration('Bank B', registration))).toBe('CS0331');
});
