import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Params } from 'nestjs-pino';
import { destination } from 'pino';
import { type Config } from '../config.js';
import { callerKey } from '../auth/caller.js';
import { type CallerRequest } from './operation.js';

/** Structured logs on stderr: ids, routes, codes, durations. No header, query, body or address. */
export function requestLog(level: Config['logLevel']): Params {
  return {
    pinoHttp: [
      {
        level,
        base: { app: 'control-plane' },
        genReqId: () => randomUUID(),
        autoLogging: { ignore: (request) => /^\/(health|metrics|docs)/.test(request.url ?? '') },
        // What fails is logged once, by the problem filter, under the same request id.
        customLogLevel: () => 'debug',
        serializers: {
          req: (request: { id: unknown; method: string; url: string }) => ({ id: request.id, method: request.method, path: request.url.split('?', 1)[0] }),
          res: (response: { statusCode: number }) => ({ status: response.statusCode }),
          err: (error: Error & { code?: unknown }) => ({ name: error.name, code: error.code }),
        },
        customProps: (request: IncomingMessage, _response: ServerResponse) => {
          const { caller } = request as CallerRequest;
          return caller ? { caller: callerKey(caller) } : {};
        },
      },
      destination(2),
    ],
  };
}
