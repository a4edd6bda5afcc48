import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { In, IsNull, type EntityManager } from 'typeorm';
import { signerOf, type NodeRegistration, type Person } from '#contract';
import { NodeKey, PersonRow, RegisteredNode } from '../database/entities/identities.js';
import { Problem } from '../http/problem.js';
import { Redeciding } from '../jobs/redeciding.service.js';
import { PolicyBook } from '../policies/policy-book.service.js';
import { Quorum } from '../policies/quorum.service.js';
import { Superseding } from '../jobs/superseding.service.js';

const NEW_KEYS = 'a key serves one person or node and one purpose, also after it is retired: make new keys';

/** The people whom nodes register. */
@Injectable()
export class People {
  constructor(
    private readonly superseding: Superseding,
    private readonly redeciding: Redeciding,
    private readonly book: PolicyBook,
    private readonly quorum: Quorum,
    private readonly logger: PinoLogger,
  ) {}

  /**
   * Makes the people of `nodeId` those of its new registration, under the lock on keys. Signatures of those who left count no more: jobs under way
   * on them end, and all that wait are decided anew. @throws Problem CS0173–CS0175
   */
  async replace(manager: EntityManager, nodeId: string, { name: node, people = [] }: NodeRegistration): Promise<void> {
    const before = await manager.findBy(PersonRow, { nodeId, retiredAt: IsNull() });
    requireDistinct(people);
    await requireReadable(manager, node, people);
    const left = before.filter((row) => !people.some((person) => isSame(row, person)));
    const joined = people.filter((person) => !before.some((row) => isSame(row, person)));
    await requireUnused(manager, joined);
    await this.retire(manager, left);
    if (joined.length > 0) await manager.insert(PersonRow, joined.map((person) => ({ ...person, nodeId })));
    for (const { approvalKid, roles } of people) await manager.update(PersonRow, { approvalKid }, { roles });
    const changed = [...left, ...joined, ...before.filter((row) => people.some((person) => isSame(row, person) && String(person.roles) !== String(row.roles)))];
    const roles = new Set([...changed, ...people.filter(({ approvalKid }) => changed.some((row) => row.approvalKid === approvalKid))].flatMap((one) => one.roles));
    await this.leave(manager, node, left);
    await this.redeciding.becauseOfRoles(manager, roles);
    if (left.length > 0) await this.warn(manager);
  }

  /** Everybody of a node that leaves. */
  async retireAll(manager: EntityManager, nodeId: string, node: string): Promise<void> {
    const left = await manager.findBy(PersonRow, { nodeId, retiredAt: IsNull() });
    await this.retire(manager, left);
    await this.leave(manager, node, left);
    await this.redeciding.becauseOfRoles(manager, new Set(left.flatMap(({ roles }) => roles)));
    await this.warn(manager);
  }

  /** A key that was stolen must go at once, also when it takes the last quorum along: then somebody must be registered for it. */
  private async warn(manager: EntityManager): Promise<void> {
    const current = await this.book.newest(manager);
    const { outcome, rules } = await this.quorum.judge(manager, current, []);
    if (outcome === 'deny') this.logger.warn({ policy: current?.version, sentences: rules.map(({ sentence }) => sentence) }, 'nobody can change the policy any more until others are registered who may sign');
  }

  private async retire(manager: EntityManager, rows: readonly PersonRow[]): Promise<void> {
    await manager.update(PersonRow, { approvalKid: In(rows.map(({ approvalKid }) => approvalKid)) }, { retiredAt: () => 'now()' });
  }

  private async leave(manager: EntityManager, node: string, rows: readonly PersonRow[]): Promise<void> {
    for (const { name } of rows) {
      const signer = signerOf({ issuer: name, person: { node } });
      await this.superseding.becauseOfSigner(manager, signer, { code: 'CS0428', reason: `\`${node}\` removed \`${name}\`, who had signed` });
    }
  }
}

const isSame = (row: PersonRow, person: Person): boolean => row.name === person.name && row.approvalKid === person.approvalKid && row.linkKid === person.linkKid;

/** Within one registration. */
function requireDistinct(people: readonly Person[]): void {
  const names = people.map(({ name }) => name.toLowerCase());
  const kids = people.flatMap(({ approvalKid, linkKid }) => [approvalKid, linkKid]);
  const twice = people.find(({ name }) => names.indexOf(name.toLowerCase()) !== names.lastIndexOf(name.toLowerCase()));
  if (twice) throw new Problem(409, 'CS0174', `the person \`${twice.name}\` stands twice in the registration`);
  if (new Set(kids).size !== kids.length) throw new Problem(409, 'CS0173', 'one key stands twice among the people of the registration', { help: NEW_KEYS });
}

/** No name of a person or a role may be taken for another one in a sentence. */
async function requireReadable(manager: EntityManager, node: string, people: readonly Person[]): Promise<void> {
  const nodes = (await manager.find(RegisteredNode, { select: { name: true } })).map(({ name }) => name.toLowerCase());
  const namesakes: unknown[] = await manager.query("SELECT 1 FROM people p JOIN nodes n ON n.id = p.node_id WHERE lower(p.name || ' of ' || n.name) = lower($1)", [node]);
  if (namesakes.length > 0) throw new Problem(409, 'CS0171', `\`${node}\` is how a person is called here`);
  const held: { role: string }[] = await manager.query('SELECT DISTINCT unnest(roles) AS role FROM people WHERE retired_at IS NULL');
  const roles = [...held.map(({ role }) => role), ...people.flatMap((person) => person.roles)];
  for (const { name, roles: own } of people) {
    const signer = signerOf({ issuer: name, person: { node } });
    if (nodes.includes(signer.toLowerCase())) throw new Problem(409, 'CS0174', `\`${signer}\` is the name of a node`);
    for (const role of own) {
      if (nodes.includes(role.toLowerCase())) throw new Problem(409, 'CS0175', `the role \`${role}\` is the name of a node`);
      const other = roles.find((one) => one !== role && one.toLowerCase() === role.toLowerCase());
      if (other) throw new Problem(409, 'CS0175', `the role \`${role}\` is spelled \`${other}\` elsewhere`, { help: 'two spellings of one role would be two roles' });
    }
  }
}

/** Keys of others, of nodes, and of those who left, are no keys of somebody new. */
async function requireUnused(manager: EntityManager, people: readonly Person[]): Promise<void> {
  const kids = people.flatMap(({ approvalKid, linkKid }) => [approvalKid, linkKid]);
  if ((await manager.existsBy(NodeKey, { kid: In(kids) })) || (await isPersonsKey(manager, kids))) throw new Problem(409, 'CS0173', 'a key of a person is already used', { help: NEW_KEYS });
}

/** Whether one of these is the key of a person, of now or of before. */
export const isPersonsKey = (manager: EntityManager, kids: readonly string[]): Promise<boolean> => manager.existsBy(PersonRow, [{ approvalKid: In([...kids]) }, { linkKid: In([...kids]) }]);
