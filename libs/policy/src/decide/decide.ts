import { formOf } from '../forms/forms.js';
import { type CompiledPolicy, type WrittenRule } from '../rules.js';
import { type Decision, type MissingSignatures, type PolicyFacts, type PolicyJob, type RuleCitation } from '../types.js';
import { Deciding, type Finding } from './deciding.js';
import { missingText } from './missing-text.js';
import { nearestAllowed } from './nearest.js';
import { Register } from './register.js';
import { indexOf } from './rule-index.js';

/**
 * Whether a job may run: allowed when a permit covers it, every binding guard and requirement that reaches it holds, and no forbid does. Signatures
 * are the only thing that can still come, and occur only positively; so `deny` means that no signature would help. Never throws: what cannot be evaluated
 * denies. With `nearest: false` a denial does not look for the nearest request that would be allowed, which costs several decisions.
 */
export function decide(policy: CompiledPolicy, job: PolicyJob, facts: PolicyFacts, { nearest = true }: { readonly nearest?: boolean } = {}): Decision {
  let register: Register | undefined;
  const once = (asked: PolicyJob) => decideOnce(policy, asked, facts, () => (register ??= new Register(facts.signers)));
  const decision = once(job);
  if (!nearest || decision.outcome !== 'deny') return decision;
  try {
    const change = nearestAllowed(policy, job, facts, once);
    return change === undefined ? decision : { ...decision, nearest: change };
  } catch {
    // The request itself is malformed; the denial stands.
    return decision;
  }
}

function decideOnce(policy: CompiledPolicy, job: PolicyJob, facts: PolicyFacts, register: () => Register): Decision {
  try {
    if (!Array.isArray(job.inputs) || job.inputs.length === 0) return denial('a request without inputs is denied', []);
    if (!Array.isArray(job.receivers) || job.receivers.length === 0) return denial('a request whose result nobody receives is denied', []);
    const index = indexOf(policy);
    const deciding = new Deciding(job, facts, policy.file, index.requesterMaySign, register);
    for (const written of index.about(job)) apply(written, deciding);
    const decision = conclude(job, deciding);
    const used = deciding.usedFacts();
    return used === undefined ? decision : { ...decision, facts: used };
  } catch {
    return denial('this request cannot be evaluated, so it is denied', []);
  }
}

function apply({ rule, source }: WrittenRule, deciding: Deciding): void {
  deciding.at(source);
  try {
    formOf(rule).apply(rule, deciding);
  } catch {
    deciding.fails(rule.kind === 'permit' && rule.binding !== true);
  }
}

const denial = (summary: string, rules: readonly RuleCitation[]): Decision => ({
  outcome: 'deny',
  summary,
  rules,
  missing: [],
  canSign: [],
  signaturesHelp: false,
  obligations: { minimumGroup: 0 },
});

const distinct = (names: readonly string[]): readonly string[] => (names.length < 2 ? names : [...new Set(names)]);

function conclude(job: PolicyJob, deciding: Deciding): Decision {
  const { permitting, holding, denying } = deciding;
  const asked = `run ${job.program.name} on ${distinct(job.inputs.map(({ dataset }) => dataset)).join(' and ')}`;
  const { node } = job.requester;
  if (denying.length > 0) return denial(`${node} may not ${asked}: ${denying[0].why}`, denying);
  if (permitting.length === 0) return denial(`no sentence of the policy lets ${node} ${asked}`, []);
  const possible = permitting.filter(({ state }) => state.is !== 'closed');
  if (possible.length === 0) return denial(`${node} may not ${asked}: the signatures that this needs can no longer be given`, permitting.map(({ rule }) => rule));

  const met = possible.filter(({ state }) => state.is === 'met');
  const permits = met.length > 0 ? met : [possible.reduce((best, permit) => (stillToSign(permit) < stillToSign(best) ? permit : best))];
  const findings = [...permits, ...holding.filter((guard) => !permits.some((permit) => isSame(permit.rule, guard.rule)))];
  const rules = findings.map(({ rule }) => rule);
  const missing = missingIn(findings);
  if (missing.length === 0) return { outcome: 'allow', summary: `${node} may ${asked}`, rules, missing, canSign: [], signaturesHelp: false, obligations: deciding.obligations() };
  const helpful = (met.length > 0 ? holding : [...possible, ...holding]).flatMap(({ state }) => (state.is === 'open' ? state.canSign : []));
  return {
    outcome: 'needs_signatures',
    summary: `${node} may ${asked} once ${missingText(missing)}`,
    rules,
    missing,
    canSign: [...distinct(helpful)].sort(),
    signaturesHelp: true,
    obligations: deciding.obligations(),
  };
}

function missingIn(findings: readonly Finding[]): readonly MissingSignatures[] {
  const missing: MissingSignatures[] = [];
  for (const { rule, state } of findings) if (state.is === 'open') for (const { need, of } of state.missing) missing.push({ atLeast: need, of, rule });
  return missing;
}

const stillToSign = ({ state }: Finding): number => (state.is === 'open' ? state.missing.reduce((sum, { need }) => sum + need, 0) : 0);
const isSame = (a: RuleCitation, b: RuleCitation): boolean => a.line === b.line && a.column === b.column;
