/** Sessions' links as workers have them, or without sealing, between processes of a benchmark: each takes a seat, tells its port, and meets the others. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, type Socket, type TcpSocketConnectOpts, connect, createServer } from 'node:net';
import { type LinkCertificate, SigningKey, selfSignedCertificate } from '#pqc';
import type { ByteStream } from '../apps/worker/src/session/byte-stream.js';
import { WRITE_AHEAD_BYTES } from '../apps/worker/src/session/carrier.js';
import { dial } from '../apps/worker/src/session/dial.js';
import { PeerListener } from '../apps/worker/src/session/peer-listener.js';
import { SealedStream } from '../apps/worker/src/session/sealed-stream.js';
import { SessionLink } from '../apps/worker/src/session/session-link.js';
import { plainKeys, plainStream } from './plain-stream.js';

const host = '127.0.0.1';
const connectMs = 10_000;

/** `sealed`: what workers use. `tcp`: the same frames over bare TCP, to tell what sealing costs. */
export type LinkKind = 'tcp' | 'sealed';

/** Can be sent to the process or thread that is to take it. */
export interface Seat {
  readonly party: number;
  readonly sessionId: Uint8Array;
  readonly certificate: LinkCertificate;
  /** Of all parties, by index. */
  readonly linkKeys: readonly Uint8Array[];
}

/** Seats of one session. */
export function seatsOf(parties: number): Seat[] {
  const day = 86_400_000;
  const keys = Array.from({ length: parties }, () => SigningKey.generate('ML-DSA-65'));
  const linkKeys = keys.map(({ publicKey }) => new Uint8Array(publicKey));
  const sessionId = new Uint8Array(createHash('sha256').update('bench').digest());
  const valid = { commonName: 'bench', notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + day) };
  return keys.map((key, party) => ({ party, sessionId, linkKeys, certificate: selfSignedCertificate(key, valid) }));
}

export interface TakenSeat {
  readonly port: number;
  /** Links to the other parties of the session, once all have met; `ports` by index, the own place undefined. */
  meet(ports: readonly number[]): Promise<(SessionLink | undefined)[]>;
}

export const takeSeat = (seat: Seat, kind: LinkKind): Promise<TakenSeat> => (kind === 'sealed' ? takeSealed(seat) : takePlain(seat));

const meeting = (party: number, streamTo: (peer: number, port: number) => Promise<ByteStream>, close: () => void): TakenSeat['meet'] => async (ports) => {
  const links = await Promise.all(ports.map(async (port, peer) => (peer === party ? undefined : new SessionLink(await streamTo(peer, port), () => undefined))));
  close();
  return links;
};

async function takeSealed({ party, sessionId, certificate, linkKeys }: Seat): Promise<TakenSeat> {
  const listener = await PeerListener.listen({ certificate, host, peers: linkKeys.flatMap((linkKey, peer) => (peer < party ? [{ party: peer, linkKey }] : [])) });
  const streamTo = async (peer: number, port: number): Promise<ByteStream> => {
    const dialled = peer > party;
    const connection = await (dialled
      ? dial({ party: peer, host, port }, linkKeys[peer]!, { certificate, own: host, signal: AbortSignal.timeout(connectMs) })
      : listener.connectionOf(peer));
    return new SealedStream(connection, { sessionId, self: party, peer, dialled });
  };
  return { port: listener.port, meet: meeting(party, streamTo, () => listener.close()) };
}

/** Whoever dials says which party it is, in one byte. */
async function takePlain({ party }: Seat): Promise<TakenSeat> {
  const arrived = new Map<number, Socket>();
  let arrival = (): void => undefined;
  const server = createServer({ highWaterMark: WRITE_AHEAD_BYTES, noDelay: true }, (socket) => socket.once('readable', () => {
    arrived.set((socket.read(1) as Uint8Array)[0]!, socket);
    arrival();
  }));
  server.listen(0, host);
  await once(server, 'listening');
  const streamTo = async (peer: number, port: number): Promise<ByteStream> => {
    if (peer > party) {
      const socket = connect({ port, host, noDelay: true, writableHighWaterMark: WRITE_AHEAD_BYTES } as TcpSocketConnectOpts);
      await once(socket, 'connect');
      socket.write(Uint8Array.of(party));
      return plainStream(socket, plainKeys);
    }
    while (!arrived.has(peer)) {
      await new Promise<void>((wake) => {
        const before = arrival;
        arrival = () => (before(), wake());
      });
    }
    return plainStream(arrived.get(peer)!, plainKeys);
  };
  return { port: (server.address() as AddressInfo).port, meet: meeting(party, streamTo, () => server.close()) };
}
