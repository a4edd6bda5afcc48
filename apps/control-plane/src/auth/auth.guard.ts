import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { recordLeaf } from '../audit/outbox.js';
import { inTransaction } from '../database/data-source.js';
import { operationOf, type CallerRequest } from '../http/operation.js';
import { Problem } from '../http/problem.js';
import { ApiKeys } from './api-keys.service.js';
import { actorOf, mayUse, type Caller } from './caller.js';
import { NodeRequests } from './node-requests.service.js';

/** Establishes who asks and whether this route is theirs. A route without `@Route` is nobody's. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly apiKeys: ApiKeys,
    private readonly nodeRequests: NodeRequests,
    private readonly dataSource: DataSource,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const operation = operationOf(context.getHandler());
    if (!operation) throw new Problem(403, 'CS0403', 'nobody may use this route');
    if (operation.access === 'public') return true;
    const request = context.switchToHttp().getRequest<CallerRequest>();
    const caller = await this.authenticate(request);
    request.caller = caller;
    if (mayUse(operation.access, caller)) return true;
    if (caller.kind === 'anonymous') throw new Problem(401, 'CS0402', 'this needs an API key, or the signed request of a node or a person');
    await this.recordDenial(caller, `${context.getClass().name}.${context.getHandler().name}`);
    throw new Problem(403, 'CS0403', caller.kind === 'operator' ? 'this API key lacks the scope for it' : 'this is for others');
  }

  private authenticate(request: CallerRequest): Promise<Caller> | Caller {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      if (!bearer) throw new Problem(401, 'CS0401', 'the header `authorization` holds no bearer key');
      return this.apiKeys.authenticate(bearer);
    }
    return request.headers['signature-input'] === undefined ? { kind: 'anonymous' } : this.nodeRequests.authenticate(request);
  }

  private recordDenial(caller: Caller, route: string): Promise<void> {
    return inTransaction(this.dataSource, (manager) =>
      recordLeaf(manager, { type: 'access.denied', actor: actorOf(caller), subject: { id: route, kind: 'request' }, outcome: 'CS0403' }));
  }
}
