import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { PinoLogger } from 'nestjs-pino';
import { ZodError } from 'zod';
import { EmbeddedPostgresError } from '../database/embedded-postgres-error.js';
import { Problem, problemBody } from './problem.js';

/** Turns whatever a handler throws into a problem document. Unknown errors say nothing but where to look. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: PinoLogger) {
    logger.setContext(ProblemFilter.name);
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const problem = asProblem(error);
    if (problem.status >= 500) this.logger.error({ code: problem.code, error: describe(error) }, 'request failed');
    if (response.headersSent) {
      response.end();
      return;
    }
    sendProblem(problem, request, response);
  }
}

function sendProblem(problem: Problem, request: Request, response: Response): void {
  if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer realm="countersign", Signature');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problemBody(problem, request.path)));
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ZodError) return invalid(error);
  if (error instanceof EmbeddedPostgresError || isDatabaseAway(error)) {
    return new Problem(503, 'CS0003', 'the database does not answer', { help: 'try again; nothing that was acknowledged is lost', cause: error });
  }
  // Two requests made the same row at one moment; the second finds the first's effect when it asks again.
  if ((error as { code?: unknown } | null)?.code === '23505') return new Problem(409, 'CS0410', 'the same thing was made at the same moment', { help: 'ask again', cause: error });
  // Nest wraps what the body parser throws.
  const parsing = bodyParserProblem(error instanceof HttpException ? error.cause : error);
  if (parsing) return parsing;
  if (error instanceof HttpException) return fromNest(error);
  return new Problem(500, 'CS0004', 'internal error', { help: 'the log of the control plane holds the details under the request id', cause: error });
}

/** `where`: the first field that does not fit. */
export function invalid(error: ZodError): Problem {
  const issues = error.issues.slice(0, 8).map(({ path, message }) => `${path.length > 0 ? `\`${path.map(String).join('.')}\`: ` : ''}${message}`);
  return new Problem(400, 'CS0400', `the request does not fit: ${issues[0] ?? 'unknown field'}`, { help: issues.slice(1) });
}

function fromNest(error: HttpException): Problem {
  const status = error.getStatus();
  if (status === 404) return new Problem(404, 'CS0404', 'no such resource', { help: 'the routes are at `/openapi.json`' });
  if (status === 429) return new Problem(429, 'CS0429', 'too many requests', { help: 'wait as long as `Retry-After` says' });
  return new Problem(status, status < 500 ? 'CS0400' : 'CS0004', status < 500 ? 'the request cannot be served' : 'internal error', { cause: error });
}

/** Errors of Express' body parser carry `type`. */
function bodyParserProblem(error: unknown): Problem | undefined {
  const { type, status } = (error ?? {}) as { readonly type?: unknown; readonly status?: unknown };
  switch (type) {
    case 'entity.too.large': return new Problem(413, 'CS0413', 'the body is over the limit');
    case 'entity.parse.failed': return new Problem(400, 'CS0405', 'the body is not JSON');
    case 'encoding.unsupported': return new Problem(415, 'CS0415', 'a compressed body is not accepted');
    case 'charset.unsupported': return new Problem(415, 'CS0415', 'the body is not UTF-8');
    case 'request.aborted':
    case 'request.size.invalid': return new Problem(400, 'CS0405', 'the body is shorter than announced');
    default: return error instanceof URIError || (typeof status === 'number' && status === 400) ? new Problem(400, 'CS0400', 'the request line is malformed') : undefined;
  }
}

/** Connection refused, reset or timed out; admin shutdown, crash, starting up (SQLSTATE class 57P, 08); disk full (53). */
function isDatabaseAway(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string') return /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|57P0[0-9]|08...|53...)$/.test(code);
  return typeof message === 'string' && /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Driver not Connected)/.test(message);
}

const describe = (error: unknown): Record<string, unknown> =>
  error instanceof Error
    ? { name: error.name, message: error.message, code: (error as { code?: unknown }).code, stack: error.stack?.split('\n').slice(1, 6), cause: error.cause instanceof Error ? error.cause.message : undefined }
    : { kind: typeof error };
