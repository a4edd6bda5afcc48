import { type Budget, type Condition, type Rule, type Scope, type Signers } from '../rules.js';
import { type Obligations, type Outcome, type PolicyFacts, type PolicyJob } from '../types.js';
import { isMet } from './reference-requirements.js';
import { inScope } from './reference-scope.js';
import { canSeat, madeByOneOf, peopleWhoSigned, sameSigner, type Signature } from './reference-signers.js';

/** Jobs that were counted before, and when; undefined where nobody knows. */
type History = readonly { readonly job: PolicyJob; readonly at: string }[] | undefined;

/**
 * A slow evaluator for tests, written from the nine points of the language's meaning and from nothing else: it knows no index, tries every way to
 * seat signers, and finds out whether signatures could still help by letting everybody sign.
 */
export function referenceOutcome(rules: readonly Rule[], job: PolicyJob, facts: PolicyFacts, history: History): Outcome {
  if (job.inputs.length === 0 || job.receivers.length === 0) return 'deny';
  if (isAllowed(rules, job, facts, history, facts.signatures)) return 'allow';
  const everybody = facts.signers.map(({ name, keyId, roles }) => ({ signer: name, keyId, roles, signedAt: facts.now }));
  return isAllowed(rules, job, facts, history, everybody) ? 'needs_signatures' : 'deny';
}

function isAllowed(rules: readonly Rule[], job: PolicyJob, facts: PolicyFacts, history: History, signatures: readonly Signature[]): boolean {
  const people = peopleWhoSigned(rules, job, facts, signatures);
  const met = (condition: Condition | undefined) => condition === undefined || canSeat(condition, job, facts, people);
  const reached = (scope: Scope) => inScope(scope, job, facts, 'other');
  const permitted = rules.some((rule) => rule.kind === 'permit' && inScope(rule.scope, job, facts, 'permit') && met(rule.when));
  return permitted && rules.every((rule) => {
    if (!('scope' in rule) || !reached(rule.scope)) return true;
    if (rule.kind === 'permit') return rule.binding !== true || met(rule.when);
    if (rule.kind === 'forbid') return rule.unless !== undefined && met(rule.unless);
    if (rule.kind === 'pause') return rule.until !== undefined && met(rule.until);
    if (rule.kind === 'veto') return facts.vetoes !== undefined && !facts.vetoes.some((veto) => madeByOneOf(rule.by, veto, job, facts));
    if (rule.kind === 'budget') return history !== undefined && isLeft(rule, job, facts, history);
    if (rule.kind === 'notice') return told(rule.notify, job, facts).every((names) => names.length > 0);
    if (rule.kind === 'receivers') {
      const allowed = rule.receivers === 'requester' ? [job.requester.node] : rule.receivers;
      return job.receivers.every((receiver) => allowed.includes(receiver));
    }
    return rule.kind !== 'require' || rule.must.every((must) => isMet(must, rules, job, facts));
  });
}

/** In millionths, which the numbers of the tests have no more of. */
const millionths = (decimal: string): number => Math.round(Number(decimal) * 1e6);

function periodText(at: string, { per, zone = 'UTC' }: Budget): string {
  const [month, day, year] = new Date(at).toLocaleDateString('en-US', { timeZone: zone, year: 'numeric', month: 'numeric', day: 'numeric' }).split('/').map(Number);
  if (per === 'week') return `${Math.floor((Date.UTC(year, month - 1, day) / 86_400_000 + 3) / 7)}`;
  return { day: `${year}-${month}-${day}`, month: `${year}-${month}`, quarter: `${year} ${Math.ceil(month / 3)}`, year: `${year}` }[per];
}

function isLeft(budget: Budget, job: PolicyJob, facts: PolicyFacts, history: NonNullable<History>): boolean {
  const amount = ({ privacy }: PolicyJob) => (budget.of === 'computations' ? 1e6 : privacy && millionths(privacy.epsilon));
  const own = amount(job);
  const counted = history.filter((other) => periodText(other.at, budget) === periodText(facts.now, budget) && inScope(budget.scope, other.job, { now: other.at }, 'other')
    && (budget.each === undefined || other.job.requester.node === job.requester.node));
  return own !== undefined && counted.reduce((sum, other) => sum + (amount(other.job) ?? 0), own) <= millionths(budget.most);
}

/** Those who are told, each list of whom one attests it. */
function told(notify: readonly Signers[], job: PolicyJob, facts: PolicyFacts): readonly (readonly string[])[] {
  const inputs = [...new Set(job.inputs.map(({ node }) => node))].sort();
  const parts = notify.flatMap((part): readonly Signers[] => {
    if (!('owners' in part)) return [part];
    const owners = inputs.filter((node) => part.owners === 'all' || node !== job.requester.node);
    return owners.length === 0 ? [part] : owners.map((node) => ({ node }));
  });
  return parts.map((part) => {
    const all = new Map(facts.signers.filter(({ name, keyId }) => madeByOneOf([part], { signer: name, keyId }, job, facts)).map(({ name, keyId }) => {
      const names = [...sameSigner(facts, name, keyId).names].sort();
      return [names.join('\n'), names];
    }));
    return 'owners' in part ? [] : [...all.keys()].sort();
  });
}

/** What an allowed job owes: every signer of a duty by all of its names. */
export function referenceObligations(rules: readonly Rule[], job: PolicyJob, facts: PolicyFacts): Omit<Obligations, 'duties'> & { readonly duties: readonly { readonly kind: string; readonly by: readonly string[]; readonly seconds: number }[] } {
  const reached = rules.filter((rule) => 'scope' in rule && inScope(rule.scope, job, facts, 'other'));
  const tripsMs = reached.flatMap((rule) => (rule.kind === 'require' ? rule.must.flatMap((must) => (must.kind === 'round-trip' ? [must.atMostMs] : [])) : []));
  return {
    minimumGroup: Math.max(0, ...reached.map((rule) => (rule.kind === 'minimum-group' ? rule.records : 0))),
    ...(tripsMs.length === 0 ? {} : { roundTripMs: Math.min(...tripsMs) }),
    duties: reached.flatMap((rule) => {
      if (rule.kind === 'deletion') return [{ kind: 'delete', by: [...new Set(job.receivers)].sort(), seconds: rule.seconds }];
      return rule.kind === 'notice' ? told(rule.notify, job, facts).map((by) => ({ kind: 'notify', by, seconds: rule.seconds })) : [];
    }),
  };
}

/** Whether those who signed may replace a policy: every sentence that speaks of it can be seated. */
export function referencePublication(rules: readonly Rule[], facts: PolicyFacts): Outcome {
  const nobody = { requester: { node: '', keyId: '' }, inputs: [] } as unknown as PolicyJob;
  const allows = (signatures: readonly Signature[]) => rules.every((rule) => rule.kind !== 'policy-change' || canSeat(rule.needs, nobody, facts, peopleWhoSigned([], nobody, facts, signatures)));
  if (allows(facts.signatures)) return 'allow';
  return allows(facts.signers.map(({ name, keyId, roles }) => ({ signer: name, keyId, roles, signedAt: facts.now }))) ? 'needs_signatures' : 'deny';
}
