import { applyDecorators, createParamDecorator, HttpCode, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { type Request } from 'express';
import { z } from 'zod';
import { type Access, type Caller } from '../auth/caller.js';

/** One declaration per route: access for the guard, schemas for validation and OpenAPI. */
export interface Operation {
  readonly summary: string;
  readonly access: Access;
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly reply?: z.ZodType;
  /** 200 when left out. */
  readonly status?: number;
  /** The reply holds a secret that is shown once and never stored. */
  readonly secretReply?: true;
  /** `text/event-stream` and the like; JSON when left out. */
  readonly replyType?: string;
}

const OPERATION = 'countersign:operation';

export function Route(operation: Operation): MethodDecorator {
  return applyDecorators(SetMetadata(OPERATION, operation), HttpCode(operation.status ?? 200));
}

export function operationOf(handler: object): Operation | undefined {
  return Reflect.getMetadata(OPERATION, handler) as Operation | undefined;
}

function declared(context: ExecutionContext): Operation {
  const operation = operationOf(context.getHandler());
  if (!operation) throw new Error(`\`${context.getHandler().name}\` has no @Route`);
  return operation;
}

const parse = (schema: z.ZodType | undefined, value: unknown): unknown => (schema ?? z.strictObject({})).parse(value ?? {});

/** The body, parsed by the operation's schema. @throws ZodError */
export const ParsedBody = createParamDecorator((_: unknown, context: ExecutionContext) => parse(declared(context).body, context.switchToHttp().getRequest<Request>().body));
/** The query, parsed by the operation's schema. A repeated parameter is refused. @throws ZodError */
export const ParsedQuery = createParamDecorator((_: unknown, context: ExecutionContext) => parse(declared(context).query, { ...context.switchToHttp().getRequest<Request>().query }));
/** Who asks. */
export const AskedBy = createParamDecorator((_: unknown, context: ExecutionContext): Caller => context.switchToHttp().getRequest<CallerRequest>().caller ?? { kind: 'anonymous' });

/** What the layers before a handler leave on a request. */
export interface CallerRequest extends Request {
  caller?: Caller;
  /** The body's bytes, for content digests. */
  rawBody?: Buffer;
}
