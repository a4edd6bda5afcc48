import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { counters, lengthPrefixed } from '#mpc';

/**
 * What the two ends of a session link agree on by their TLS handshake, beyond TLS itself.
 *
 *     Export(purpose, from) = TLS-Exporter("EXPERIMENTAL countersign session link/1", context, 32)   (RFC 8446 §7.5, RFC 5705)
 *     context = purpose ‖ session id ‖ client, server, from (party indices) ‖ SHA-256(client's certificate) ‖ SHA-256(server's
 *               certificate), each behind its length
 *
 * Security: the exporter's secret comes from the handshake's X25519MLKEM768 and is known to its two ends alone, after a quantum computer
 * too. It covers the handshake up to the server's Finished, and not the client's certificate, hence both certificates in the context
 * (which were checked against the registered keys before). Ends that disagree on session, place or certificates agree on no secret.
 */
export interface LinkSecrets {
  readonly sent: DirectionSecrets;
  readonly received: DirectionSecrets;
}
export interface DirectionSecrets {
  /** Of the records (`record.ts`). */
  readonly records: Uint8Array;
  /** What the sender says, last of all over TLS, to prove that it has agreed on the same. */
  readonly greeting: Uint8Array;
  /** Of the transcripts of libs/mpc. */
  readonly transcript: Uint8Array;
}

export interface LinkPlace {
  readonly sessionId: Uint8Array;
  /** Party indices. */
  readonly self: number;
  readonly peer: number;
  /** Whether this end dialled. */
  readonly dialled: boolean;
}

const LABEL = 'EXPERIMENTAL countersign session link/1';

/** Call after the handshake, and after the peer's key was compared with the one that it has registered. */
export function linkSecrets(tls: TLSSocket, { sessionId, self, peer, dialled }: LinkPlace): LinkSecrets {
  const digestOf = (certificate: { readonly raw: Uint8Array } | undefined): Uint8Array => {
    if (!certificate) throw new Error('a link without certificates on both sides');
    return createHash('sha256').update(certificate.raw).digest();
  };
  const [own, other] = [digestOf(tls.getX509Certificate()), digestOf(tls.getPeerX509Certificate())];
  const [client, server] = dialled ? [self, peer] : [peer, self];
  const certificates = dialled ? [own, other] : [other, own];
  const secret = (purpose: string, from: number): Uint8Array =>
    tls.exportKeyingMaterial(32, LABEL, Buffer.from(lengthPrefixed(Buffer.from(purpose), sessionId, counters(client, server, from), ...certificates)));
  const from = (party: number): DirectionSecrets => ({ records: secret('records', party), greeting: secret('greeting', party), transcript: secret('transcript', party) });
  return { sent: from(self), received: from(peer) };
}
