import { join } from 'node:path';
import { AcceptedPoliciesFile, PeersFile, type NodeFile } from '#contract';
import { KeyFileError, readKeyFile, SigningKey, wipe } from '#pqc';
import { readJson, writeJson } from './files.js';

type Peer = PeersFile[string];
type Accepted = AcceptedPoliciesFile['accepted'][number];
export type SigningPurpose = 'link' | 'approval' | 'witness';

/** Private keys, pins and decisions of one who signs: a node, or a person of one. */
export abstract class SignerHome {
  constructor(readonly path: string) {}

  protected readonly file = (name: string): string => join(this.path, name);

  abstract exists(): boolean;
  /** As policies and lists name the signer: a node's name, or "Ana Lopez of Bank A". */
  abstract get name(): string;
  abstract get controlPlane(): NodeFile['controlPlane'];
  /** The fields that say who signs with this approval key. */
  abstract signature(key: SigningKey): { readonly issuer: string; readonly person?: { readonly node: string; readonly key: string } };
  /** Keeps a veto or withdrawal where something acts upon it. */
  abstract keepStatement(statement: { readonly job: string; readonly type: 'veto' | 'withdrawal'; readonly statement: string; readonly expiresAt: string }, now: Date): void;

  keyPath(purpose: SigningPurpose | 'sealing', folder = 'keys'): string {
    return join(this.path, folder, `${purpose}.json`);
  }
  /** Reads a signing key; the caller drops it when done. */
  signingKey(purpose: SigningPurpose, folder?: string): SigningKey {
    const { algorithm, seed } = this.readKey(purpose, folder);
    try {
      return SigningKey.fromSeed(algorithm as SigningKey['algorithm'], seed);
    } finally {
      wipe(seed);
    }
  }
  protected readKey(purpose: SigningPurpose | 'sealing', folder?: string) {
    const path = this.keyPath(purpose, folder);
    const found = readKeyFile(path, passphraseOf(process.env));
    if (found.purpose !== purpose) throw new KeyFileError('CS0131', `\`${path}\` holds a key for \`${found.purpose}\`, not for \`${purpose}\``);
    return found;
  }

  peers(): PeersFile {
    return readJson(this.file('peers.json'), PeersFile, 'pinned keys', {});
  }
  pin(peers: Readonly<Record<string, Omit<Peer, 'since'>>>, now: Date): void {
    const dated = Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, { ...peer, since: now.toISOString() }]));
    writeJson(this.file('peers.json'), { ...this.peers(), ...dated });
  }

  /** What was ever accepted here, the last at the end: that one counts. */
  acceptedPolicies(): readonly Accepted[] {
    return readJson(this.file('policies.json'), AcceptedPoliciesFile, 'accepted policies', { accepted: [] }).accepted;
  }
  acceptPolicy(policy: Accepted): void {
    writeJson(this.file('policies.json'), { accepted: [...this.acceptedPolicies().filter(({ digest }) => digest !== policy.digest), policy] });
  }
}

/** Opens encrypted key files; the worker reads the same variable. */
export const passphraseOf = (env: NodeJS.ProcessEnv): string | undefined => env.COUNTERSIGN_NODE_PASSPHRASE || undefined;
