import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier, AttributeTypeAndValue, AttributeValue, BasicConstraints, Certificate, Extension, ExtendedKeyUsage, Extensions, GeneralName,
  id_ce_basicConstraints, id_ce_extKeyUsage, id_ce_keyUsage, id_ce_subjectAltName, id_kp_clientAuth, id_kp_serverAuth,
  KeyUsage, KeyUsageFlags, Name, RelativeDistinguishedName, SubjectAlternativeName, SubjectPublicKeyInfo, TBSCertificate, Validity, Version,
} from '@peculiar/asn1-x509';
import { KeyError } from '../errors.js';
import type { SigningKey } from './signing.js';

/** id-ml-dsa-65, without parameters (RFC 9881 §2). */
const ML_DSA_65 = '2.16.840.1.101.3.4.3.18';
const COMMON_NAME = '2.5.4.3';

export interface CertificateRequest {
  readonly commonName: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names and IP addresses for clients that look at them; links compare keys instead. */
  readonly hosts?: readonly string[];
}
export interface LinkCertificate {
  readonly certificatePem: string;
  /** PKCS#8 with the seed alone. */
  readonly privateKeyPem: string;
}

const extension = (extnID: string, critical: boolean, value: unknown): Extension =>
  new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });

const nameOf = (commonName: string): Name =>
  new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value: new AttributeValue({ utf8String: commonName }) })])]);

function extensionsOf(hosts: readonly string[]): Extensions {
  const names = hosts.map((host) => new GeneralName(isIP(host) ? { iPAddress: host } : { dNSName: host }));
  return new Extensions([
    extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: false })),
    extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature)),
    extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth, id_kp_clientAuth])),
    ...(names.length > 0 ? [extension(id_ce_subjectAltName, false, new SubjectAlternativeName(names))] : []),
  ]);
}

const pem = (label: string, der: ArrayBuffer): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;

/**
 * A self-signed X.509 v3 certificate of an ML-DSA-65 link key, and the key, both as PEM. Trust comes from the registered key, so there is no
 * authority and nothing but the key is checked by peers.
 * @throws KeyError CS0100 when the key is of another parameter set
 */
export function selfSignedCertificate(key: SigningKey, request: CertificateRequest): LinkCertificate {
  if (key.algorithm !== 'ML-DSA-65') throw new KeyError(`a link certificate needs a key of \`ML-DSA-65\`, not \`${key.algorithm}\``);
  const algorithm = new AlgorithmIdentifier({ algorithm: ML_DSA_65 });
  const name = nameOf(request.commonName);
  const serial = randomBytes(16);
  serial[0] = (serial[0] & 0x7f) | 0x40; // positive, and never a leading zero
  const body = new TBSCertificate({
    version: Version.v3,
    serialNumber: new Uint8Array(serial).buffer,
    signature: algorithm,
    issuer: name,
    validity: new Validity({ notBefore: request.notBefore, notAfter: request.notAfter }),
    subject: name,
    subjectPublicKeyInfo: new SubjectPublicKeyInfo({ algorithm, subjectPublicKey: new Uint8Array(key.publicKey).buffer }),
    extensions: extensionsOf(request.hosts ?? []),
  });
  const signature = key.sign(new Uint8Array(AsnConvert.serialize(body)));
  const certificate = new Certificate({ tbsCertificate: body, signatureAlgorithm: algorithm, signatureValue: new Uint8Array(signature).buffer });
  return { certificatePem: pem('CERTIFICATE', AsnConvert.serialize(certificate)), privateKeyPem: key.privateKeyPem() };
}
