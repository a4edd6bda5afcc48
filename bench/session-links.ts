/** Sessions' links as workers have them, between processes or threads of a benchmark: each takes a seat, tells its port, and meets the others. */
import { createHash } from 'node:crypto';
import { type LinkCertificate, SigningKey, selfSignedCertificate } from '#pqc';
import { dial } from '../apps/worker/src/session/dial.js';
import { PeerListener } from '../apps/worker/src/session/peer-listener.js';
import { SealedStream } from '../apps/worker/src/session/sealed-stream.js';
import { SessionLink } from '../apps/worker/src/session/session-link.js';
import { Mesh } from '../libs/mpc/src/channel/index.js';

const host = '127.0.0.1';
const connectMs = 10_000;

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
  /** The other parties of the session, once all have met; `ports` by index. */
  meet(ports: readonly number[]): Promise<Mesh>;
}

export async function takeSeat({ party, sessionId, certificate, linkKeys }: Seat): Promise<TakenSeat> {
  const listener = await PeerListener.listen({ certificate, host, peers: linkKeys.flatMap((linkKey, peer) => (peer < party ? [{ party: peer, linkKey }] : [])) });
  const linkTo = async (peer: number, port: number): Promise<SessionLink> => {
    const dialled = peer > party;
    const connection = await (dialled
      ? dial({ party: peer, host, port }, linkKeys[peer], { certificate, own: host, signal: AbortSignal.timeout(connectMs) })
      : listener.connectionOf(peer));
    return new SessionLink(new SealedStream(connection, { sessionId, self: party, peer, dialled }), () => undefined);
  };
  return {
    port: listener.port,
    async meet(ports) {
      const links = await Promise.all(ports.map((port, peer) => (peer === party ? undefined : linkTo(peer, port))));
      listener.close();
      return Mesh.over(party, ports.length, links);
    },
  };
}
