/** Sessions' links as workers have them, or without sealing, between processes of a benchmark: each takes a seat, tells its port, and meets the others. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, type Socket, type TcpSocketConnectOpts, connect, createServer } from 'node:net';
import { createServer as createTlsServer, connect as connectTls, type TLSSocket } from 'node:tls';
import { type LinkCertificate, SigningKey, selfSignedCertificate } from '#pqc';
import type { ByteStream } from '../apps/worker/src/session/byte-stream.js';
import { Carrier, WRITE_AHEAD_BYTES, type Connection } from '../apps/worker/src/session/carrier.js';
import { dial } from '../apps/worker/src/session/dial.js';
import { PeerListener } from '../apps/worker/src/session/peer-listener.js';
import { SealedStream } from '../apps/worker/src/session/sealed-stream.js';
import { SessionLink } from '../apps/worker/src/session/session-link.js';
import { plainKeys, plainStream } from './plain-stream.js';
import { ClassicalKey, classicalCertificate, classicalClientOptions, classicalPeerKey, classicalServerOptions } from './tax/classical.js';

const host = '127.0.0.1';
const connectMs = 10_000;

/** `sealed`: what workers use. `tcp`: the same frames over bare TCP, to tell what sealing costs. `classical`: sealed after a TLS handshake of X25519 and P-256. */
export type LinkKind = 'tcp' | 'sealed' | 'classical';

/** Can be sent to the process or thread that is to take it. */
export interface Seat {
  readonly party: number;
  readonly sessionId: Uint8Array;
  readonly certificate: LinkCertificate;
  /** Of all parties, by index. */
  readonly linkKeys: readonly Uint8Array[];
}

/** Seats of one session. */
export function seatsOf(parties: number, kind: LinkKind = 'sealed'): Seat[] {
  const day = 86_400_000;
  const valid = { commonName: 'bench', notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + day) };
  const keys = Array.from({ length: parties }, () => (kind === 'classical' ? new ClassicalKey() : SigningKey.generate('ML-DSA-65')));
  const linkKeys = keys.map(({ publicKey }) => new Uint8Array(publicKey));
  const sessionId = new Uint8Array(createHash('sha256').update('bench').digest());
  return keys.map((key, party) => ({ party, sessionId, linkKeys, certificate: key instanceof ClassicalKey ? classicalCertificate(key, valid) : selfSignedCertificate(key, valid) }));
}

export interface Meeting {
  /** By party index, the own place undefined. */
  readonly links: readonly (SessionLink | undefined)[];
  /** What this party sent and received until the links stood, in all. */
  readonly bytes: number;
}

export interface TakenSeat {
  readonly port: number;
  /** The other parties of the session, once all have met; `ports` by index. */
  meet(ports: readonly number[]): Promise<Meeting>;
}

export const takeSeat = (seat: Seat, kind: LinkKind): Promise<TakenSeat> => ({ tcp: takePlain, sealed: takeSealed, classical: takeClassical })[kind](seat);

interface Met {
  readonly stream: ByteStream;
  readonly socket: Socket;
}

const meeting = (party: number, meet: (peer: number, port: number) => Promise<Met>, close: () => void): TakenSeat['meet'] => async (ports) => {
  let bytes = 0;
  const links = await Promise.all(ports.map(async (port, peer) => {
    if (peer === party) return undefined;
    const { stream, socket } = await meet(peer, port);
    bytes += socket.bytesRead + socket.bytesWritten;
    return new SessionLink(stream, () => undefined);
  }));
  close();
  return { links, bytes };
};

const sealed = ({ sessionId, party }: Seat, peer: number, connection: Connection): Met =>
  ({ stream: new SealedStream(connection, { sessionId, self: party, peer, dialled: peer > party }), socket: connection.carrier.socket });

async function takeSealed(seat: Seat): Promise<TakenSeat> {
  const { party, certificate, linkKeys } = seat;
  const listener = await PeerListener.listen({ certificate, host, peers: linkKeys.flatMap((linkKey, peer) => (peer < party ? [{ party: peer, linkKey }] : [])) });
  const meet = async (peer: number, port: number): Promise<Met> => sealed(seat, peer, await (peer > party
    ? dial({ party: peer, host, port }, linkKeys[peer]!, { certificate, own: host, signal: AbortSignal.timeout(connectMs) })
    : listener.connectionOf(peer)));
  return { port: listener.port, meet: meeting(party, meet, () => listener.close()) };
}

/** Those who arrived at a listening party, by index. */
class Arrivals<T> {
  readonly #arrived = new Map<number, T>();
  readonly #waiting = new Map<number, (arrival: T) => void>();

  take(peer: number, arrival: T): void {
    const waiting = this.#waiting.get(peer);
    if (waiting) waiting(arrival);
    else this.#arrived.set(peer, arrival);
  }

  async of(peer: number): Promise<T> {
    return this.#arrived.get(peer) ?? new Promise((resolve) => this.#waiting.set(peer, resolve));
  }
}

/** What `PeerListener` and `dial` do, with other algorithms. */
async function takeClassical(seat: Seat): Promise<TakenSeat> {
  const { party, certificate, linkKeys } = seat;
  const arrivals = new Arrivals<Connection>();
  const server = createServer({ highWaterMark: WRITE_AHEAD_BYTES }, (socket) => {
    const carrier = new Carrier(socket);
    createTlsServer(classicalServerOptions(certificate), (tls) => {
      const key = Buffer.from(classicalPeerKey(tls));
      arrivals.take(linkKeys.findIndex((each) => key.equals(each)), { tls, carrier });
    }).emit('connection', carrier);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const meet = async (peer: number, port: number): Promise<Met> => {
    if (peer < party) return sealed(seat, peer, await arrivals.of(peer));
    const carrier = new Carrier(connect({ host, port, writableHighWaterMark: WRITE_AHEAD_BYTES } as TcpSocketConnectOpts));
    const tls: TLSSocket = connectTls({ ...classicalClientOptions(certificate), socket: carrier });
    await once(tls, 'secureConnect');
    if (!Buffer.from(classicalPeerKey(tls)).equals(linkKeys[peer]!)) throw new Error(`party ${peer} has another key`);
    return sealed(seat, peer, { tls, carrier });
  };
  return { port: (server.address() as AddressInfo).port, meet: meeting(party, meet, () => server.close()) };
}

/** Whoever dials says which party it is, in one byte. */
async function takePlain({ party }: Seat): Promise<TakenSeat> {
  const arrivals = new Arrivals<Socket>();
  const server = createServer({ highWaterMark: WRITE_AHEAD_BYTES, noDelay: true }, (socket) => socket.once('readable', () => arrivals.take((socket.read(1) as Uint8Array)[0]!, socket)));
  server.listen(0, host);
  await once(server, 'listening');
  const meet = async (peer: number, port: number): Promise<Met> => {
    let socket: Socket;
    if (peer > party) {
      socket = connect({ port, host, noDelay: true, writableHighWaterMark: WRITE_AHEAD_BYTES } as TcpSocketConnectOpts);
      await once(socket, 'connect');
      socket.write(Uint8Array.of(party));
    } else socket = await arrivals.of(peer);
    return { stream: plainStream(socket, plainKeys), socket };
  };
  return { port: (server.address() as AddressInfo).port, meet: meeting(party, meet, () => server.close()) };
}
