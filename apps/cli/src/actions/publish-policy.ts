import { type ApiClient, type PolicyView } from '#contract';
import { rolesIn } from '#verify';
import { compile, type CompiledPolicy, type Diagnostic, type PolicyRegistry } from '#policy';
import { CliError } from '../failure.js';
import { type SignerHome } from '../signer-home.js';

/** The names that a policy may use now, as the control plane knows them. */
export async function registryOf(client: ApiClient): Promise<PolicyRegistry> {
  const [nodes, programs] = await Promise.all([client.nodes(), client.programs()]);
  const registered = nodes.filter(({ status }) => status === 'registered');
  return {
    nodes: registered.map(({ name }) => name),
    datasets: registered.flatMap(({ name: node, datasets }) => datasets.map(({ name, tags }) => ({ name, node, tags }))),
    programs: programs.map(({ name }) => name),
    roles: rolesIn(registered),
  };
}

export const policyFailure = (file: string, source: string, diagnostics: readonly Diagnostic[]): CliError => {
  const first = diagnostics.find(({ severity }) => severity === 'error') ?? diagnostics[0];
  return new CliError(first.code, `policy \`${file}\`: ${first.message}`, { diagnostics, source });
};

/** Compiles against these names. @throws CliError with the diagnostics when the policy does not compile */
export function compileOrFail(source: string, registry: PolicyRegistry, file: string): { policy: CompiledPolicy; warnings: readonly Diagnostic[] } {
  const compiled = compile(source, registry, file);
  if (!compiled.ok) throw policyFailure(file, source, compiled.diagnostics);
  return compiled;
}

/** Publishes after compiling here, so that the errors of a draft are shown with the text at hand. */
export async function publishPolicy(client: ApiClient, file: string, source: string): Promise<PolicyView> {
  compileOrFail(source, await registryOf(client), file);
  return client.publishPolicy({ file, source });
}

/**
 * A published policy compiled here, from the text that the operator reads. The digest that the control plane names is never taken on trust, of
 * the policy in force or of an older one: under it, a worker would compute. The names are those of its publication, as a worker is given them.
 * @throws CliError CS0351 when the text does not compile here, CS0352 when it compiles to another digest than the one named
 */
export async function compileAsPublished(client: ApiClient, policy: PolicyView): Promise<CompiledPolicy> {
  const compiled = compile(policy.source, policy.registry ?? (await registryOf(client)), policy.file);
  if (!compiled.ok) throw new CliError('CS0351', `policy version ${policy.version} does not compile here: ${compiled.diagnostics[0]?.message ?? 'no reason given'}`, { diagnostics: compiled.diagnostics, source: policy.source });
  if (compiled.policy.digest !== policy.digest) {
    throw new CliError('CS0352', `policy version ${policy.version} compiles to \`${compiled.policy.digest.slice(0, 16)}…\` here, not to the \`${policy.digest.slice(0, 16)}…\` that was published`, { help: ['names may have been registered since: publish it again, or ask the operator of the control plane'] });
  }
  return compiled.policy;
}

/** Records in a home that a published policy is accepted there: a worker then takes part in jobs under it, and a person signs them. @throws CliError CS0351, CS0352 */
export async function acceptPolicy(home: SignerHome, client: ApiClient, policy: PolicyView, now: Date): Promise<void> {
  const { digest } = await compileAsPublished(client, policy);
  home.acceptPolicy({ digest, version: policy.version, file: policy.file, at: now.toISOString() });
}
