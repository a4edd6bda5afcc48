import { createServer, type Server, type TLSSocket } from 'node:tls';
import { linkServerOptions, peerLinkKey, type LinkCertificate } from '#pqc/links';
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
  readonly #arrived = new Map<number, TLSSocket>();
  readonly #waiting = new Map<number, (socket: TLSSocket) => void>();

  private constructor(private readonly options: ListenOptions) {
    this.#server = createServer({ ...linkServerOptions(options.certificate), handshakeTimeout: HANDSHAKE_MS }, (socket) => this.#arrive(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('tlsClientError', (error) => options.onRefused?.(`no handshake: ${(error as NodeJS.ErrnoException).code ?? error.message}`));
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
  connectionOf(party: number): Promise<TLSSocket> {
    const arrived = this.#arrived.get(party);
    this.#arrived.delete(party);
    if (arrived) return Promise.resolve(arrived);
    return new Promise((resolve) => this.#waiting.set(party, resolve));
  }

  /** Takes no more connections, and drops those that nobody asked for. */
  close(): void {
    this.#server.close();
    for (const socket of this.#arrived.values()) socket.destroy();
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

  #arrive(socket: TLSSocket): void {
    socket.on('error', () => undefined);
    const refuse = (reason: string): void => {
      socket.destroy();
      this.options.onRefused?.(reason);
    };
    let key: Buffer;
    try {
      key = Buffer.from(peerLinkKey(socket));
    } catch (error) {
      return refuse((error as Error).message);
    }
    const peer = this.options.peers.find(({ linkKey }) => key.equals(linkKey));
    if (!peer) return refuse('a certificate whose key is not registered for this session');
    const { party } = peer;
    if (this.#arrived.has(party)) return refuse(`a second connection of party ${party}`);
    const taker = this.#waiting.get(party);
    this.#waiting.delete(party);
    if (taker) return taker(socket);
    this.#arrived.set(party, socket);
    socket.once('close', () => {
      if (this.#arrived.get(party) === socket) this.#arrived.delete(party);
    });
  }
}
