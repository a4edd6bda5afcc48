/** What a link and a statement rest on without quantum computers in mind: X25519, and ECDSA on P-256. For comparison only. */
import { type KeyObject, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { type ConnectionOptions, type TLSSocket } from 'node:tls';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier, AttributeTypeAndValue, AttributeValue, BasicConstraints, Certificate, Extension, ExtendedKeyUsage, Extensions, KeyUsage, KeyUsageFlags, Name,
  RelativeDistinguishedName, SubjectPublicKeyInfo, TBSCertificate, Validity, Version, id_ce_basicConstraints, id_ce_extKeyUsage, id_ce_keyUsage, id_kp_clientAuth, id_kp_serverAuth,
} from '@peculiar/asn1-x509';
import { type LinkCertificate } from '#pqc';

const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const commonName = '2.5.4.3';

/** P-256, as `SigningKey` of #pqc is to ML-DSA. Public keys are DER. */
export class ClassicalKey {
  readonly publicKey: Uint8Array;
  readonly #key: KeyObject;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    this.#key = privateKey;
    this.publicKey = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  }

  sign(message: Uint8Array, dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363'): Uint8Array {
    return new Uint8Array(sign('sha256', message, { key: this.#key, dsaEncoding }));
  }

  privateKeyPem(): string {
    return this.#key.export({ format: 'pem', type: 'pkcs8' }) as string;
  }
}

export const verifyClassical = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  verify('sha256', message, { key: createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' }), dsaEncoding: 'ieee-p1363' }, signature);

const pem = (label: string, der: ArrayBuffer): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;

/** As `selfSignedCertificate` of #pqc makes it, but for the key. */
export function classicalCertificate(key: ClassicalKey, valid: { readonly notBefore: Date; readonly notAfter: Date }): LinkCertificate {
  const algorithm = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
  const name = new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: commonName, value: new AttributeValue({ utf8String: 'bench' }) })])]);
  const extension = (extnID: string, critical: boolean, value: unknown): Extension => new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const body = new TBSCertificate({
    version: Version.v3, serialNumber: new Uint8Array(serial).buffer, signature: algorithm, issuer: name, validity: new Validity(valid), subject: name,
    subjectPublicKeyInfo: AsnConvert.parse(key.publicKey, SubjectPublicKeyInfo),
    extensions: new Extensions([
      extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: false })),
      extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature)),
      extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth, id_kp_clientAuth])),
    ]),
  });
  const signatureValue = new Uint8Array(key.sign(new Uint8Array(AsnConvert.serialize(body)), 'der')).buffer;
  const certificate = new Certificate({ tbsCertificate: body, signatureAlgorithm: algorithm, signatureValue });
  return { certificatePem: pem('CERTIFICATE', AsnConvert.serialize(certificate)), privateKeyPem: key.privateKeyPem() };
}

const common = ({ certificatePem, privateKeyPem }: LinkCertificate) => ({
  cert: certificatePem, key: privateKeyPem, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', ciphers: 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
  ecdhCurve: 'X25519', sigalgs: 'ecdsa_secp256r1_sha256', rejectUnauthorized: false,
}) as const;

export const classicalServerOptions = (own: LinkCertificate) => ({ ...common(own), requestCert: true });
export const classicalClientOptions = (own: LinkCertificate): ConnectionOptions => ({ ...common(own), checkServerIdentity: () => undefined });

/** The key that the peer proved to hold, after the checks that `peerLinkKey` of #pqc makes. */
export function classicalPeerKey(socket: TLSSocket): Uint8Array {
  const certificate = socket.getPeerX509Certificate();
  if (socket.getProtocol() !== 'TLSv1.3' || socket.isSessionReused() || !certificate?.verify(certificate.publicKey)) throw new Error('not the link that was asked for');
  return new Uint8Array(certificate.publicKey.export({ format: 'der', type: 'spki' }));
}
