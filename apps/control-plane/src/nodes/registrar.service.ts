import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, type EntityManager } from 'typeorm';
import { KeyRotation, nodeIdOf, NodeRegistration, type NodeView, type PublicKeys, type RegisterRequest, type RotateRequest } from '#contract';
import { canonicalise, fromBase64Url, keyIdOf, PqcError, readStatement, statementDigest, verifyStatement } from '#pqc';
import { evidenceOf, recordLeaf } from '../audit/outbox.js';
import { actorOf, type Caller } from '../auth/caller.js';
import { databaseNow, inTransaction, LOCK } from '../database/data-source.js';
import { NodeKey, NodeStatement, RegisteredNode, type KeyPurpose } from '../database/entities/identities.js';
import { notify } from '../database/signals.js';
import { notFound, Problem } from '../http/problem.js';
import { Superseding } from '../jobs/superseding.service.js';
import { Enrolment } from './enrolment.service.js';
import { NodeDirectory } from './node-directory.service.js';
import { isPersonsKey, People } from './people.service.js';
import { requirePossession } from './possession.js';

/** Registrations, their new versions, rotations and revocations. */
@Injectable()
export class Registrar {
  constructor(
    private readonly dataSource: DataSource,
    private readonly enrolment: Enrolment,
    private readonly superseding: Superseding,
    private readonly directory: NodeDirectory,
    private readonly people: People,
  ) {}

  /** First registration of a name (with a token), or a new version of it under the same keys. The same registration again changes nothing. */
  async register(request: RegisterRequest): Promise<NodeView> {
    const id = await inTransaction(this.dataSource, async (manager) => {
      const registration = parseRegistration(request.registration);
      const { name } = registration;
      const nodeId = nodeIdOf(name);
      await lockKeys(manager);
      const known = await manager.findOne(RegisteredNode, { where: { id: nodeId }, lock: { mode: 'pessimistic_write' } });
      if (known?.registration === request.registration) return nodeId;
      if (known) checkUpdate(known, registration);
      const challenge = await this.enrolment.redeemChallenge(manager, request.challenge, name);
      if (!known) await this.enrolment.redeemToken(manager, request.token, name);
      verifyRegistrationNow(request.registration, registration, await databaseNow(manager));
      requirePossession(registration.keys, challenge, request.registration, request.proofs);
      if (!known) await addKeys(manager, nodeId, registration, true);
      await store(manager, nodeId, request.registration, registration, known !== null);
      await this.people.replace(manager, nodeId, registration);
      return nodeId;
    });
    return this.directory.view(id);
  }

  /** New keys for a registered node, vouched for by its old approval key. What was open under the old keys is superseded. */
  async rotate(id: string, request: RotateRequest): Promise<NodeView> {
    await inTransaction(this.dataSource, async (manager) => {
      const registration = parseRegistration(request.registration);
      await lockKeys(manager);
      const known = await manager.findOne(RegisteredNode, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!known) throw notFound('node', id);
      if (known.registration === request.registration) return;
      requireRegistered(known);
      if (registration.name !== known.name) throw new Problem(400, 'CS0167', `the registration is of \`${registration.name}\`, not of \`${known.name}\``);
      requireNewer(known, registration);
      const challenge = await this.enrolment.redeemChallenge(manager, request.challenge, known.name);
      const now = await databaseNow(manager);
      verifyRegistrationNow(request.registration, registration, now);
      await this.verifyRotation(manager, known, request, now);
      requirePossession(registration.keys, challenge, request.registration, request.proofs);
      await manager.update(NodeKey, { nodeId: id, retiredAt: IsNull() }, { retiredAt: now });
      await addKeys(manager, id, registration, false);
      await store(manager, id, request.registration, registration, true);
      await this.people.replace(manager, id, registration);
      await manager.insert(NodeStatement, { digest: statementDigest(request.rotation), nodeId: id, kind: 'rotation', version: registration.version, statement: request.rotation });
      await recordLeaf(manager, {
        type: 'key.rotated', actor: { id, kind: 'node', kid: known.approvalKid }, subject: { id, kind: 'node' },
        evidence: [evidenceOf('key-rotation', known.approvalKid, request.rotation)],
      });
      await this.superseding.becauseOfNode(manager, known, { code: 'CS0423', reason: `\`${known.name}\` changed its keys` });
      notify(manager, { of: 'node', id });
    });
    return this.directory.view(id);
  }

  /** Ends a node's membership: its keys count no more, its link is cut, open jobs that touch it are superseded. */
  async revoke(id: string, reason: string, caller: Caller): Promise<NodeView> {
    await inTransaction(this.dataSource, async (manager) => {
      const known = await manager.findOne(RegisteredNode, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!known) throw notFound('node', id);
      if (known.status === 'revoked') return;
      const now = await databaseNow(manager);
      await manager.update(RegisteredNode, { id }, { status: 'revoked', updatedAt: now });
      await manager.update(NodeKey, { nodeId: id, retiredAt: IsNull() }, { retiredAt: now });
      await recordLeaf(manager, { type: 'key.revoked', actor: actorOf(caller), subject: { id, kind: 'node' } }, { reason });
      await this.superseding.becauseOfNode(manager, known, { code: 'CS0424', reason: `\`${known.name}\` was revoked` });
      await this.people.retireAll(manager, id, known.name);
      notify(manager, { of: 'node', id });
    });
    return this.directory.view(id);
  }

  private async verifyRotation(manager: EntityManager, known: RegisteredNode, request: RotateRequest, now: Date): Promise<void> {
    const approval = await this.directory.approvalKey(manager, known.approvalKid);
    if (!approval) throw new Problem(409, 'CS0168', `the keys of \`${known.name}\` are revoked`);
    const rotation = KeyRotation.parse(verified(request.rotation, 'key-rotation', approval.publicKey, now));
    if (rotation.name !== known.name || rotation.issuer !== known.name || rotation.previousKid !== known.approvalKid || rotation.registration !== request.registration) {
      throw new Problem(400, 'CS0167', 'the rotation is not about this node, its key in use and this registration');
    }
  }
}

/** Whether a key is new is looked up by one registration at a time. */
const lockKeys = (manager: EntityManager): Promise<unknown> => manager.query('SELECT pg_advisory_xact_lock($1)', [LOCK.keys]);

function verified(jws: string, type: string, publicKey: Uint8Array, now: Date): unknown {
  try {
    return verifyStatement(jws, { type, publicKey, now });
  } catch (error) {
    if (error instanceof PqcError) throw new Problem(400, error.code, `the ${type} is refused: ${error.message}`, { cause: error });
    throw error;
  }
}

function parseRegistration(jws: string): NodeRegistration {
  try {
    const registration = NodeRegistration.parse(readStatement(jws).payload);
    if (registration.issuer !== registration.name) throw new Problem(400, 'CS0167', `the registration of \`${registration.name}\` is issued by \`${registration.issuer}\``);
    const names = registration.datasets.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Problem(400, 'CS0172', `the dataset \`${twice}\` stands twice in the registration`);
    return registration;
  } catch (error) {
    if (error instanceof PqcError) throw new Problem(400, error.code, `the registration is refused: ${error.message}`, { cause: error });
    throw error;
  }
}

/** A registration is signed by the approval key that it names. */
function verifyRegistrationNow(jws: string, registration: NodeRegistration, now: Date): void {
  verified(jws, 'node-registration', rawKey(registration.keys, 'approval'), now);
}

function rawKey(keys: PublicKeys, purpose: KeyPurpose): Uint8Array {
  const raw = fromBase64Url(keys[purpose]);
  const bytes = { link: 1952, approval: 1952, witness: 1312, sealing: 1184 }[purpose];
  if (raw.length !== bytes) throw new Problem(400, 'CS0169', `the ${purpose} key has ${raw.length} bytes, not ${bytes}`);
  return raw;
}

function requireRegistered(known: RegisteredNode): void {
  if (known.status === 'revoked') throw new Problem(409, 'CS0168', `\`${known.name}\` is revoked and cannot register again`, { help: 'use another name and new keys' });
}
function requireNewer(known: RegisteredNode, registration: NodeRegistration): void {
  if (registration.version <= known.version) throw new Problem(409, 'CS0170', `version ${registration.version} of \`${known.name}\` is not newer than the registered ${known.version}`);
}

function checkUpdate(known: RegisteredNode, registration: NodeRegistration): void {
  requireRegistered(known);
  if (known.name !== registration.name) throw new Problem(409, 'CS0171', `the name \`${registration.name}\` is too close to the registered \`${known.name}\``);
  if (canonicalise(parseRegistration(known.registration).keys) !== canonicalise(registration.keys)) {
    throw new Problem(409, 'CS0171', `\`${known.name}\` is registered with other keys`, { help: 'keys change by rotation: `POST /v1/nodes/:id/rotations`' });
  }
  requireNewer(known, registration);
}

const ALGORITHMS = { link: 'ML-DSA-65', approval: 'ML-DSA-65', witness: 'ML-DSA-44', sealing: 'ML-KEM-768' } as const;

/** Registers all four keys. None may ever have been registered, by anybody, for anything. */
async function addKeys(manager: EntityManager, nodeId: string, registration: NodeRegistration, first: boolean): Promise<void> {
  const keys = (Object.keys(ALGORITHMS) as KeyPurpose[]).map((purpose) => {
    const publicKey = rawKey(registration.keys, purpose);
    return { kid: keyIdOf(ALGORITHMS[purpose], publicKey), nodeId, purpose, publicKey: Buffer.from(publicKey) };
  });
  const kids = keys.map(({ kid }) => kid);
  const used = await manager.findOneBy(NodeKey, { kid: In(kids) });
  if (await isPersonsKey(manager, kids)) throw new Problem(409, 'CS0173', 'a key of the node is that of a person', { help: 'make new keys' });
  const purpose = used?.purpose ?? keys.find(({ kid }, index) => kids.indexOf(kid) !== index)?.purpose;
  if (purpose) throw new Problem(409, 'CS0173', `the ${purpose} key is already used`, { help: 'a key serves one node and one purpose: make new keys' });
  if (first) await manager.insert(RegisteredNode, { ...columnsOf(registration), id: nodeId, status: 'registered', registration: '' });
  await manager.insert(NodeKey, keys);
}

const columnsOf = (registration: NodeRegistration) => ({
  name: registration.name, region: registration.region, version: registration.version, expiresAt: new Date(registration.expiresAt),
  approvalKid: keyIdOf('ML-DSA-65', fromBase64Url(registration.keys.approval)), linkKid: keyIdOf('ML-DSA-65', fromBase64Url(registration.keys.link)),
});

async function store(manager: EntityManager, id: string, jws: string, registration: NodeRegistration, update: boolean): Promise<void> {
  const columns = columnsOf(registration);
  await manager.update(RegisteredNode, { id }, { ...columns, registration: jws, updatedAt: () => 'now()' });
  await manager.insert(NodeStatement, { digest: statementDigest(jws), nodeId: id, kind: 'registration', version: registration.version, statement: jws });
  await recordLeaf(manager, {
    type: update ? 'node.updated' : 'node.registered', actor: { id, kind: 'node', kid: columns.approvalKid }, subject: { id, kind: 'node' },
    evidence: [evidenceOf('node-registration', columns.approvalKid, jws)],
  });
  notify(manager, { of: 'node', id });
}
