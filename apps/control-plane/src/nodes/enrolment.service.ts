import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { type z } from 'zod';
import { type Challenge, type ChallengeRequest, type CreateEnrolmentToken, type EnrolmentTokenCreated } from '#contract';
import { encapsulate, fromBase64Url, PqcError, toBase64Url } from '#pqc';
import { actorOf, type Caller } from '../auth/caller.js';
import { recordLeaf } from '../audit/outbox.js';
import { nodeIdOf } from '#contract';
import { databaseNow, inTransaction } from '../database/data-source.js';
import { EnrolmentChallenge, EnrolmentToken } from '../database/entities/identities.js';
import { Problem } from '../http/problem.js';

const CHALLENGE_MS = 300_000;
const tokenHash = (token: string): Buffer => createHash('sha256').update('countersign/enrolment-token/1\0').update(token).digest();

/** What comes before a registration: an operator's word that a name may join, and a challenge to every key. */
@Injectable()
export class Enrolment {
  constructor(private readonly dataSource: DataSource) {}

  async createToken(body: z.infer<typeof CreateEnrolmentToken>, caller: Caller): Promise<z.infer<typeof EnrolmentTokenCreated>> {
    const token = `cse_${randomBytes(32).toString('base64url')}`;
    return inTransaction(this.dataSource, async (manager) => {
      const expiresAt = new Date((await databaseNow(manager)).getTime() + body.validForMinutes * 60_000);
      await manager.insert(EnrolmentToken, { tokenHash: tokenHash(token), node: body.node, createdBy: actorOf(caller).id, expiresAt });
      await recordLeaf(manager, { type: 'enrolment.allowed', actor: actorOf(caller), subject: { id: nodeIdOf(body.node), kind: 'node' } });
      return { node: body.node, token, expiresAt: expiresAt.toISOString() };
    });
  }

  /** A fresh challenge to the sealing key of `name`. Anybody may ask: it costs one encapsulation and says nothing. */
  async challenge({ name, sealing }: z.infer<typeof ChallengeRequest>): Promise<Challenge> {
    const { key, ciphertext, sharedSecret } = encapsulateTo(sealing);
    const nonce = randomBytes(32);
    const { manager } = this.dataSource;
    const expiresAt = new Date((await databaseNow(manager)).getTime() + CHALLENGE_MS);
    const id = crypto.randomUUID();
    await manager.insert(EnrolmentChallenge, { id, name, sealingKey: Buffer.from(key), nonce, secret: Buffer.from(sharedSecret), expiresAt });
    sharedSecret.fill(0);
    return { id, nonce: toBase64Url(nonce), kemCiphertext: toBase64Url(ciphertext), expiresAt: expiresAt.toISOString() };
  }

  /** Takes the challenge out for good, with the transaction of `manager`. */
  async redeemChallenge(manager: EntityManager, id: string, name: string): Promise<EnrolmentChallenge> {
    const row = await manager.findOne(EnrolmentChallenge, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row || row.name !== name || row.expiresAt <= (await databaseNow(manager))) {
      throw new Problem(409, 'CS0164', 'the challenge is unknown, used, expired or for another name', { help: 'ask for a new one with `POST /v1/nodes/challenges`' });
    }
    await manager.delete(EnrolmentChallenge, { id });
    return row;
  }

  /** Uses the token up, with the transaction of `manager`. */
  async redeemToken(manager: EntityManager, token: string | undefined, name: string): Promise<void> {
    const refused = new Problem(403, 'CS0165', `the enrolment token does not let \`${name}\` register`, { help: ['it may be mistyped, used, expired, or for another name', 'an operator makes one with `POST /v1/enrolment-tokens`'] });
    if (token === undefined) throw refused;
    const now = await databaseNow(manager);
    const row = await manager.findOne(EnrolmentToken, { where: { tokenHash: tokenHash(token), usedAt: IsNull() }, lock: { mode: 'pessimistic_write' } });
    if (!row || row.node !== name || row.expiresAt <= now) throw refused;
    await manager.update(EnrolmentToken, { tokenHash: row.tokenHash }, { usedAt: now });
  }
}

function encapsulateTo(sealing: string): { readonly key: Uint8Array; readonly ciphertext: Uint8Array; readonly sharedSecret: Uint8Array } {
  try {
    const key = fromBase64Url(sealing);
    return { key, ...encapsulate('ML-KEM-768', key) };
  } catch (error) {
    if (error instanceof PqcError) throw new Problem(400, error.code, error.message, { cause: error });
    throw error;
  }
}
