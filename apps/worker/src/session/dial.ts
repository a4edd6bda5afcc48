import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { connect, isIP, type LookupFunction, type TcpSocketConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { linkClientOptions, LinkError, peerLinkKey, type LinkCertificate } from '#pqc/links';
import { Carrier, WRITE_AHEAD_BYTES, type Connection } from './carrier.js';
import { SessionError } from './errors.js';
import type { Endpoint } from './messages.js';
import { mayDial } from './reachable.js';

const RETRY_MS = 100;

/** Resolves names as `dns.lookup`, leaving out addresses that no peer has; checked here, a name cannot change between the check and the connection. */
const peerAddresses = (party: number, own: string): LookupFunction => (host, options, callback) => {
  dnsLookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, []);
    const allowed = found.filter(({ address }) => mayDial(address, own));
    if (allowed.length === 0) return callback(strangePlace(party), []);
    if (options.all) callback(null, allowed);
    else callback(null, allowed[0].address, allowed[0].family);
  });
};
const strangePlace = (party: number): SessionError => new SessionError('CS0738', `party ${party} says it listens where no peer can`, { blame: party });

function dialOnce({ party, host, port }: Endpoint, linkKey: Uint8Array, { certificate, own, signal }: Dialling): Promise<Connection> {
  // Node resolves no literal address.
  if ((isIP(host) !== 0 && !mayDial(host, own)) || port < 1 || port > 65_535) return Promise.reject(strangePlace(party));
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: peerAddresses(party, own), writableHighWaterMark: WRITE_AHEAD_BYTES } as TcpSocketConnectOpts);
    const carrier = new Carrier(socket);
    const tls = connectTls({ ...linkClientOptions(certificate), socket: carrier });
    const stop = (): void => void socket.destroy(new Error('stopped'));
    signal.addEventListener('abort', stop, { once: true });
    socket.once('close', () => {
      signal.removeEventListener('abort', stop);
      reject(new Error('the peer closed the link'));
    });
    socket.once('error', reject);
    // Until the link takes over, what breaks is found when it is first used.
    tls.on('error', reject);
    tls.once('secureConnect', () => {
      try {
        if (!Buffer.from(peerLinkKey(tls)).equals(linkKey)) {
          throw new SessionError('CS0731', `party ${party} presents another key than the one it has registered`, { blame: party });
        }
        signal.removeEventListener('abort', stop);
        resolve({ tls, carrier });
      } catch (error) {
        tls.destroy();
        reject(error as Error);
      }
    });
  });
}

export interface Dialling {
  readonly certificate: LinkCertificate;
  /** Where this session listens itself. */
  readonly own: string;
  readonly signal: AbortSignal;
}

/**
 * A link to a party that proved to hold its registered key; nothing but a TLS greeting is written before. A peer that does not listen yet is
 * tried again until `signal`. @throws SessionError CS0730, CS0731, CS0738, blaming the party
 */
export async function dial(endpoint: Endpoint, linkKey: Uint8Array, dialling: Dialling): Promise<Connection> {
  const { party } = endpoint;
  for (;;) {
    try {
      return await dialOnce(endpoint, linkKey, dialling);
    } catch (cause) {
      if (cause instanceof SessionError) throw cause;
      if (cause instanceof LinkError) throw new SessionError('CS0731', `the link to party ${party} is not post-quantum: ${cause.message}`, { blame: party, cause });
      if (dialling.signal.aborted) throw new SessionError('CS0730', `party ${party} cannot be reached`, { blame: party, cause });
    }
    await new Promise((wake) => setTimeout(wake, RETRY_MS));
  }
}
