import { describe, expect, test } from '@jest/globals';
import { type ProgramDefinition, programJson } from '#program';
import { program } from '../libs/program/src/author.js';
import { codeOf } from './support/consortium.js';
import { openedForAll } from './support/opened-consortium.js';
import { LOANS, newKeys, TestNode } from './support/test-node.js';

/** What a control plane keeps for others: nodes with their keys, and programs. */

const world = openedForAll();
const { gateway, leavesOf } = world;

describe('published programs', () => {
  /** A program of about a megabyte. */
  const large = (name: string): ProgramDefinition => program({ name, opens: 'The receivers learn one number.' }, ({ constant, open, rows }) => {
    open('x', constant(Array.from({ length: 60_000 }, () => 1)).sum().plus(rows.count));
  });

  test('take so much room and no more, as whoever lists them reads all', async () => {
    const { a } = world.banks.nodes;
    const publish = (definition: ProgramDefinition) =>
      world.banks.client(a).publishProgram({ statement: a.statement('program-publication', { program: { name: definition.name, digest: definition.digest } }), definition: programJson(definition) });
    for (let i = 0; i < 18; i++) expect((await publish(large(`Large ${i}`))).name).toBe(`Large ${i}`);
    expect(await codeOf(publish(large('Large 18')))).toBe('CS0448');
    expect(await codeOf(publish(large('LARGE 0')))).toBe('CS0447');
    expect((await publish(large('Large 0'))).name).toBe('Large 0');
  });
});

describe('registration', () => {
  const enrol = async (name: string): Promise<string> => (await world.banks.admin.createEnrolmentToken({ node: name })).token;

  test('needs a token for this name, once', async () => {
    const [d, e] = [new TestNode('Bank D'), new TestNode('Bank E')];
    const token = await enrol('Bank D');
    expect(await codeOf(d.register(world.banks.admin, undefined))).toBe('CS0165');
    expect(await codeOf(e.register(world.banks.admin, token))).toBe('CS0165');
    expect(await d.register(world.banks.admin, token)).toMatchObject({ id: 'bank-d', version: 1, connected: false });
    expect(await codeOf(new TestNode('Bank F', newKeys()).register(world.banks.admin, token))).toBe('CS0165');
  });

  test('needs a right signature, fresh challenge and proof of every key', async () => {
    const node = new TestNode('Bank G');
    const token = await enrol('Bank G');
    const other = newKeys();
    const proof = await node.proof(world.banks.admin, node.registration(1));
    expect(await codeOf(world.banks.admin.register({ ...proof, token, proofs: { ...proof.proofs, link: proof.proofs.link.replace(/^..../, 'AAAA') } }))).toBe('CS0166');
    expect(await codeOf(world.banks.admin.register({ ...proof, token, proofs: { ...proof.proofs, witness: proof.proofs.witness.replace(/^..../, 'AAAA') } }))).toBe('CS0166');
    expect(await codeOf(world.banks.admin.register({ ...proof, token, proofs: { ...proof.proofs, sealing: 'A'.repeat(43) } }))).toBe('CS0166');
    const [head, payload] = proof.registration.split('.');
    const forged = `${head}.${payload}.${Buffer.from(other.approval.sign(Buffer.from(`${head}.${payload}`))).toString('base64url')}`;
    expect(await codeOf(world.banks.admin.register({ ...(await node.proof(world.banks.admin, forged)), token }))).toBe('CS0114');
    expect(await codeOf(world.banks.admin.register({ ...proof, token, challenge: crypto.randomUUID() }))).toBe('CS0164');
    await world.banks.admin.register({ ...proof, token });
    expect((await world.banks.admin.register({ ...proof, token })).version).toBe(1);
  });

  test('refuses a key that anybody has registered', async () => {
    const stolen = new TestNode('Bank H', { ...newKeys(), witness: world.banks.nodes.b.keys.witness });
    expect(await codeOf(stolen.register(world.banks.admin, await enrol('Bank H')))).toBe('CS0173');
    const { approval } = newKeys();
    const doubled = new TestNode('Bank I', { ...newKeys(), approval, link: approval });
    expect(await codeOf(doubled.register(world.banks.admin, await enrol('Bank I')))).toBe('CS0173');
  });

  test('refuses a name that looks like a registered one', async () => {
    expect(await codeOf(new TestNode('bank a').register(world.banks.admin, await enrol('bank a')))).toBe('CS0171');
  });

  test('takes a newer version under the same keys without a token', async () => {
    const { c } = world.banks.nodes;
    const view = await c.register(world.banks.client(c), undefined, 2, [LOANS, { ...LOANS, name: 'Cards' }]);
    expect([view.version, view.datasets.map(({ name }) => name)]).toEqual([2, ['Loans', 'Cards']]);
    expect(await codeOf(c.register(world.banks.client(c), undefined, 2, []))).toBe('CS0170');
    expect(await codeOf(new TestNode('Bank C').register(world.banks.admin, undefined, 3))).toBe('CS0171');
  });

  test('changes keys by rotation, which the old key signs', async () => {
    const d = new TestNode('Bank D2');
    await d.register(world.banks.admin, await enrol('Bank D2'));
    const worker = await d.connect(gateway());
    const next = newKeys();
    const registration = d.registration(2, [LOANS], next);
    const fields = { name: d.name, previousKid: d.keys.approval.kid, previousKey: Buffer.from(d.keys.approval.publicKey).toString('base64url'), registration };
    const proof = async () => d.proof(world.banks.admin, registration, next);
    const wrong = d.statement('key-rotation', fields, { key: next.approval });
    expect(await codeOf(world.banks.admin.rotate(d.id, { ...(await proof()), rotation: wrong }))).toBe('CS0113');
    const open = world.banks.nodes.a.job(world.banks.policy);
    await world.banks.admin.submitJob(open.jws);
    const view = await world.banks.admin.rotate(d.id, { ...(await proof()), rotation: d.statement('key-rotation', fields) });
    expect(view).toMatchObject({ version: 2, approvalKid: next.approval.kid, linkKid: next.link.kid });
    expect(await worker.closed).toBe(4003);
    await expect(d.connect(gateway())).rejects.toThrow('401');
    const rotated = new TestNode(d.name, next);
    (await rotated.connect(gateway())).close();
    expect((await world.banks.admin.job(open.id)).state).toBe('needs_signatures');
    expect((await leavesOf(d.id)).map(({ type }) => type)).toEqual(['enrolment.allowed', 'node.registered', 'node.updated', 'key.rotated']);
  });

  test('ends by revocation: the link is cut, open jobs are superseded, the name is not free again', async () => {
    const { a, b } = world.banks.nodes;
    const e = new TestNode('Bank Z');
    await e.register(world.banks.admin, await enrol('Bank Z'));
    const worker = await e.connect(gateway());
    const job = a.job(world.banks.policy, { inputs: [a, b, e].map(({ name }) => ({ node: name, dataset: 'Loans', role: 'rows' })) });
    expect((await world.banks.admin.submitJob(job.jws)).state).toBe('needs_signatures');
    expect(await world.banks.admin.revoke(e.id, 'left the consortium')).toMatchObject({ status: 'revoked', connected: expect.any(Boolean) });
    expect(await world.banks.admin.job(job.id)).toMatchObject({ state: 'superseded', code: 'CS0424' });
    expect(await worker.closed).toBe(4003);
    expect(await codeOf(e.client(gateway()).nodes())).toBe('CS0123');
    expect(await codeOf(e.register(world.banks.admin, await enrol('Bank Z'), 2))).toBe('CS0168');
  });
});
