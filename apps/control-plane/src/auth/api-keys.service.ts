import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { type z } from 'zod';
import { type ApiKeyCreated, type ApiKeyView, type CreateApiKey, type Scope } from '#contract';
import { recordLeaf } from '../audit/outbox.js';
import { databaseNow, inTransaction } from '../database/data-source.js';
import { ApiKey } from '../database/entities/identities.js';
import { notFound, Problem } from '../http/problem.js';
import { CONFIG, type DatabaseConfig } from '../tokens.js';
import { actorOf, CONTROL_PLANE, type Caller } from './caller.js';

const FORM = /^cs_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
// Over the text: its last character has bits that decoding would ignore.
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Keys of operators. The secret is 256 random bits, so one SHA-256 is enough to store it by. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: DatabaseConfig,
  ) {}

  /** The operator behind `Authorization: Bearer …`, or a 401 that tells nothing more. */
  async authenticate(bearer: string): Promise<Caller> {
    const [, id, secret] = FORM.exec(bearer) ?? [];
    const row = id ? await this.dataSource.manager.findOneBy(ApiKey, { id }) : null;
    const now = await databaseNow(this.dataSource.manager);
    if (!row || !secret || !timingSafeEqual(row.secretHash, hashOf(secret)) || row.revokedAt || (row.expiresAt && row.expiresAt <= now)) {
      throw new Problem(401, 'CS0401', 'this API key is not valid', { help: 'it may be mistyped, expired or revoked' });
    }
    return { kind: 'operator', id: row.id, name: row.name, scopes: row.scopes };
  }

  async create(body: z.infer<typeof CreateApiKey>, caller: Caller): Promise<z.infer<typeof ApiKeyCreated>> {
    const { id, secret, key } = freshKey();
    await inTransaction(this.dataSource, async (manager) => {
      await manager.insert(ApiKey, { id, name: body.name, secretHash: hashOf(secret), scopes: body.scopes, expiresAt: body.expiresAt ? new Date(body.expiresAt) : null });
      await recordLeaf(manager, { type: 'apikey.created', actor: actorOf(caller), subject: { id: `key:${id}`, kind: 'key' } });
    });
    return { id, name: body.name, scopes: body.scopes, key };
  }

  async list(): Promise<z.infer<typeof ApiKeyView>[]> {
    const rows = await this.dataSource.manager.find(ApiKey, { order: { createdAt: 'ASC', id: 'ASC' } });
    return rows.map(viewOf);
  }

  async revoke(id: string, caller: Caller): Promise<z.infer<typeof ApiKeyView>> {
    return inTransaction(this.dataSource, async (manager) => {
      const { affected } = await manager.update(ApiKey, { id, revokedAt: IsNull() }, { revokedAt: () => 'now()' });
      const row = await manager.findOneBy(ApiKey, { id });
      if (!row) throw notFound('API key', id);
      if (affected) await recordLeaf(manager, { type: 'apikey.revoked', actor: actorOf(caller), subject: { id: `key:${id}`, kind: 'key' } });
      return viewOf(row);
    });
  }

  /**
   * The first administrator's key stands in `operator.key` (mode 0600) of the home: made when the file is missing, and made
   * known to a database that does not know it yet.
   */
  async ensureOperatorKey(): Promise<void> {
    const path = join(this.config.home, 'control-plane', 'operator.key');
    if (!existsSync(path)) {
      try {
        writeFileSync(path, `${freshKey().key}\n`, { mode: 0o600, flag: 'wx' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
    const [, id, secret] = FORM.exec(readFileSync(path, 'utf8').trim()) ?? [];
    if (!id || !secret) throw new Problem(500, 'CS0005', `\`${path}\` holds no API key`, { help: 'remove the file; the next start makes a new key' });
    const scopes: Scope[] = ['admin'];
    await inTransaction(this.dataSource, async (manager) => {
      const added: unknown[] = await manager.query(
        'INSERT INTO api_keys (id, name, secret_hash, scopes) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING RETURNING id',
        [id, 'first operator', hashOf(secret), scopes],
      );
      if (added.length > 0) await recordLeaf(manager, { type: 'apikey.created', actor: CONTROL_PLANE, subject: { id: `key:${id}`, kind: 'key' } });
    });
  }
}

function freshKey(): { readonly id: string; readonly secret: string; readonly key: string } {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { id, secret, key: `cs_${id}_${secret}` };
}

const viewOf = (row: ApiKey): z.infer<typeof ApiKeyView> => ({
  id: row.id, name: row.name, scopes: row.scopes, createdAt: row.createdAt.toISOString(),
  ...(row.expiresAt ? { expiresAt: row.expiresAt.toISOString() } : {}),
  ...(row.revokedAt ? { revokedAt: row.revokedAt.toISOString() } : {}),
});
