import type { X509Certificate } from 'node:crypto';
import type { ConnectionOptions, EphemeralKeyInfo, TLSSocket, TlsOptions } from 'node:tls';
import { LinkError } from '../errors.js';
import type { LinkCertificate } from './certificate.js';
import { rawPublicKey } from './der.js';

const GROUP = 'X25519MLKEM768';

export const LinkErrorCode = { protocol: 'CS0140', noCertificate: 'CS0141', certificate: 'CS0142', resumed: 'CS0143' } as const;

// One version, one group, one signature algorithm on both sides: whatever else a peer offers, the handshake fails. Trust is the registered
// key, compared after the handshake by `peerLinkKey`; there is no authority for OpenSSL to check.
const common = ({ certificatePem, privateKeyPem }: LinkCertificate) =>
  ({
    cert: certificatePem,
    key: privateKeyPem,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ciphers: 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
    ecdhCurve: GROUP,
    sigalgs: 'mldsa65',
    rejectUnauthorized: false,
  }) as const;

/** Options for `tls.createServer` or `https.createServer`. Call `peerLinkKey` on every connection and compare it with the registered key. */
export const linkServerOptions = (own: LinkCertificate): TlsOptions => ({ ...common(own), requestCert: true });

/** Options for `tls.connect`, `https.request` or `ws`. Call `peerLinkKey` before the first byte is written. */
export const linkClientOptions = (own: LinkCertificate): ConnectionOptions & { maxCachedSessions: number } => ({
  ...common(own),
  checkServerIdentity: () => undefined,
  // An `https.Agent` would resume sessions otherwise, and `peerLinkKey` refuses those.
  maxCachedSessions: 0,
});

function checkCertificate(certificate: X509Certificate | undefined): X509Certificate {
  if (!certificate) throw new LinkError(LinkErrorCode.noCertificate, 'the peer sent no certificate');
  if (certificate.publicKey.asymmetricKeyType !== 'ml-dsa-65') {
    throw new LinkError(LinkErrorCode.certificate, `the peer's certificate has a key of type \`${certificate.publicKey.asymmetricKeyType}\`, not \`ml-dsa-65\``);
  }
  if (!certificate.verify(certificate.publicKey)) throw new LinkError(LinkErrorCode.certificate, "the peer's certificate is not signed by its own key");
  return certificate;
}

/**
 * The raw ML-DSA-65 public key that the peer proved to hold in this handshake, 1952 bytes.
 * @throws LinkError CS0140–CS0143 unless version, group, certificate and signature are the post-quantum ones
 */
export function peerLinkKey(socket: TLSSocket): Uint8Array {
  if (socket.getProtocol() !== 'TLSv1.3') throw new LinkError(LinkErrorCode.protocol, `the link runs \`${socket.getProtocol()}\`, not \`TLSv1.3\``);
  // Node tells a client the group (older versions an empty object for a hybrid one); a server allowed no other and is told none (`null`).
  const group = socket.getEphemeralKeyInfo() as EphemeralKeyInfo | null;
  if (group?.type && group.name !== GROUP) throw new LinkError(LinkErrorCode.protocol, `the link uses the group \`${group.name}\`, not \`${GROUP}\``);
  // A resumed session proves a key of an earlier handshake.
  if (socket.isSessionReused()) throw new LinkError(LinkErrorCode.resumed, 'the link resumes an earlier session');
  return rawPublicKey('ML-DSA-65', checkCertificate(socket.getPeerX509Certificate()).publicKey);
}
