import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { type Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { DataSource } from 'typeorm';
import { callerKey } from '../auth/caller.js';
import { operationOf, type CallerRequest } from './operation.js';
import { Problem } from './problem.js';
import { asProblem } from './problem.filter.js';

const KEY_FORM = /^[\x21-\x7e]{1,128}$/;
/** How long a reply under way is waited for; a process that died in between leaves its claim to the next. */
const LEASE_MS = 5_000;
const POLL_MS = 50;

interface Claim {
  readonly request_digest: Buffer;
  readonly status: number | null;
  readonly body: string | null;
}

/**
 * `Idempotency-Key` on POST: per caller, the same key and request give the stored reply, another request gives 422. A reply that was
 * never stored (the process died) is made again: every operation finds its own earlier effect by digest. Failures are not stored.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly dataSource: DataSource) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<CallerRequest>();
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined) return next.handle();
    return from(this.once(context, request, String(key), next));
  }

  private async once(context: ExecutionContext, request: CallerRequest, key: string, next: CallHandler): Promise<unknown> {
    if (!KEY_FORM.test(key)) throw new Problem(400, 'CS0406', 'the header `idempotency-key` is 1 to 128 visible characters');
    const caller = callerKey(request.caller ?? { kind: 'anonymous' });
    // Anonymous callers are strangers to each other: their keys would collide.
    if (caller === 'anonymous') return lastValueFrom(next.handle());
    const digest = createHash('sha256').update(`${request.method} ${request.originalUrl}\n`).update(request.rawBody ?? '').digest();
    const stored = await this.claim(caller, key, digest);
    const operation = operationOf(context.getHandler());
    if (stored) {
      if (operation?.secretReply) throw new Problem(409, 'CS0407', 'this was done before, and its reply held a secret that is shown once', { help: 'revoke what was made and ask again under another key' });
      context.switchToHttp().getResponse<Response>().status(stored.status).setHeader('idempotency-replayed', 'true');
      return JSON.parse(stored.body) as unknown;
    }
    try {
      const reply: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await this.dataSource.query('UPDATE idempotency_keys SET status = $3, body = $4 WHERE caller = $1 AND key = $2', [
        caller, key, context.switchToHttp().getResponse<Response>().statusCode, operation?.secretReply ? 'null' : (JSON.stringify(reply) ?? 'null'),
      ]);
      return reply;
    } catch (error) {
      // A failure of the request itself frees the key; an unknown outcome keeps it until the lease ends.
      if (asProblem(error).status < 500) await this.dataSource.query('DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2 AND status IS NULL', [caller, key]);
      throw error;
    }
  }

  /** The stored reply, or undefined when this request now owns the key. */
  private async claim(caller: string, key: string, digest: Buffer): Promise<{ status: number; body: string } | undefined> {
    const deadline = Date.now() + LEASE_MS + 1_000;
    for (;;) {
      const claimed: unknown[] = await this.dataSource.query(
        `INSERT INTO idempotency_keys AS k (caller, key, request_digest, lease_until) VALUES ($1, $2, $3, now() + $4 * interval '1 ms')
         ON CONFLICT (caller, key) DO UPDATE SET lease_until = excluded.lease_until
         WHERE k.status IS NULL AND k.lease_until < now() AND k.request_digest = excluded.request_digest RETURNING key`,
        [caller, key, digest, LEASE_MS],
      );
      if (claimed.length > 0) return undefined;
      const rows: Claim[] = await this.dataSource.query('SELECT request_digest, status, body FROM idempotency_keys WHERE caller = $1 AND key = $2', [caller, key]);
      const [row] = rows;
      if (row && !row.request_digest.equals(digest)) throw new Problem(422, 'CS0409', 'this idempotency key was used for another request');
      if (row?.status != null) return { status: row.status, body: row.body ?? 'null' };
      if (Date.now() > deadline) throw new Problem(409, 'CS0408', 'the same request is still under way', { help: 'ask again in a moment' });
      await delay(POLL_MS);
    }
  }
}
