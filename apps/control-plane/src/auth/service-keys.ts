import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { KeyFileError, readKeyFile, selfSignedCertificate, SigningKey, writeKeyFile, type MlDsa } from '#pqc';

const CERTIFICATE_DAYS = 3_650;

/** The two keys of the control plane: its end of every link, and the log's signature. Made on the first start. */
export class ServiceKeys {
  private constructor(
    readonly link: SigningKey,
    readonly log: SigningKey,
    readonly certificate: { readonly certificatePem: string; readonly privateKeyPem: string },
  ) {}

  /** @throws KeyFileError when a file is damaged or readable by others */
  static open(home: string, now: Date): ServiceKeys {
    const folder = join(home, 'control-plane');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const link = openKey(join(folder, 'link.json'), 'link', 'ML-DSA-65');
    const log = openKey(join(folder, 'log.json'), 'log', 'ML-DSA-44');
    const certificate = selfSignedCertificate(link, {
      commonName: 'countersign control plane',
      // Peers pin the key, not the dates; a wrong clock must not cut every link.
      notBefore: new Date(now.getTime() - 86_400_000),
      notAfter: new Date(now.getTime() + CERTIFICATE_DAYS * 86_400_000),
    });
    return new ServiceKeys(link, log, certificate);
  }
}

function openKey(path: string, purpose: string, algorithm: MlDsa): SigningKey {
  if (!existsSync(path)) {
    const key = SigningKey.generate(algorithm);
    const seed = key.seed();
    try {
      writeKeyFile(path, { purpose, algorithm, seed });
      return key;
    } catch (error) {
      // Another process of the same home was first: its key counts.
      if (!(error instanceof KeyFileError) || !existsSync(path)) throw error;
    } finally {
      seed.fill(0);
    }
  }
  const file = readKeyFile(path);
  if (file.purpose !== purpose || file.algorithm !== algorithm) throw new KeyFileError('CS0131', `key file \`${path}\` is not a \`${purpose}\` key of \`${algorithm}\``);
  try {
    return SigningKey.fromSeed(algorithm, file.seed);
  } finally {
    file.seed.fill(0);
  }
}
