import http from 'node:http';
import https from 'node:https';
import { type ApiReply, type ApiRequest, type Transport } from '#contract';

/** A kept connection that the server had closed just as the request was written to it. What nodes send may be sent again: it counts once. */
export class StaleConnection extends Error {
  override readonly name = 'StaleConnection';
}

/** Resolves with the reply once its head is here; the body streams. Rejects with `StaleConnection` where sending again is right. */
export function exchange(start: (onReply: (reply: http.IncomingMessage) => void) => http.ClientRequest, { body, signal }: Pick<ApiRequest, 'body' | 'signal'>): Promise<ApiReply> {
  return new Promise((resolve, reject) => {
    const request = start((reply) => resolve({ status: reply.statusCode ?? 0, body: reply }));
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(stale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    signal?.addEventListener('abort', () => request.destroy(signal.reason as Error), { once: true });
    request.end(body);
  });
}

/** Operators: `Authorization: Bearer cs_<id>_<secret>` over plain HTTP on loopback, or HTTPS behind somebody's proxy. */
export function operatorTransport(baseUrl: string, apiKey?: string): Transport {
  return (request) => {
    const url = new URL(request.path, baseUrl);
    const { request: open } = url.protocol === 'https:' ? https : http;
    const headers = { ...request.headers, ...lengthOf(request.body), ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) };
    return exchange((onReply) => open(url, { method: request.method, headers, agent: false }, onReply), request);
  };
}

export const lengthOf = (body: string | undefined): Record<string, string> => (body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) });
