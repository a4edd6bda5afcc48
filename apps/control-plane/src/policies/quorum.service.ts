import { Injectable } from '@nestjs/common';
import { MoreThan, type EntityManager } from 'typeorm';
import { publication, type PolicyFacts, type Publication } from '#policy';
import { signersIn } from '#verify';
import { databaseNow } from '../database/data-source.js';
import { PolicyStatement, type Policy } from '../database/entities/policies.js';
import { NodeDirectory } from '../nodes/node-directory.service.js';
import { PolicyBook } from './policy-book.service.js';

/** Whose signatures a change of the policy needs, and who gave them. */
@Injectable()
export class Quorum {
  constructor(
    private readonly directory: NodeDirectory,
    private readonly book: PolicyBook,
  ) {}

  /** Signatures on a proposed policy that have not expired, by keys still in use. */
  async signatures(manager: EntityManager, version: number): Promise<PolicyStatement[]> {
    const rows = await manager.find(PolicyStatement, { where: { version, expiresAt: MoreThan(await databaseNow(manager)) }, order: { recordedAt: 'ASC' } });
    return this.directory.byKeysInUse(manager, rows);
  }

  async signers(manager: EntityManager): Promise<PolicyFacts['signers']> {
    return signersIn(await this.directory.registered(manager)).map(({ region: _region, ...signer }) => signer);
  }

  /** What the policy in force says of its replacement, once these have signed. */
  async judge(manager: EntityManager, current: Policy | null, signatures: readonly Pick<PolicyStatement, 'signer' | 'kid' | 'recordedAt'>[]): Promise<Publication> {
    const signers = await this.signers(manager);
    return publication(current === null ? undefined : this.book.compile(current), {
      now: (await databaseNow(manager)).toISOString(),
      signers,
      signatures: signatures.map(({ signer, kid, recordedAt }) => ({
        signer, keyId: kid, roles: signers.find(({ name, keyId }) => name === signer && keyId === kid)?.roles ?? [], signedAt: recordedAt.toISOString(),
      })),
    });
  }
}
