import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { type Server, type AddressInfo } from 'node:net';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { linkServerOptions } from '#pqc';
import { ServiceKeys } from '../auth/service-keys.js';
import { CONFIG, type DatabaseConfig } from '../tokens.js';

const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;

/** One application behind two doors: HTTP on loopback for operators, post-quantum mutual TLS for nodes. */
@Injectable()
export class Listeners implements OnApplicationShutdown {
  private http: HttpServer | undefined;
  private gateway: HttpsServer | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: DatabaseConfig,
    private readonly keys: ServiceKeys,
  ) {}

  async open(application: RequestListener, onUpgrade: Parameters<HttpsServer['on']>[1]): Promise<void> {
    const limits = { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: 15_000, maxHeaderSize: 16_384 } as const;
    this.gateway = createHttpsServer({ ...linkServerOptions(this.keys.certificate), ...limits, handshakeTimeout: HEADERS_MS }, application);
    this.gateway.on('upgrade', onUpgrade);
    // Workers try again by themselves; a failed handshake is theirs to report.
    this.gateway.on('tlsClientError', (_error, socket) => socket.destroy());
    this.http = createHttpServer(limits, application);
    this.http.on('upgrade', (_request, socket) => socket.destroy());
    await listen(this.gateway, this.config.gateway);
    await listen(this.http, this.config.http);
  }

  get httpPort(): number {
    return portOf(this.http);
  }

  get gatewayPort(): number {
    return portOf(this.gateway);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([close(this.http), close(this.gateway)]);
  }
}

function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      listening();
    });
  });
}

function portOf(server: Server | undefined): number {
  const address = server?.address() as AddressInfo | null | undefined;
  if (!address) throw new Error('the listener is not open');
  return address.port;
}

async function close(server: HttpServer | HttpsServer | undefined): Promise<void> {
  if (!server?.listening) return;
  const closed = new Promise((done) => server.close(done));
  server.closeIdleConnections();
  // Event streams and sockets would hold the server open for ever.
  setTimeout(() => server.closeAllConnections(), 500).unref();
  await closed;
}
