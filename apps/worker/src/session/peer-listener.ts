import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { linkServerOptions, peerLinkKey, type LinkCertificate } from '#pqc/links';
import { Carrier, WRITE_AHEAD_BYTES, type Connection } from './carrier.js';
import { SessionError } from './errors.js';
import type { SessionPeer } from './messages.js';

const HANDSHAKE_MS = 5_000;
const MAX_CONNECTIONS = 32;

export interface ListenOptions {
  readonly certificate: LinkCertificate;
  readonly host: string;
  /** Inclusive; any free port when there is none. */
  readonly portRange?: readonly [number, number];
  /** Who may connect: the parties that dial this one. */
  readonly peers: readonly SessionPeer[];
  /** A connection was refused; `reason` is one line for the log. */
  readonly onRefused?: (reason: string) => void;
}

/** Takes one connection of each registered peer of a session and refuses everything else at the handshake or right after it. */
export class PeerListener {
  readonly #server: Server;
  readonly #arrived = new Map<number, Connection>();
  readonly #waiting = new Map<number, (connection: Connection) => void>();

  private constructor(private readonly options: ListenOptions) {
    this.#server = createServer({ highWaterMark: WRITE_AHEAD_BYTES }, (socket) => this.#greet(new Carrier(socket)));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** @throws SessionError CS0732 when no port is free */
  static async listen(options: ListenOptions): Promise<PeerListener> {
    const [first, last] = options.portRange ?? [0, 0];
    let cause: unknown;
    for (let port = first; port <= last; port++) {
      const listener = new PeerListener(options);
      try {
        await listener.#listen(port);
        return listener;
      } catch (error) {
        cause = error;
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') break;
      }
    }
    throw new SessionError('CS0732', `no port to listen on at \`${options.host}\`${first === 0 ? '' : ` from ${first} to ${last}`}`, { cause });
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** The connection of this party, now or when it comes. */
  connectionOf(party: number): Promise<Connection> {
    const arrived = this.#arrived.get(party);
    this.#arrived.delete(party);
    if (arrived) return Promise.resolve(arrived);
    return new Promise((resolve) => this.#waiting.set(party, resolve));
  }

  /** Takes no more connections, and drops those that nobody asked for. */
  close(): void {
    this.#server.close();
    for (const { carrier } of this.#arrived.values()) carrier.socket.destroy();
    this.#arrived.clear();
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: this.options.host, port, exclusive: true }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** Runs the handshake. A TLS server takes one connection, so that it is known which. */
  #greet(carrier: Carrier): void {
    const { certificate, onRefused } = this.options;
    createTlsServer({ ...linkServerOptions(certificate), handshakeTimeout: HANDSHAKE_MS }, (tls) => this.#arrive({ tls, carrier }))
      .on('tlsClientError', (error) => onRefused?.(`no handshake: ${(error as NodeJS.ErrnoException).code ?? error.message}`))
      .emit('connection', carrier);
  }

  #arrive(connection: Connection): void {
    const { tls, carrier } = connection;
    tls.on('error', () => undefined);
    const refuse = (reason: string): void => {
      tls.destroy();
      this.options.onRefused?.(reason);
    };
    let key: Buffer;
    try {
      key = Buffer.from(peerLinkKey(tls));
    } catch (error) {
      return refuse((error as Error).message);
    }
    const peer = this.options.peers.find(({ linkKey }) => key.equals(linkKey));
    if (!peer) return refuse('a certificate whose key is not registered for this session');
    const { party } = peer;
    if (this.#arrived.has(party)) return refuse(`a second connection of party ${party}`);
    const taker = this.#waiting.get(party);
    this.#waiting.delete(party);
    if (taker) return taker(connection);
    this.#arrived.set(party, connection);
    carrier.socket.once('close', () => {
      if (this.#arrived.get(party) === connection) this.#arrived.delete(party);
    });
  }
}
