import { type CompiledPolicy, type PrivacyRequirement, type Receivers } from '../rules.js';
import { type Decision, type PolicyFacts, type PolicyJob } from '../types.js';
import { strongerPrivacy } from './stronger-privacy.js';

/** More single changes than this are not tried. */
const MAX_TRIALS = 96;

interface Change {
  readonly job: PolicyJob;
  readonly words: string;
}

const and = (items: readonly string[]): string => (items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`);

/** Whose signatures, and how many of them: `the signature of Bank B`, `signatures of 2 of Bank A, Bank B and Bank C`. */
function signaturesText(missing: Decision['missing']): string {
  const asked = [...new Set(missing.map(({ atLeast, of }) => (atLeast === of.length ? and(of) : `${atLeast} of ${and(of)}`)))];
  return `${missing.every(({ of }) => of.length === 1) && asked.length === 1 ? 'the signature' : 'signatures'} of ${asked.join(', and of ')}`;
}

/**
 * The smallest single change of a denied request that would be allowed, in words; one that needs no signature before one that does. Tried with the
 * decision itself, so that what is suggested is true. Undefined when no single change helps.
 */
export function nearestAllowed(policy: CompiledPolicy, job: PolicyJob, facts: PolicyFacts, decide: (job: PolicyJob) => Decision): string | undefined {
  let waiting: string | undefined;
  let trials = 0;
  for (const { job: changed, words } of changes(policy, job, facts)) {
    if (++trials > MAX_TRIALS) break;
    const { outcome, missing } = decide(changed);
    if (outcome === 'allow') return words;
    if (outcome === 'needs_signatures') waiting ??= `${words}, with ${signaturesText(missing)}`;
  }
  return waiting;
}

/** What the sentences of a policy speak of, each once: what a request could be changed to. */
interface Spoken {
  readonly receivers: readonly Receivers['receivers'][];
  readonly purposes: readonly string[];
  readonly programs: readonly string[];
  readonly askers: readonly string[];
  readonly privacy: readonly PrivacyRequirement[];
}

const spoken = new WeakMap<CompiledPolicy, Spoken>();

function spokenOf(policy: CompiledPolicy): Spoken {
  const known = spoken.get(policy);
  if (known !== undefined) return known;
  const receivers = new Map<string, Receivers['receivers']>();
  const privacy = new Map<string, PrivacyRequirement>();
  const [purposes, programs, askers] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { rule } of policy.rules) {
    if (rule.kind === 'receivers') receivers.set(JSON.stringify(rule.receivers), rule.receivers);
    if (rule.kind === 'require') {
      for (const must of rule.must) {
        if (must.kind === 'purpose') for (const purpose of must.purposes) purposes.add(purpose);
        if (must.kind === 'privacy') privacy.set(JSON.stringify(must), must);
      }
    }
    if (!('scope' in rule)) continue;
    for (const purpose of rule.scope.purposes ?? []) purposes.add(purpose);
    for (const program of rule.scope.programs ?? []) programs.add(program);
    for (const node of rule.scope.who ?? []) askers.add(node);
  }
  const found = { receivers: [...receivers.values()], purposes: [...purposes], programs: [...programs], askers: [...askers], privacy: [...privacy.values()] };
  spoken.set(policy, found);
  return found;
}

/** Single changes, those that take something away first. */
function* changes(policy: CompiledPolicy, job: PolicyJob, facts: PolicyFacts): Generator<Change> {
  const { receivers, inputs, requester, security, program } = job;
  const { purposes, programs, askers, privacy, receivers: lists } = spokenOf(policy);
  for (const kept of fewerReceivers(lists, job)) yield { job: { ...job, receivers: kept }, words: `the same, released to ${and(kept)}` };
  if (!receivers.includes(requester.node) || receivers.length > 1) yield { job: { ...job, receivers: [requester.node] }, words: `the same, released to ${requester.node}` };
  const datasets = [...new Set(inputs.map(({ dataset }) => dataset))];
  if (datasets.length > 1) {
    for (const dropped of datasets) yield { job: { ...job, inputs: inputs.filter(({ dataset }) => dataset !== dropped) }, words: `the same without ${dropped}` };
  }
  for (const purpose of purposes) if (purpose !== job.purpose) yield { job: { ...job, purpose }, words: `the same, for ${purpose}` };
  for (const { epsilon, delta } of strongerPrivacy(policy, privacy, job, facts)) {
    yield { job: { ...job, privacy: { epsilon, ...(delta === undefined ? {} : { delta }) } }, words: `the same with differential privacy, epsilon ${epsilon}${delta === undefined ? '' : `, delta ${delta}`}` };
  }
  if (security.model !== 'malicious') yield { job: { ...job, security: { ...security, model: 'malicious' } }, words: 'the same with a malicious-secure protocol' };
  if (security.assumptions === undefined) yield { job: { ...job, security: { ...security, assumptions: 'no-lpn' } }, words: 'the same with an LPN-free protocol' };
  if (security.assumptions !== 'module-lwe-only') yield { job: { ...job, security: { ...security, assumptions: 'module-lwe-only' } }, words: 'the same, resting on Module-LWE only' };
  // Who approved the other program is not known.
  for (const other of programs) if (other !== program.name) yield { job: { ...job, program: { name: other, digest: '' } }, words: `${other} instead of ${program.name}` };
  const owners = new Set(inputs.map(({ node }) => node));
  const spare = job.parties.filter((party) => party !== requester.node && !owners.has(party));
  for (const left of spare) yield { job: { ...job, parties: job.parties.filter((party) => party !== left) }, words: `the same without ${left}` };
  for (const other of askers) if (other !== requester.node) yield { job: { ...job, requester: { ...requester, node: other, keyId: '' } }, words: `the same, asked by ${other}` };
}

/** The receivers that every rule about receivers lets stand, and each of them alone. */
function* fewerReceivers(lists: Spoken['receivers'], { receivers, requester }: PolicyJob): Generator<readonly string[]> {
  const named = lists.map((list) => (list === 'requester' ? [requester.node] : list));
  for (const list of named) {
    const kept = receivers.filter((receiver) => list.includes(receiver));
    if (kept.length > 0 && kept.length < receivers.length) yield kept;
  }
  for (const list of named) for (const receiver of list) yield [receiver];
}
