import { compareDecimals } from '../decimal.js';
import { decide } from '../decide/decide.js';
import { limitsOn } from '../decide/limits-on.js';
import { covers } from '../decide/scope.js';
import { type CompiledPolicy, type Rule, type Scope } from '../rules.js';
import { type Decision, type PolicyFacts, type PolicyJob } from '../types.js';
import { distinctionsOf, type Distinctions } from './distinctions.js';
import { inputSets, partySets } from './inputs.js';
import { instantsOf } from './instants.js';
import { type Known, type Supposed } from './supposed.js';

/** Stands for every purpose that no sentence names. */
export const ANOTHER_PURPOSE = 'another purpose';
/** So many requests may be made for each one that is decided; making one is that much quicker. */
export const MADE_FOR_ONE = 20;
/** Where no sentence names a smaller one. */
const SMALL_EPSILON = '1';

const scopesOf = ({ rules }: CompiledPolicy): readonly Scope[] => rules.flatMap(({ rule }) => ('scope' in rule ? [rule.scope] : []));
const requirementsOf = ({ rules }: CompiledPolicy) => rules.flatMap(({ rule }) => (rule.kind === 'require' ? rule.must : []));

/** What of the requests is looked at; everything where a field is absent. */
export interface Narrowed {
  readonly who?: string;
  readonly program?: string;
  readonly dataset?: string;
  readonly purpose?: string;
  readonly receiver?: string;
}

/**
 * The requests that anybody could make of a policy, one of each kind that its sentences could tell apart, with the facts that favour it most: nothing
 * was used of any limit, nobody vetoed, every program is approved. Nobody has signed.
 */
export class Requests {
  private readonly purposes: readonly (string | undefined)[];
  private readonly instants: readonly string[];
  private readonly regions: readonly PolicyFacts['regions'][];
  readonly speaksOfAgents: boolean;
  private readonly distinctions: Distinctions;
  private readonly hasLimits: boolean;
  /** The smallest that any sentence speaks of. */
  private readonly epsilon: string;
  private made = 0;
  private readonly sets = new Map<string, ReturnType<typeof inputSets>>();

  /** No more than `most` requests are made, those included that no permit covers. */
  constructor(readonly policy: CompiledPolicy, readonly known: Known, private readonly most: number) {
    const scopes = scopesOf(policy);
    const { nodes } = known.registry;
    const requirements = requirementsOf(policy);
    this.purposes = [undefined, ...new Set([...scopes.flatMap(({ purposes = [] }) => purposes), ...requirements.flatMap((must) => (must.kind === 'purpose' ? must.purposes : []))]), ANOTHER_PURPOSE];
    this.distinctions = distinctionsOf(policy);
    this.hasLimits = policy.rules.some(({ rule }) => rule.kind === 'budget');
    const epsilons = [...requirements.flatMap((must) => (must.kind === 'privacy' ? [must.epsilon] : [])), ...policy.rules.flatMap(({ rule }) => (rule.kind === 'budget' && rule.of === 'epsilon' ? [rule.most] : []))];
    this.epsilon = epsilons.reduce((least, one) => (compareDecimals(one, least) < 0 ? one : least), SMALL_EPSILON);
    this.instants = instantsOf(policy, known.now);
    const named = new Set(requirements.flatMap((must) => (must.kind === 'regions' ? must.regions : [])));
    this.regions = known.regions !== undefined || named.size === 0 ? [known.regions] : [...named].map((region) => nodes.map((node) => ({ node, region })));
    this.speaksOfAgents = scopes.some(({ agents }) => agents === true);
  }

  /** Requests that a permit of this scope covers in full, the likely ones first. */
  *covered(scope: Scope, narrowed: Narrowed = {}): Generator<Supposed> {
    for (const supposed of this.all(scope, narrowed)) {
      if (this.made++ >= this.most) return;
      if (covers(scope, supposed)) yield supposed;
    }
  }

  /** Whether there were more requests than are made. */
  get areTooMany(): boolean {
    return this.made > this.most;
  }

  /** Requests that are covered by one of the policy's permits: no other can ever be allowed. */
  *permitted(narrowed: Narrowed = {}): Generator<Supposed> {
    for (const { rule } of this.policy.rules) {
      if (this.areTooMany) return;
      if (rule.kind === 'permit') yield* this.covered(rule.scope, narrowed);
    }
  }

  /**
   * The decision on a request, with as much protection as it needs: none where that is enough. `security` and `privacy` of the job that comes back are
   * what the policy wants at least.
   */
  decided({ job, facts }: Supposed, policy = this.policy): { readonly decision: Decision; readonly job: PolicyJob } {
    const judged = (asked: PolicyJob) => ({ decision: decide(policy, asked, facts, { nearest: false }), job: asked });
    const plain = judged(job);
    if (plain.decision.outcome !== 'deny' || !this.distinctions.protection) return plain;
    let best = judged(this.protectedMost({ job, facts }).job);
    if (best.decision.outcome === 'deny') return plain;
    for (const spared of SPARING) {
      const tried = judged(spared(best.job, job));
      if (tried.decision.outcome !== 'deny') best = tried;
    }
    return best;
  }

  /** The same request with all the protection that any sentence could ask for; as it is where none does. */
  protectedMost({ job, facts }: Supposed): Supposed {
    return { job: this.distinctions.protection ? { ...job, security: { model: 'malicious', majority: 'honest', assumptions: 'module-lwe-only' }, privacy: { epsilon: this.epsilon } } : job, facts };
  }

  /** Every request about something in the scope. */
  private *all(scope: Scope, narrowed: Narrowed): Generator<Supposed> {
    const { registry, signers } = this.known;
    const inputs = registry.datasets.map(({ name, node, tags }) => ({ node, dataset: name, tags })).filter((input) => isAbout(scope, input));
    const sets = this.setsOf(inputs).filter((set) => narrowed.dataset === undefined || set.some(({ dataset }) => dataset === narrowed.dataset));
    for (const node of within(registry.nodes, scope.who, narrowed.who)) {
      const keyId = signers.find(({ name }) => name === node)?.keyId ?? '';
      for (const name of within(registry.programs, scope.programs, narrowed.program)) {
        for (const set of sets) {
          const parties = partySets([...new Set(set.map((input) => input.node))], node, scope.with?.nodes ?? [], registry.nodes);
          for (const together of this.distinctions.parties ? parties : parties.slice(0, 1)) {
            yield* this.variants({ requester: { node, keyId }, program: { name, digest: '' }, inputs: set, parties: together, receivers: [node], security: { model: 'semi-honest', majority: 'dishonest' } }, narrowed);
          }
        }
      }
    }
  }

  private setsOf(inputs: Parameters<typeof inputSets>[0]): ReturnType<typeof inputSets> {
    const key = JSON.stringify(inputs);
    const known = this.sets.get(key) ?? inputSets(inputs);
    this.sets.set(key, known);
    return known;
  }

  /** The same for every purpose, by a person or an agent, released to each node, at every time. */
  private *variants(job: PolicyJob, { purpose, receiver }: Narrowed): Generator<Supposed> {
    const { nodes } = this.known.registry;
    const asker = job.requester.node;
    const receivers = receiver !== undefined ? [receiver] : this.distinctions.receivers ? [asker, ...nodes.filter((node) => node !== asker)] : [asker];
    for (const asked of purpose === undefined ? this.purposes : [purpose]) {
      for (const agent of this.speaksOfAgents ? [false, true] : [false]) {
        for (const to of receivers) {
          const varied = { ...job, requester: { ...job.requester, agent }, receivers: [to], ...(asked === undefined ? {} : { purpose: asked }) };
          for (const facts of this.factsOf(varied)) yield { job: varied, facts };
        }
      }
    }
  }

  private *factsOf(job: PolicyJob): Generator<PolicyFacts> {
    const { signers } = this.known;
    for (const now of this.instants) {
      const uses = this.hasLimits ? limitsOn(this.policy, { ...job, privacy: { epsilon: this.epsilon } }, { now }).map(({ key }) => ({ key, used: '0' })) : [];
      const programApprovals = signers.map(({ name, keyId }) => ({ program: job.program.digest, signer: name, keyId }));
      for (const regions of this.regions) yield { now, signers, signatures: [], vetoes: [], uses, links: 'measured at start', programApprovals, ...(regions === undefined ? {} : { regions }) };
    }
  }
}

const within = (all: readonly string[], some: readonly string[] | undefined, one: string | undefined): readonly string[] => all.filter((name) => (some === undefined || some.includes(name)) && (one === undefined || one === name));

/** Whether the data of a scope takes this input in. */
const isAbout = ({ data }: Scope, input: PolicyJob['inputs'][number]): boolean =>
  data === undefined || covers({ data }, { job: { requester: { node: '' }, program: { name: '' }, inputs: [input], parties: [] } as unknown as PolicyJob, facts: { now: '' } as PolicyFacts });

/** One protection each taken back to what the request asked for itself. */
const SPARING: readonly ((from: PolicyJob, plain: PolicyJob) => PolicyJob)[] = [
  ({ privacy: _, ...rest }) => rest,
  (from, { security: { majority } }) => ({ ...from, security: { ...from.security, majority } }),
  (from) => ({ ...from, security: { ...from.security, assumptions: 'no-lpn' } }),
  ({ security: { assumptions: _, ...security }, ...from }) => ({ ...from, security }),
  (from, { security: { model } }) => ({ ...from, security: { ...from.security, model } }),
];

export const without = (policy: CompiledPolicy, ...left: readonly Rule[]): CompiledPolicy => ({ ...policy, rules: policy.rules.filter(({ rule }) => !left.includes(rule)) });
