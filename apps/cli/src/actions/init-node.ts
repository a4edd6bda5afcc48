import { mkdirSync } from 'node:fs';
import { ApiClient, Name, type DatasetDeclaration, type NodeFile, type ServiceInfo, type Transport } from '#contract';
import { KemKey, labelledHash, fromBase64Url, SigningKey, toHex, wipe, writeKeyFile } from '#pqc';
import { CliError } from '../failure.js';
import { passphraseOf, type NodeHome } from '../node-home.js';

export interface NodeToMake {
  readonly home: NodeHome;
  readonly name: string;
  readonly region: string;
  readonly datasets: readonly DatasetDeclaration[];
  readonly controlPlane: { readonly url: string; readonly transport: Transport };
  readonly listen?: NodeFile['listen'];
  /** Told by the operator of the control plane on another way. */
  readonly fingerprint?: string;
  readonly now: Date;
}

/** What two people compare by voice: 20 bytes of SHA-256 over the keys that a node pins, in groups of four digits. */
export function fingerprintOf({ origin, logVkey, gateway }: ServiceInfo): string {
  const hash = labelledHash('countersign/service/1', Buffer.from(`${origin}\n${logVkey}\n`), fromBase64Url(gateway.linkKey));
  return (toHex(hash.subarray(0, 20)).match(/.{4}/g) as string[]).join('-');
}

const KEYS = [['link', 'ML-DSA-65'], ['approval', 'ML-DSA-65'], ['witness', 'ML-DSA-44']] as const;

/** Makes the four keys of a node in `folder` of its home and returns the ids that others pin. */
export function makeKeys(home: NodeHome, folder = 'keys'): { approvalKid: string; linkKid: string } {
  const passphrase = passphraseOf(process.env);
  mkdirSync(`${home.path}/${folder}`, { recursive: true, mode: 0o700 });
  const kids: Record<string, string> = {};
  for (const [purpose, algorithm] of KEYS) {
    const key = SigningKey.generate(algorithm);
    kids[purpose] = key.kid;
    writeSeed(home.keyPath(purpose, folder), { purpose, algorithm, seed: key.seed() }, passphrase);
  }
  const sealing = KemKey.generate('ML-KEM-768');
  writeSeed(home.keyPath('sealing', folder), { purpose: 'sealing', algorithm: 'ML-KEM-768', seed: sealing.seed() }, passphrase);
  return { approvalKid: kids.approval, linkKid: kids.link };
}

function writeSeed(path: string, file: Parameters<typeof writeKeyFile>[1], passphrase: string | undefined): void {
  try {
    writeKeyFile(path, file, passphrase);
  } finally {
    wipe(file.seed);
  }
}

/**
 * Makes a node home: keys, settings, and the control plane's keys pinned.
 * @throws CliError CS0906 where a node lives already, CS0907 when the control plane has not the fingerprint
 */
export async function initNode({ home, name, region, datasets, controlPlane, listen, fingerprint, now }: NodeToMake): Promise<ServiceInfo> {
  const named = Name.safeParse(name);
  if (!named.success) throw new CliError('CS0912', `\`${name}\` cannot be a node's name: ${named.error.issues[0].message}`);
  if (home.exists()) throw new CliError('CS0906', `there is a node in \`${home.path}\` already`, { help: ['change its settings in node.json, or its keys with `countersign node rotate`'] });
  const info = await new ApiClient(controlPlane.transport).info();
  const digits = (text: string): string => text.toLowerCase().replace(/[^0-9a-f]/g, '');
  if (fingerprint !== undefined && digits(fingerprint) !== digits(fingerprintOf(info))) {
    throw new CliError('CS0907', `the control plane at \`${controlPlane.url}\` has the fingerprint \`${fingerprintOf(info)}\``, { help: ['this is not the one given: somebody may stand in between; nothing was written'] });
  }
  const own = makeKeys(home);
  home.writeSettings({
    v: 1, name, region,
    controlPlane: { url: controlPlane.url, host: info.gateway.host, port: info.gateway.port, linkKey: info.gateway.linkKey, logVkey: info.logVkey, origin: info.origin },
    listen: listen ?? { host: '127.0.0.1' },
    datasets: [...datasets],
  });
  home.pin({ [name]: own }, now);
  return info;
}
