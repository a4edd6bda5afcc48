import { type CompiledPolicy, type WrittenRule } from '../rules.js';
import { type MissingSignatures, type Outcome, type PolicyFacts, type RuleCitation } from '../types.js';
import { missingText } from './missing-text.js';
import { Register } from './register.js';
import { signed, signersOf, type Signed } from './signatures.js';

/** Whether a policy may be replaced. */
export interface Publication {
  readonly outcome: Outcome;
  /** One sentence for a person. */
  readonly summary: string;
  readonly missing: readonly MissingSignatures[];
  /** Every signer that could help; empty when no signature would. */
  readonly canSign: readonly string[];
  /** The sentences on policy changes. */
  readonly rules: readonly RuleCitation[];
}

/** Nobody asks for the change, and nobody's data is in it. */
const NO_JOB = { requester: { node: '', keyId: '' }, inputs: [] };

type Asked = Pick<PolicyFacts, 'now' | 'signers' | 'signatures'>;

/** How far each "Policy changes need …" of a policy is met. */
function states({ rules, file }: CompiledPolicy, facts: Asked): readonly { readonly state: Signed; readonly cite: (why: string) => RuleCitation }[] {
  const signers = signersOf(NO_JOB, facts, { requesterMaySign: true, lastSeconds: Infinity }, new Register(facts.signers));
  return rules.flatMap(({ rule, source }: WrittenRule) =>
    (rule.kind === 'policy-change' ? [{ state: signed(rule.needs, NO_JOB, signers), cite: (why: string) => ({ file, ...source, why }) }] : []));
}

/**
 * Whether the policy in force may be replaced, by its own sentences "Policy changes need …", all of which hold; with none of them, and with no policy in
 * force, it may. `signatures` are those over the new policy.
 */
export function publication(current: CompiledPolicy | undefined, facts: Asked): Publication {
  const found = current === undefined ? [] : states(current, facts);
  const closed = found.filter(({ state }) => state.is === 'closed');
  if (closed.length > 0) {
    const rules = closed.map(({ cite }) => cite('the signatures that it needs can no longer be given'));
    return { outcome: 'deny', summary: `the policy cannot be changed: ${rules[0].why}`, missing: [], canSign: [], rules };
  }
  const missing = found.flatMap(({ state, cite }): MissingSignatures[] => (state.is === 'open' ? state.missing.map(({ need, of }) => ({ atLeast: need, of, rule: cite('waits for signatures') })) : []));
  const canSign = [...new Set(found.flatMap(({ state }) => (state.is === 'open' ? state.canSign : [])))].sort();
  return {
    outcome: missing.length > 0 ? 'needs_signatures' : 'allow',
    summary: missing.length > 0 ? `the policy may be changed once ${missingText(missing)}` : 'the policy may be changed',
    missing,
    canSign,
    rules: found.map(({ state, cite }) => cite(state.is === 'met' ? 'its signatures are there' : 'waits for signatures')),
  };
}

/** The sentences of a draft that nobody could ever satisfy, so that it could never be replaced again. */
export function lockOut(draft: CompiledPolicy, signers: PolicyFacts['signers']): readonly RuleCitation[] {
  return states(draft, { now: '', signatures: [], signers }).flatMap(({ state, cite }) => (state.is === 'closed' ? [cite('nobody could ever change the policy again')] : []));
}
