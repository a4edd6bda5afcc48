import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import https from 'node:https';
import { type AddressInfo } from 'node:net';
import { ApiClient } from '#contract';
import { linkServerOptions, peerLinkKey, selfSignedCertificate, SigningKey, toBase64Url, verifyRequest } from '#pqc';
import { gatewayTransport } from './gateway.js';

const period = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 3_600_000) };
const INFO = { version: '1', origin: 'o', logVkey: 'k', gateway: { host: 'h', port: 1, linkKey: 'AA' } };
const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

/** A control plane of one route that checks every request as the real one does. */
async function gateway(key: SigningKey, node: SigningKey) {
  const seen = new Set<string>();
  const asked: string[] = [];
  const server = https.createServer(linkServerOptions(selfSignedCertificate(key, { commonName: 'gateway', ...period })), (request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const body = Buffer.concat(chunks);
      void verifyRequest({
        method: request.method as string, url: `https://${request.headers.host}${request.url}`, headers: request.headers, body, now: new Date(),
        keyOf: (kid) => Promise.resolve(kid === node.kid ? node.publicKey : undefined),
        seen: (nonce) => Promise.resolve(seen.has(nonce) || !seen.add(nonce)),
      }).then(() => {
        asked.push(`${request.method} ${request.url} over ${Buffer.from(peerLinkKey(request.socket as never)).equals(Buffer.from(node.publicKey)) ? 'its own link' : 'another link'}`);
        reply.setHeader('content-type', 'application/json').end(JSON.stringify(INFO));
      }, (error: { code: string; message: string }) => reply.writeHead(401).end(JSON.stringify({ type: 't', title: error.message, status: 401, code: error.code })));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => server.close(), () => server.closeAllConnections());
  return { port: (server.address() as AddressInfo).port, asked };
}

function client(port: number, pinned: SigningKey, own: SigningKey): ApiClient {
  const transport = gatewayTransport({ host: '127.0.0.1', port, linkKey: toBase64Url(pinned.publicKey) }, own, () => new Date());
  stops.push(transport.close);
  return new ApiClient(transport.send);
}

describe('the gateway transport', () => {
  const key = SigningKey.generate('ML-DSA-65');
  const node = SigningKey.generate('ML-DSA-65');

  it('signs every request with the key of its link, and a nonce of its own', async () => {
    const { port, asked } = await gateway(key, node);
    const api = client(port, key, node);
    expect(await api.info()).toEqual(INFO);
    expect(await api.info()).toEqual(INFO);
    expect(asked).toEqual(['GET /v1/info over its own link', 'GET /v1/info over its own link']);
  });

  it('sends nothing to a control plane with another key than the pinned one', async () => {
    const { port, asked } = await gateway(key, node);
    await expect(client(port, SigningKey.generate('ML-DSA-65'), node).info()).rejects.toMatchObject({ code: 'CS0907' });
    expect(asked).toEqual([]);
  });

  it('passes on why a request was refused', async () => {
    const { port } = await gateway(key, node);
    await expect(client(port, key, SigningKey.generate('ML-DSA-65')).info()).rejects.toMatchObject({ code: 'CS0123' });
  });
});
