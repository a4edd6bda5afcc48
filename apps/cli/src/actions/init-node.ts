import { mkdirSync } from 'node:fs';
import { ApiClient, Name, NodeFile, type DatasetDeclaration, type ServiceInfo, type Transport } from '#contract';
import { KemKey, labelledHash, fromBase64Url, SigningKey, toHex, wipe, writeKeyFile } from '#pqc';
import { CliError } from '../failure.js';
import { type NodeHome } from '../node-home.js';
import { schemaWords } from '../schema-words.js';
import { passphraseOf, type SignerHome, type SigningPurpose } from '../signer-home.js';

export interface NodeToMake extends ControlPlaneToPin {
  readonly home: NodeHome;
  readonly name: string;
  readonly region: string;
  readonly datasets: readonly DatasetDeclaration[];
  readonly listen?: NodeFile['listen'];
  /** Looks at what is to be written before anything is made, and throws where a registration would fail. */
  readonly check?: (settings: NodeFile) => Promise<void>;
  readonly now: Date;
}

/** What two people compare by voice: 20 bytes of SHA-256 over the keys that a node pins, in groups of four digits. */
export function fingerprintOf({ origin, logVkey, gateway }: ServiceInfo): string {
  const hash = labelledHash('countersign/service/1', Buffer.from(`${origin}\n${logVkey}\n`), fromBase64Url(gateway.linkKey));
  return (toHex(hash.subarray(0, 20)).match(/.{4}/g) as string[]).join('-');
}

const ALGORITHMS = { link: 'ML-DSA-65', approval: 'ML-DSA-65', witness: 'ML-DSA-44' } as const;

/** Makes signing keys in `folder` of a home and returns their ids. */
export function makeSigningKeys<P extends SigningPurpose>(home: SignerHome, purposes: readonly P[], folder = 'keys'): Record<P, string> {
  const passphrase = passphraseOf(process.env);
  mkdirSync(`${home.path}/${folder}`, { recursive: true, mode: 0o700 });
  return Object.fromEntries(purposes.map((purpose) => {
    const algorithm = ALGORITHMS[purpose];
    const key = SigningKey.generate(algorithm);
    writeSeed(home.keyPath(purpose, folder), { purpose, algorithm, seed: key.seed() }, passphrase);
    return [purpose, key.kid];
  })) as Record<P, string>;
}

/** Makes the four keys of a node in `folder` of its home and returns the ids that others pin. */
export function makeKeys(home: NodeHome, folder = 'keys'): { approvalKid: string; linkKid: string } {
  const kids = makeSigningKeys(home, ['link', 'approval', 'witness'], folder);
  const sealing = KemKey.generate('ML-KEM-768');
  writeSeed(home.keyPath('sealing', folder), { purpose: 'sealing', algorithm: 'ML-KEM-768', seed: sealing.seed() }, passphraseOf(process.env));
  return { approvalKid: kids.approval, linkKid: kids.link };
}

function writeSeed(path: string, file: Parameters<typeof writeKeyFile>[1], passphrase: string | undefined): void {
  try {
    writeKeyFile(path, file, passphrase);
  } finally {
    wipe(file.seed);
  }
}

export interface ControlPlaneToPin {
  readonly controlPlane: { readonly url: string; readonly transport: Transport };
  /** Told by the operator of the control plane on another way. */
  readonly fingerprint?: string;
}

/** What a home keeps of a control plane from its first contact on. @throws CliError CS0907 when it has not the fingerprint */
export async function pinControlPlane({ controlPlane: { url, transport }, fingerprint }: ControlPlaneToPin): Promise<{ info: ServiceInfo; pinned: NodeFile['controlPlane'] }> {
  const info = await new ApiClient(transport).info();
  const digits = (text: string): string => text.toLowerCase().replace(/[^0-9a-f]/g, '');
  if (fingerprint !== undefined && digits(fingerprint) !== digits(fingerprintOf(info))) {
    throw new CliError('CS0907', `the control plane at \`${url}\` has the fingerprint \`${fingerprintOf(info)}\``, { help: ['this is not the one given: somebody may stand in between; nothing was written'] });
  }
  return { info, pinned: { url, host: info.gateway.host, port: info.gateway.port, linkKey: info.gateway.linkKey, logVkey: info.logVkey, origin: info.origin } };
}

/**
 * Makes a node home: keys, settings, and the control plane's keys pinned.
 * @throws CliError CS0906 where a node lives already, CS0907 when the control plane has not the fingerprint, CS0912 for what could not be registered
 */
export async function initNode({ home, name, region, datasets, controlPlane, listen, fingerprint, check, now }: NodeToMake): Promise<ServiceInfo> {
  const named = Name.safeParse(name, { error: schemaWords });
  if (!named.success) throw new CliError('CS0912', `\`${name}\` cannot be a node's name: ${named.error.issues[0].message}`);
  if (home.exists()) throw new CliError('CS0906', `there is a node in \`${home.path}\` already`, { help: ['change its settings in node.json, or its keys with `countersign node rotate`'] });
  const { info, pinned } = await pinControlPlane({ controlPlane, fingerprint });
  const settings = parsedSettings({ v: 1, name, region, controlPlane: pinned, listen: listen ?? { host: '127.0.0.1' }, datasets: [...datasets] });
  await check?.(settings);
  const own = makeKeys(home);
  home.writeSettings(settings);
  home.pin({ [name]: own }, now);
  return info;
}

/** What a home may hold is what a registration may say. @throws CliError CS0912 */
function parsedSettings(settings: NodeFile): NodeFile {
  const parsed = NodeFile.safeParse(settings, { error: schemaWords });
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new CliError('CS0912', `\`${path.map(String).join('.')}\`: ${message}`);
}
