import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { signerOf } from '#contract';
import { fromBase64Url, PqcError, readStatement, StatementErrorCode, verifyStatement } from '#pqc';
import { type SignedBy } from '#verify';
import { type LeafActor } from '../audit/leaf-draft.js';
import { personActor } from '../auth/caller.js';
import { databaseNow } from '../database/data-source.js';
import { PersonRow, RegisteredNode } from '../database/entities/identities.js';
import { Problem } from '../http/problem.js';
import { NodeDirectory } from './node-directory.service.js';

/** Who signed a statement: a node, or a person of one. */
export interface KnownSigner {
  /** As `signerOf` names it. */
  readonly name: string;
  readonly isPerson: boolean;
  readonly actor: LeafActor;
}

/** Statements that nodes and people sign, checked against the keys that are registered now. */
@Injectable()
export class SignedStatements {
  constructor(private readonly directory: NodeDirectory) {}

  /** What a statement of `type` says, not yet verified. @throws Problem CS0306 */
  read<T>(type: string, schema: { parse(value: unknown): T }, jws: string): T {
    try {
      const found = readStatement(jws);
      if (found.type !== type) throw new Problem(400, 'CS0306', `a ${type} is needed here, not a \`${found.type}\``);
      return schema.parse(found.payload);
    } catch (error) {
      throw refused(type, error);
    }
  }

  /** The registered signer whose valid signature `jws` bears. @throws Problem CS0304–CS0306 */
  async signer(manager: EntityManager, type: string, jws: string, statement: SignedBy): Promise<KnownSigner> {
    const { publicKey, ...signer } = statement.person === undefined ? await this.node(manager, type, statement) : await this.person(manager, type, statement, statement.person);
    try {
      verifyStatement(jws, { type, publicKey, now: await databaseNow(manager) });
    } catch (error) {
      throw refused(type, error);
    }
    return signer;
  }

  private async node(manager: EntityManager, type: string, { kid, issuer }: SignedBy) {
    const key = await this.directory.approvalKey(manager, kid);
    if (!key) throw notRegistered(type);
    if (key.node.name !== issuer) throw new Problem(403, 'CS0305', `this ${type} is issued by \`${issuer}\` but signed by a key of \`${key.node.name}\``);
    return { name: issuer, isPerson: false, actor: { id: key.node.id, kind: 'node', kid } as const, publicKey: key.publicKey };
  }

  private async person(manager: EntityManager, type: string, statement: SignedBy, { node, key }: NonNullable<SignedBy['person']>) {
    const { issuer, kid } = statement;
    const row = await manager.findOneBy(PersonRow, { approvalKid: kid, retiredAt: IsNull() });
    const employer = row && (await manager.findOneBy(RegisteredNode, { id: row.nodeId, status: 'registered' }));
    if (!employer) throw notRegistered(type);
    const name = signerOf(statement);
    if (row.name !== issuer || employer.name !== node) throw new Problem(403, 'CS0305', `this ${type} is issued by \`${name}\` but signed by a key of somebody else`);
    return { name, isPerson: true, actor: personActor(kid), publicKey: rawKey(type, key) };
  }
}

const notRegistered = (type: string): Problem => new Problem(403, 'CS0305', `this ${type} is signed by a key that is not registered, or no longer`);

function rawKey(type: string, key: string): Uint8Array {
  try {
    return fromBase64Url(key);
  } catch (error) {
    throw refused(type, error);
  }
}

function refused(type: string, error: unknown): unknown {
  if (!(error instanceof PqcError)) return error;
  if (error.code === StatementErrorCode.expired) return new Problem(409, 'CS0304', `this ${type} has expired`, { cause: error });
  return new Problem(400, 'CS0306', `this ${type} is refused: ${error.message}`, { cause: error });
}
