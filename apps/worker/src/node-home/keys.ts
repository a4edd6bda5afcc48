import { join } from 'node:path';
import { KemKey, readKeyFile, selfSignedCertificate, SigningKey, wipe, type LinkCertificate } from '#pqc';
import { HomeError } from './errors.js';

/** The keys that a running worker needs; the witness key stays closed. */
export interface NodeKeys {
  readonly link: SigningKey;
  readonly approval: SigningKey;
  readonly sealing: KemKey;
  /** For every link of this process and its sessions. */
  readonly certificate: LinkCertificate;
}

const CERTIFICATE_DAYS = 365;
const DAY_MS = 86_400_000;

/**
 * Opens `keys/{link,approval,sealing}.json` of a node home and makes this run's TLS certificate.
 * @throws KeyFileError CS0130–CS0134, HomeError when a file holds a key for something else
 */
export function openKeys(home: string, { name, now, passphrase }: { readonly name: string; readonly now: Date; readonly passphrase?: string }): NodeKeys {
  const open = <T>(purpose: string, algorithm: string, make: (seed: Uint8Array) => T): T => {
    const path = join(home, 'keys', `${purpose}.json`);
    const file = readKeyFile(path, passphrase);
    try {
      if (file.purpose !== purpose || file.algorithm !== algorithm) throw new HomeError('CS0720', `\`${path}\` holds no \`${algorithm}\` key for \`${purpose}\``);
      return make(file.seed);
    } finally {
      wipe(file.seed);
    }
  };
  const link = open('link', 'ML-DSA-65', (seed) => SigningKey.fromSeed('ML-DSA-65', seed));
  return {
    link,
    approval: open('approval', 'ML-DSA-65', (seed) => SigningKey.fromSeed('ML-DSA-65', seed)),
    sealing: open('sealing', 'ML-KEM-768', (seed) => KemKey.fromSeed('ML-KEM-768', seed)),
    // A clock that is a day behind at the peer must not matter: peers compare keys, but OpenSSL looks at dates where it verifies.
    certificate: selfSignedCertificate(link, { commonName: name, notBefore: new Date(now.getTime() - DAY_MS), notAfter: new Date(now.getTime() + CERTIFICATE_DAYS * DAY_MS) }),
  };
}
