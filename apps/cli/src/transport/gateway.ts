import { timingSafeEqual } from 'node:crypto';
import https from 'node:https';
import { type Duplex } from 'node:stream';
import tls from 'node:tls';
import { type ApiReply, type ApiRequest, type Transport } from '#contract';
import { fromBase64Url, linkClientOptions, peerLinkKey, selfSignedCertificate, signRequest, type SigningKey } from '#pqc';
import { CliError } from '../failure.js';
import { exchange, lengthOf, StaleConnection } from './http.js';

export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
  /** The control plane's ML-DSA-65 link key, pinned at `node init`. */
  readonly linkKey: string;
}

const DAY_MS = 86_400_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** Connections that are handed out only after the peer proved the pinned key. */
class PinnedAgent extends https.Agent {
  constructor(private readonly address: GatewayAddress, private readonly tlsOptions: tls.ConnectionOptions) {
    super({ keepAlive: true, maxSockets: 4, maxCachedSessions: 0 });
  }

  override createConnection(_options: unknown, callback?: (error: Error | null, stream: Duplex) => void): undefined {
    const { host, port, linkKey } = this.address;
    const done = callback as (error: Error | null, stream?: Duplex) => void;
    const socket = tls.connect({ ...this.tlsOptions, host, port });
    const fail = (error: Error): void => {
      socket.destroy();
      done(error);
    };
    const timer = setTimeout(() => fail(new CliError('CS0902', `the control plane at \`${host}:${port}\` does not answer`)), CONNECT_TIMEOUT_MS);
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      try {
        if (!timingSafeEqual(peerLinkKey(socket), fromBase64Url(linkKey))) {
          throw new CliError('CS0907', `the control plane at \`${host}:${port}\` has another key than the one pinned for it`, { help: ['ask its operator; if the key was changed on purpose, run `countersign node init` in a new home'] });
        }
      } catch (error) {
        fail(error as Error);
        return;
      }
      done(null, socket);
    });
    socket.once('close', () => clearTimeout(timer));
    return undefined;
  }
}

export interface GatewayTransport {
  readonly send: Transport;
  close(): void;
}

/** Nodes: post-quantum mutual TLS to the pinned gateway, and an RFC 9421 signature with the link key on every request. */
export function gatewayTransport(address: GatewayAddress, link: SigningKey, clock: () => Date): GatewayTransport {
  const now = clock().getTime();
  const certificate = selfSignedCertificate(link, { commonName: 'countersign node', notBefore: new Date(now - DAY_MS), notAfter: new Date(now + DAY_MS) });
  const agent = new PinnedAgent(address, linkClientOptions(certificate));
  const authority = `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
  // Every sending has a signature, and so a nonce, of its own.
  const sendOnce = (request: ApiRequest): Promise<ApiReply> => {
    const url = `https://${authority}${request.path}`;
    const signature = signRequest(link, { method: request.method, url, headers: request.headers, ...(request.body === undefined ? {} : { body: request.body }), now: clock() });
    const headers = { ...request.headers, ...lengthOf(request.body), ...signature };
    return exchange((onReply) => https.request(url, { method: request.method, headers, agent }, onReply), request);
  };
  return {
    send: async (request) => {
      for (;;) {
        try {
          return await sendOnce(request);
        } catch (error) {
          // Each stale connection leaves the agent's pool, so this ends.
          if (!(error instanceof StaleConnection)) throw error;
        }
      }
    },
    close: () => agent.destroy(),
  };
}
