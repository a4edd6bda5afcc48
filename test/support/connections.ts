import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { selfSignedCertificate, SigningKey } from '#pqc';
import type { Connection } from '../../apps/worker/src/session/carrier.js';
import { dial } from '../../apps/worker/src/session/dial.js';
import { PeerListener } from '../../apps/worker/src/session/peer-listener.js';

const host = '127.0.0.1';

const identity = () => {
  const key = SigningKey.generate('ML-DSA-65');
  const now = Date.now();
  return { linkKey: key.publicKey, certificate: selfSignedCertificate(key, { commonName: 'node', notBefore: new Date(now - 60_000), notAfter: new Date(now + 3_600_000) }) };
};
const [dialler, listener] = [identity(), identity()];

/** Two ends of a connection after its handshake: of party 0, which dialled, and of party 1; on a way of its own where there is one. */
export async function connectionPair(wayTo: (port: number) => number = (port) => port, withinMs = 60_000): Promise<[Connection, Connection]> {
  const listening = await PeerListener.listen({ certificate: listener.certificate, host, peers: [{ party: 0, linkKey: dialler.linkKey }] });
  try {
    const arriving = listening.connectionOf(0);
    const dialled = await dial({ party: 1, host, port: wayTo(listening.port) }, listener.linkKey, { certificate: dialler.certificate, own: host, signal: AbortSignal.timeout(withinMs) });
    return [dialled, await arriving];
  } finally {
    listening.close();
  }
}

/** What becomes of bytes on their way: any number of pieces in their place. */
export type OnTheWay = (bytes: Buffer, to: 'listener' | 'dialler') => readonly Buffer[];

/** Somebody on the network between two ends, who can do with their bytes as they like. */
export class Way {
  onTheWay: OnTheWay = (bytes) => [bytes];
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  #to = 0;

  private constructor() {
    this.#server = createServer({ noDelay: true }, (near) => {
      const far = connect({ host, port: this.#to, noDelay: true });
      this.#sockets.push(near, far);
      this.#pass(near, far, 'listener');
      this.#pass(far, near, 'dialler');
    });
  }

  static async open(): Promise<Way> {
    const way = new Way();
    way.#server.listen(0, host);
    await once(way.#server, 'listening');
    return way;
  }

  /** The port of a way to `port`. */
  to(port: number): number {
    this.#to = port;
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(from: Socket, to: Socket, whom: 'listener' | 'dialler'): void {
    from.on('data', (bytes: Buffer) => this.onTheWay(bytes, whom).forEach((each) => to.write(each)));
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
}
