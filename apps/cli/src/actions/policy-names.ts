import { resolve } from 'node:path';
import { type Command } from 'commander';
import { type ApiClient, PolicyRegistryRule } from '#contract';
import { signersSupposed, type CompiledPolicy, type Known, type PolicyRegistry } from '#policy';
import { PROGRAMS } from '#program';
import { rolesIn, signersIn } from '#verify';
import { type Cli } from '../cli.js';
import { CliError } from '../failure.js';
import { shellWord } from '../invocation.js';
import { loadLab } from '../lab/check.js';
import { loadYaml } from '../lab/load.js';
import { loadProgram } from './build-program.js';
import { registryOf } from './publish-policy.js';

/** Where the names of a policy come from: a file, a lab, or else the control plane. */
export interface NameFlags {
  readonly registry?: string;
  readonly lab?: string;
}

export const nameFlags = (command: Command): Command => command
  .option('--registry <file>', 'take the names from a YAML file instead of a control plane: nodes, datasets, programs, roles')
  .option('--lab <file>', 'take the names of nodes and datasets from a lab file');

export const isOffline = ({ registry, lab }: NameFlags): boolean => registry !== undefined || lab !== undefined;

/** The same source of names for the next command, as one types it. */
export const nameFlagsText = ({ registry, lab }: NameFlags): string => (registry === undefined ? '' : ` --registry ${shellWord(registry)}`) + (lab === undefined ? '' : ` --lab ${shellWord(lab)}`);

/** Names, and as far as they are known, who can sign and where nodes are. */
export interface Names {
  readonly registry: PolicyRegistry;
  readonly signers?: Known['signers'];
  readonly regions?: Known['regions'];
}

/** @throws CliError CS0901 for two sources of names, CS0908, CS0910–CS0912 for a file that is not as it should be */
export async function namesOf(cli: Cli, { registry, lab }: NameFlags): Promise<Names> {
  if (registry !== undefined && lab !== undefined) throw new CliError('CS0901', '`--registry` and `--lab` both give the names', { help: ['leave one of them out'] });
  if (registry !== undefined) return { registry: registryFile(registry) };
  return lab === undefined ? registeredNames(readerOf(cli)) : labNames(lab);
}

/** Who has no control plane to ask may still have a file with the names. */
function readerOf(cli: Cli): ApiClient {
  try {
    return cli.reader();
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'CS0903') throw error;
    throw new CliError(error.code, error.message, { ...error.details, help: ['take the names from a file: `--registry names.yaml` or `--lab lab.yaml`', ...(error.details.help ?? [])] });
  }
}

export const registryFile = (path: string): PolicyRegistry => loadYaml(path, PolicyRegistryRule, 'registry').value;

async function labNames(path: string): Promise<Names> {
  const { folder, value: { nodes, programs } } = loadLab(path);
  const own = await Promise.all(programs.map((file) => loadProgram(resolve(folder, file))));
  return {
    registry: {
      nodes: Object.keys(nodes),
      datasets: Object.entries(nodes).flatMap(([node, { datasets }]) => Object.entries(datasets).map(([name, { tags }]) => ({ name, node, tags }))),
      programs: [...PROGRAMS, ...own].map(({ name }) => name),
      roles: rolesIn(Object.entries(nodes).map(([name, { people }]) => ({ name, people: Object.values(people).map((roles) => ({ roles })) }))),
    },
    regions: Object.entries(nodes).map(([node, { region }]) => ({ node, region })),
  };
}

async function registeredNames(client: ApiClient): Promise<Names> {
  const [registry, nodes] = await Promise.all([registryOf(client), client.nodes()]);
  const registered = nodes.filter(({ status }) => status === 'registered');
  return {
    registry,
    signers: signersIn(registered.map(({ name, approvalKid, region, people }) => ({ name, approvalKid, registration: { region, people } }))),
    regions: registered.map(({ name, region }) => ({ node: name, region })),
  };
}

/** What a policy is looked at against; where nobody is told to sign, everybody whom the names allow for can. */
export const knownOf = (cli: Cli, { registry, signers, regions }: Names, policy: CompiledPolicy): Known => ({
  registry, signers: signers ?? signersSupposed(registry, policy), now: cli.now().toISOString(), ...(regions === undefined ? {} : { regions }),
});
