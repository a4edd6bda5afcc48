import { connect, type TLSSocket } from 'node:tls';
import { linkClientOptions, LinkError, peerLinkKey, type LinkCertificate } from '#pqc';
import { SessionError } from './errors.js';
import type { Endpoint } from './messages.js';

const RETRY_MS = 100;

function dialOnce({ party, host, port }: Endpoint, linkKey: Uint8Array, certificate: LinkCertificate, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...linkClientOptions(certificate), host, port });
    const stop = (): void => void socket.destroy(new Error('stopped'));
    signal.addEventListener('abort', stop, { once: true });
    socket.once('close', () => {
      signal.removeEventListener('abort', stop);
      reject(new Error('the peer closed the link'));
    });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      try {
        if (!Buffer.from(peerLinkKey(socket)).equals(linkKey)) {
          throw new SessionError('CS0731', `party ${party} presents another key than the one it has registered`, { blame: party });
        }
        signal.removeEventListener('abort', stop);
        socket.removeAllListeners('close').removeAllListeners('error');
        // Until the link takes over, a broken socket is found when it is first used.
        socket.on('error', () => undefined);
        resolve(socket);
      } catch (error) {
        socket.destroy();
        reject(error as Error);
      }
    });
  });
}

/**
 * A link to a party that proved to hold its registered key; nothing is written before. A peer that does not listen yet is tried again until
 * `signal`. @throws SessionError CS0730, CS0731, blaming the party
 */
export async function dial(endpoint: Endpoint, linkKey: Uint8Array, certificate: LinkCertificate, signal: AbortSignal): Promise<TLSSocket> {
  const { party } = endpoint;
  for (;;) {
    try {
      return await dialOnce(endpoint, linkKey, certificate, signal);
    } catch (cause) {
      if (cause instanceof SessionError) throw cause;
      if (cause instanceof LinkError) throw new SessionError('CS0731', `the link to party ${party} is not post-quantum: ${cause.message}`, { blame: party, cause });
      if (signal.aborted) throw new SessionError('CS0730', `party ${party} cannot be reached`, { blame: party, cause });
    }
    await new Promise((wake) => setTimeout(wake, RETRY_MS));
  }
}
