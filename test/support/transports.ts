import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { type ApiReply, type Transport } from '../../libs/contract/src/index.js';
import { linkClientOptions, selfSignedCertificate, signRequest, type LinkCertificate, type SigningKey } from '../../libs/pqc/src/index.js';

const DAY_MS = 86_400_000;

export function certificateOf(link: SigningKey): LinkCertificate {
  return selfSignedCertificate(link, { commonName: 'test', notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) });
}

export interface RawReply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** An operator's requests over loopback HTTP. */
export function operator(httpPort: number, key: string | undefined): Transport {
  return ({ method, path, headers, body, signal }) =>
    send(http.request({ host: '127.0.0.1', port: httpPort, method, path, headers: { ...headers, ...(key ? { authorization: `Bearer ${key}` } : {}) }, signal }), body);
}

/** A node's signed requests over post-quantum mutual TLS. `tamper` changes headers after signing. */
export function node(gatewayPort: number, link: SigningKey, options: { readonly signWith?: SigningKey; tamper?(headers: Record<string, string>): void; readonly nonce?: string } = {}): Transport {
  const certificate = certificateOf(link);
  return async ({ method, path, headers, body, signal }) => {
    const url = `https://127.0.0.1:${gatewayPort}${path}`;
    const signed: Record<string, string> = { ...headers, ...signRequest(options.signWith ?? link, { method, url, headers, ...(body === undefined ? {} : { body }), now: new Date(), ...(options.nonce ? { nonce: options.nonce } : {}) }) };
    options.tamper?.(signed);
    return send(https.request(url, { method, headers: signed, signal, createConnection: () => tls.connect({ ...linkClientOptions(certificate), host: '127.0.0.1', port: gatewayPort }) }), body);
  };
}

function send(request: http.ClientRequest, body: string | undefined): Promise<ApiReply & { readonly headers: http.IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response }));
    if (body !== undefined) request.setHeader('content-length', Buffer.byteLength(body));
    request.end(body);
  });
}

/** One request, its reply read to the end. */
export async function raw(transport: Transport, method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, headers: Record<string, string> = {}): Promise<RawReply> {
  const reply = (await transport({
    method, path, headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })) as ApiReply & { readonly headers: http.IncomingHttpHeaders };
  const chunks: Uint8Array[] = [];
  for await (const chunk of reply.body) chunks.push(chunk);
  return { status: reply.status, headers: reply.headers, text: Buffer.concat(chunks).toString('utf8') };
}
