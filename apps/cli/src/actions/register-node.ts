import { createHmac } from 'node:crypto';
import { type ApiClient, decimalText, type DatasetDeclaration, type NodeView, type PublicKeys, type SignedDataset } from '#contract';
import { type Network } from '#program';
import { fromBase64Url, toBase64Url, type KemKey, type SigningKey } from '#pqc';
import { possessionMessage } from '#verify';
import { type NodeHome } from '../node-home.js';
import { signed } from './statement.js';

const YEAR_MS = 365 * 86_400_000;

export interface NodeKeys {
  readonly link: SigningKey;
  readonly approval: SigningKey;
  readonly witness: SigningKey;
  readonly sealing: KemKey;
}
export const keysOf = (home: NodeHome, folder?: string): NodeKeys => ({
  link: home.signingKey('link', folder), approval: home.signingKey('approval', folder), witness: home.signingKey('witness', folder), sealing: home.sealingKey(folder),
});
const publicKeysOf = ({ link, approval, witness, sealing }: NodeKeys): PublicKeys => ({
  link: toBase64Url(link.publicKey), approval: toBase64Url(approval.publicKey), witness: toBase64Url(witness.publicKey), sealing: toBase64Url(sealing.publicKey),
});

/** The row bound that others learn: the declared one, or the next power of two, so that the exact count stays private. */
export const rowBoundOf = ({ maxRows }: Pick<DatasetDeclaration, 'maxRows'>, rows: number): number => maxRows ?? 2 ** Math.ceil(Math.log2(Math.max(rows, 1)));

/** A dataset as its owner signs it, from what inspecting it found. */
export function signedDataset(declaration: DatasetDeclaration, { rows = 0, network }: { readonly rows?: number | undefined; readonly network?: Network | undefined }): SignedDataset {
  const { name, tags, columns } = declaration;
  return {
    name, tags, maxRows: rowBoundOf(declaration, rows),
    columns: Object.fromEntries(Object.entries(columns).map(([column, rule]) => [column, rule.type === 'category' || rule.type === 'key' ? rule : { type: rule.type, min: decimalText(rule.min), max: decimalText(rule.max) }])),
    ...(network && { network }),
  };
}

export interface Registration {
  readonly home: NodeHome;
  readonly client: ApiClient;
  readonly datasets: readonly SignedDataset[];
  /** For the first registration of a name. */
  readonly token?: string;
  /** One more than the registered one. */
  readonly version: number;
  readonly now: Date;
}

/** Registers a node, or a new version of it, proving that it holds every key. */
export async function registerNode({ home, client, datasets, token, version, now }: Registration): Promise<NodeView> {
  const keys = keysOf(home);
  const view = await proved({ home, client, keys, datasets, version, now }, (proof) => client.register({ ...proof, ...(token === undefined ? {} : { token }) }));
  // From now on its worker refuses an older registration of its own node.
  home.pin({ [home.name]: { approvalKid: keys.approval.kid, linkKid: keys.link.kid, version } }, now);
  return view;
}

/** Replaces all keys: the new ones, in `folder` of the home, sign the registration; the old approval key signs the rotation. */
export function rotateNode({ home, client, datasets, version, now }: Registration, folder: string): Promise<NodeView> {
  const { name } = home.settings();
  const previous = home.signingKey('approval');
  return proved({ home, client, keys: keysOf(home, folder), datasets, version, now }, (proof) => {
    const rotation = signed(previous, { type: 'key-rotation', issuer: name, issuedAt: now, expiresAt: new Date(now.getTime() + 10 * YEAR_MS) }, {
      name, previousKid: previous.kid, previousKey: toBase64Url(previous.publicKey), registration: proof.registration,
    });
    return client.rotate(home.id, { ...proof, rotation });
  });
}

interface Proof {
  readonly challenge: string;
  readonly registration: string;
  readonly proofs: { readonly link: string; readonly witness: string; readonly sealing: string };
}

async function proved(
  { home, client, keys, datasets, version, now }: Omit<Registration, 'token'> & { readonly keys: NodeKeys },
  submit: (proof: Proof) => Promise<NodeView>,
): Promise<NodeView> {
  const { name, region, people = [] } = home.settings();
  const challenge = await client.challenge({ name, sealing: toBase64Url(keys.sealing.publicKey) });
  const registration = signed(keys.approval, { type: 'node-registration', issuer: name, issuedAt: now, expiresAt: new Date(now.getTime() + YEAR_MS) }, {
    name, region, keys: publicKeysOf(keys), version, datasets: datasets.map((dataset) => ({ ...dataset, tags: [...dataset.tags] })), ...(people.length > 0 ? { people } : {}),
  });
  const message = possessionMessage(challenge, registration);
  const secret = keys.sealing.decapsulate(fromBase64Url(challenge.kemCiphertext));
  try {
    return await submit({
      challenge: challenge.id,
      registration,
      proofs: {
        link: toBase64Url(keys.link.sign(message)),
        witness: toBase64Url(keys.witness.sign(message)),
        sealing: createHmac('sha256', secret).update(message).digest('base64url'),
      },
    });
  } finally {
    secret.fill(0);
  }
}
