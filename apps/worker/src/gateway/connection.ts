import { connect as tlsConnect, type TLSSocket } from 'node:tls';
import { WebSocket, type RawData } from 'ws';
import { ToWorker, type FromWorker } from '#contract';
import { linkClientOptions, peerLinkKey, type LinkCertificate } from '#pqc';
import { GatewayError } from './errors.js';

export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
  /** Raw ML-DSA-65 key of the control plane, pinned at `node init`. */
  readonly linkKey: Uint8Array;
}

export interface ConnectionTimes {
  readonly connectMs: number;
  /** A ping this often … */
  readonly pingMs: number;
  /** … and the connection counts as dead after this long without any sign of life. */
  readonly silenceMs: number;
}
export const DEFAULT_TIMES: ConnectionTimes = { connectMs: 5_000, pingMs: 2_000, silenceMs: 6_000 };

/** A TLS connection to the control plane whose key is the pinned one; nothing is written before that is known. Throws GatewayError. */
function connectPinned({ host, port, linkKey }: GatewayAddress, certificate: LinkCertificate, connectMs: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ ...linkClientOptions(certificate), host, port });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new GatewayError('CS0721', `the control plane at \`${host}:${port}\` does not answer`)), connectMs);
    socket.once('error', (cause) => fail(new GatewayError('CS0721', `no post-quantum link to the control plane at \`${host}:${port}\``, { cause })));
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new GatewayError('CS0721', `the control plane at \`${host}:${port}\` closed the link`));
    });
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      try {
        if (!Buffer.from(peerLinkKey(socket)).equals(linkKey)) {
          throw new GatewayError('CS0722', `the control plane at \`${host}:${port}\` has another key than the one pinned in \`node.json\``);
        }
      } catch (error) {
        fail(error as Error);
        return;
      }
      resolve(socket);
    });
  });
}

export interface ConnectionEvents {
  onMessage(message: ToWorker): void;
  /** Once, whatever the reason. */
  onClose(reason: string): void;
}

/** One WebSocket to the control plane, over a link that was checked. */
export class GatewayConnection {
  readonly #socket: WebSocket;
  readonly #heartbeat: NodeJS.Timeout;
  /** Pings of this end since the last sign of life: counted, so that a time in which this process was held up is not taken for the other's silence. */
  #unanswered = 0;
  #closed = false;

  private constructor(socket: WebSocket, { pingMs, silenceMs }: ConnectionTimes, private readonly events: ConnectionEvents) {
    this.#socket = socket;
    socket.on('message', (data: RawData, binary: boolean) => this.#receive(data, binary));
    socket.on('pong', () => (this.#unanswered = 0));
    socket.on('ping', () => (this.#unanswered = 0));
    socket.on('error', () => this.close('the connection broke'));
    socket.on('close', (code) => this.#end(`closed with ${code}`));
    this.#heartbeat = setInterval(() => {
      if (++this.#unanswered * pingMs > silenceMs) this.close('no sign of life');
      else socket.ping();
    }, pingMs);
  }

  /** @throws GatewayError CS0721, CS0722 */
  static async open(address: GatewayAddress, certificate: LinkCertificate, events: ConnectionEvents, times = DEFAULT_TIMES): Promise<GatewayConnection> {
    const link = await connectPinned(address, certificate, times.connectMs);
    const { host, port } = address;
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`wss://${host.includes(':') ? `[${host}]` : host}:${port}/v1/gateway`, {
        createConnection: () => link,
        followRedirects: false,
        perMessageDeflate: false,
        maxPayload: MAX_MESSAGE_BYTES,
        handshakeTimeout: times.connectMs,
      });
      const refused = (cause: Error): void => {
        link.destroy();
        reject(new GatewayError('CS0723', 'the control plane does not open the gateway to this node', { cause }));
      };
      socket.once('error', refused);
      socket.once('open', () => {
        socket.off('error', refused);
        resolve(new GatewayConnection(socket, times, events));
      });
    });
  }

  send(message: FromWorker): void {
    if (!this.#closed) this.#socket.send(JSON.stringify(message));
  }

  close(reason: string): void {
    this.#end(reason);
    this.#socket.terminate();
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#heartbeat);
    this.events.onClose(reason);
  }

  #receive(data: RawData, binary: boolean): void {
    this.#unanswered = 0;
    if (this.#closed) return;
    let value: unknown;
    try {
      value = binary ? undefined : JSON.parse((data as Buffer).toString('utf8'));
    } catch {
      value = undefined;
    }
    const message = ToWorker.safeParse(value);
    if (message.success) this.events.onMessage(message.data);
    else this.close('a message that is not of the gateway');
  }
}
