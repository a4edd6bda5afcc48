import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { nodeIdOf, signerOf } from '#contract';
import { CliError } from './failure.js';
import { readText } from './files.js';
import { NodeHome } from './node-home.js';
import { didYouMean } from './nearest.js';
import { PersonHome } from './person-home.js';
import { type SignerHome } from './signer-home.js';

/** The folder that holds everything of one installation: `pg/`, `control-plane/`, `nodes/<id>/`, `people/<id>/`. */
export class Homes {
  constructor(readonly path: string) {}

  static from(env: NodeJS.ProcessEnv, given?: string): Homes {
    return new Homes(resolve(given ?? env.COUNTERSIGN_HOME ?? join(homedir(), '.countersign')));
  }

  readonly operatorKeyPath = (): string => join(this.path, 'control-plane', 'operator.key');

  readonly operatorUrlPath = (): string => join(this.path, 'control-plane', 'operator.url');

  /** The first admin API key of a control plane that lives here, if one does. */
  operatorKey(): string | undefined {
    return existsSync(this.operatorKeyPath()) ? readText(this.operatorKeyPath(), 'operator key').trim() : undefined;
  }

  /** Where the node of this name lives or will live. */
  nodeHome(name: string): NodeHome {
    return new NodeHome(join(this.path, 'nodes', nodeIdOf(name)));
  }

  /** Where `countersign up` in this folder serves operators, as it last said. */
  operatorUrl(): string | undefined {
    return existsSync(this.operatorUrlPath()) ? readText(this.operatorUrlPath(), 'operator address').trim() : undefined;
  }

  nodes(): NodeHome[] {
    return this.foldersIn('nodes').map((path) => new NodeHome(path)).filter((home) => home.exists());
  }

  /** Where this person of this node lives or will live. */
  personHome(name: string, node: string): PersonHome {
    return new PersonHome(join(this.path, 'people', nodeIdOf(signerOf({ issuer: name, person: { node } }))));
  }

  people(): PersonHome[] {
    return this.foldersIn('people').map((path) => new PersonHome(path)).filter((home) => home.exists());
  }

  /** The home of the node or person with this name ("Ana Lopez", or "Ana Lopez of Bank A"), or the only one. */
  signer(name?: string): SignerHome {
    const all: SignerHome[] = [...this.nodes(), ...this.people()];
    if (all.length === 0) return this.node(name);
    const fitting = name === undefined ? all : all.filter((home) => home.name === name || (home instanceof PersonHome && home.settings().name === name));
    if (fitting.length === 1) return fitting[0];
    if (fitting.length === 0) throw new CliError('CS0903', `there is no node and nobody called \`${name}\` in \`${this.path}\``, { help: didYouMean(name!, all.map((home) => home.name)) });
    throw new CliError('CS0904', `${fitting.length} who sign live in \`${this.path}\``, { help: [`say who with --as: ${fitting.map((home) => `"${home.name}"`).join(', ')}`] });
  }

  private foldersIn(name: string): string[] {
    const folder = join(this.path, name);
    return existsSync(folder) ? readdirSync(folder).sort().map((id) => join(folder, id)) : [];
  }

  /** The node home with this name, or the only one. */
  node(name?: string): NodeHome {
    const all = this.nodes();
    if (name !== undefined) {
      const home = this.nodeHome(name);
      if (home.exists()) return home;
      throw new CliError('CS0903', `there is no node \`${name}\` in \`${this.path}\``, { help: all.length > 0 ? didYouMean(name, all.map((node) => node.name)) : ['make one with `countersign node init`'] });
    }
    if (all.length === 1) return all[0];
    if (all.length === 0) throw new CliError('CS0903', `there is no node in \`${this.path}\``, { help: ['make one with `countersign node init`'] });
    throw new CliError('CS0904', `there are ${all.length} nodes in \`${this.path}\``, { help: [`say which with --as: ${all.map((node) => `"${node.name}"`).join(', ')}`] });
  }
}
