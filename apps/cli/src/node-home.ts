import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NodeFile, nodeIdOf, OwnStatementsFile, ResultFile } from '#contract';
import { KemKey, wipe } from '#pqc';
import { readJson, writeJson } from './files.js';
import { SignerHome } from './signer-home.js';

/** Private keys and pins of one node, and what its operator decided. The worker of the node reads the same files. */
export class NodeHome extends SignerHome {
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
  get controlPlane(): NodeFile['controlPlane'] {
    return this.settings().controlPlane;
  }
  writeSettings(settings: NodeFile): void {
    writeJson(this.file('node.json'), NodeFile.parse(settings));
  }
  signature(): { readonly issuer: string } {
    return { issuer: this.name };
  }

  sealingKey(folder?: string): KemKey {
    const { algorithm, seed } = this.readKey('sealing', folder);
    try {
      return KemKey.fromSeed(algorithm as KemKey['algorithm'], seed);
    } finally {
      wipe(seed);
    }
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
