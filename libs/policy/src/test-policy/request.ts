import { limitsOn } from '../decide/limits-on.js';
import { type CompiledPolicy } from '../rules.js';
import { type PolicyFacts, type PolicyJob, type PolicyRegistry } from '../types.js';
import { type CaseFacts, type CaseRequest, type PolicyCase, type PolicySuite } from './suite.js';

/** A case names what is not registered; the message says what. */
export class UnknownName extends Error {
  override readonly name = 'UnknownName';
}

const digestOf = (program: string): string => `digest of ${program}`;

/** A case of a suite, made into what the engine decides on. */
export class Cases {
  constructor(private readonly policy: CompiledPolicy, private readonly registry: PolicyRegistry, private readonly suite: PolicySuite) {}

  /** @throws UnknownName */
  jobOf({ as, agent = false, program, parties, receivers = [as], purpose, security, privacy, ...of }: CaseRequest): PolicyJob {
    const inputs = this.inputsOf(of);
    const owners = [...new Set(inputs.map(({ node }) => node))];
    return {
      requester: { node: this.known('node', as, this.registry.nodes), keyId: `key of ${as}`, agent },
      program: { name: this.known('program', program, this.registry.programs), digest: digestOf(program) },
      inputs,
      parties: (parties ?? (owners.length > 1 || owners.includes(as) ? owners : [...owners, as])).map((node) => this.known('node', node, this.registry.nodes)),
      receivers: receivers.map((node) => this.known('node', node, this.registry.nodes)),
      ...(purpose === undefined ? {} : { purpose }),
      security: { model: 'semi-honest', majority: 'dishonest', ...security },
      ...(privacy === undefined ? {} : { privacy }),
    };
  }

  private inputsOf({ dataset, nodes, inputs }: Pick<CaseRequest, 'dataset' | 'nodes' | 'inputs'>): PolicyJob['inputs'] {
    const { datasets } = this.registry;
    const named = inputs ?? (nodes ?? datasets.filter(({ name }) => name === dataset).map(({ node }) => node)).map((node) => ({ node, dataset: dataset ?? '' }));
    if (named.length === 0) throw new UnknownName(`no dataset is called \`${dataset}\``);
    return named.map((input) => {
      const found = datasets.find(({ name, node }) => name === input.dataset && node === input.node);
      if (found === undefined) throw new UnknownName(`${input.node} has no dataset \`${input.dataset}\``);
      return { ...input, tags: found.tags };
    });
  }

  /** @throws UnknownName */
  factsOf({ signatures = [], facts = {} }: PolicyCase, job: PolicyJob | undefined): PolicyFacts {
    const now = facts.now ?? this.suite.now;
    const signers = this.signersOf(facts);
    const regions = { ...this.suite.regions, ...facts.regions };
    return {
      now,
      signers,
      signatures: signatures.map((one) => {
        const { name, keyId, roles } = signerIn(signers, typeof one === 'string' ? one : one.signer);
        return { signer: name, keyId, roles, signedAt: typeof one === 'string' ? now : one.at };
      }),
      regions: Object.entries(regions).map(([node, region]) => ({ node, region })),
      vetoes: (facts.vetoes ?? []).map((name) => statementOf(signers, name)),
      links: facts.links ?? 'measured at start',
      ...(job === undefined ? {} : { uses: this.usesOf(job, now, facts), programApprovals: (facts.approvals ?? []).map((name) => ({ program: job.program.digest, ...statementOf(signers, name) })) }),
    };
  }

  private usesOf(job: PolicyJob, now: string, { used = {} }: CaseFacts): PolicyFacts['uses'] {
    const told = Object.entries(used);
    const unknown = told.find(([part]) => !this.policy.rules.some(({ rule, source }) => rule.kind === 'budget' && source.sentence.includes(part)));
    if (unknown !== undefined) throw new UnknownName(`no limit says \`${unknown[0]}\``);
    return limitsOn(this.policy, job, { now }).map(({ key, rule }) => ({ key, used: told.find(([part]) => rule.sentence.includes(part))?.[1] ?? '0' })).map(({ key, used: amount }) => ({ key, used: String(amount) }));
  }

  private signersOf({ signers = [] }: CaseFacts): PolicyFacts['signers'] {
    return [
      ...this.registry.nodes.map((name) => ({ name, keyId: `key of ${name}`, roles: [] })),
      ...[...(this.suite.signers ?? []), ...signers].map(({ name, roles = [], node, key }) => ({ name, keyId: key ?? `key of ${name}`, roles, ...(node === undefined ? {} : { node }) })),
    ];
  }

  private known(what: string, name: string, names: readonly string[]): string {
    if (!names.includes(name)) throw new UnknownName(`no ${what} is called \`${name}\``);
    return name;
  }
}

function signerIn(signers: PolicyFacts['signers'], name: string): PolicyFacts['signers'][number] {
  const found = signers.find((signer) => signer.name === name);
  if (found === undefined) throw new UnknownName(`no signer is called \`${name}\``);
  return found;
}

function statementOf(signers: PolicyFacts['signers'], name: string): { readonly signer: string; readonly keyId: string } {
  return { signer: name, keyId: signerIn(signers, name).keyId };
}
