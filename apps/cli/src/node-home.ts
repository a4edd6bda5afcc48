import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AcceptedPoliciesFile, NodeFile, nodeIdOf, OwnStatementsFile, PeersFile, ResultFile } from '#contract';
import { KemKey, KeyFileError, readKeyFile, SigningKey, wipe } from '#pqc';
import { readJson, writeJson } from './files.js';

type Peer = PeersFile[string];
type Accepted = AcceptedPoliciesFile['accepted'][number];
export type SigningPurpose = 'link' | 'approval' | 'witness';

/** Private keys and pins of one node, and what its operator decided. The worker of the node reads the same files. */
export class NodeHome {
  constructor(readonly path: string) {}

  private readonly file = (name: string): string => join(this.path, name);

  exists(): boolean {
    return existsSync(this.file('node.json'));
  }
  settings(): NodeFile {
    return readJson(this.file('node.json'), NodeFile, 'node settings');
  }
  /** Identifier in URLs and of the folder. */
  get id(): string {
    return nodeIdOf(this.name);
  }
  get name(): string {
    return this.settings().name;
  }
  writeSettings(settings: NodeFile): void {
    writeJson(this.file('node.json'), NodeFile.parse(settings));
  }

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
  sealingKey(folder?: string): KemKey {
    const { algorithm, seed } = this.readKey('sealing', folder);
    try {
      return KemKey.fromSeed(algorithm as KemKey['algorithm'], seed);
    } finally {
      wipe(seed);
    }
  }
  private readKey(purpose: SigningPurpose | 'sealing', folder?: string) {
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

  /** Keeps a veto or withdrawal for the worker of this node, and drops what has expired. */
  keepStatement(statement: OwnStatementsFile['statements'][number], now: Date): void {
    const kept = readJson(this.file('own-statements.json'), OwnStatementsFile, 'own statements', { statements: [] }).statements;
    writeJson(this.file('own-statements.json'), { statements: [...kept.filter(({ expiresAt }) => Date.parse(expiresAt) > now.getTime()), statement] });
  }

  /** The result of a job, when this node received one. */
  result(job: string): ResultFile | undefined {
    const path = this.file(join('results', `${job}.json`));
    return existsSync(path) ? readJson(path, ResultFile, 'result') : undefined;
  }
}

/** Opens encrypted key files; the worker reads the same variable. */
export const passphraseOf = (env: NodeJS.ProcessEnv): string | undefined => env.COUNTERSIGN_NODE_PASSPHRASE || undefined;
