import { type CompiledPolicy, type Condition, type Forbid, type MinimumGroup, type Permit, type Receivers, type Require, type Requirement } from '../rules.js';
import { type Decision, type MissingSignatures, type PolicyFacts, type PolicyJob, type RuleCitation } from '../types.js';
import { normalPurpose } from '../meaning/scope.js';
import { covers, reaches } from './scope.js';
import { signed, signersOf, type Signed, type Signer } from './signatures.js';

type Written = CompiledPolicy['rules'][number];

/** A rule with what it did here. `open` waits for signatures. */
interface Finding {
  readonly rule: RuleCitation;
  readonly state: Signed;
}

/**
 * Whether a job may run: allowed when a permit covers it, every binding guard and requirement that reaches it holds, and no forbid does. Signatures
 * are the only thing that can still come, and occur only positively; so `deny` means that no signature would help. Never throws: what cannot be evaluated denies.
 */
export function decide(policy: CompiledPolicy, job: PolicyJob, facts: PolicyFacts): Decision {
  try {
    return new Deciding(policy, job, facts).decision();
  } catch {
    return denial('this request cannot be evaluated, so it is denied', []);
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

class Deciding {
  private readonly signers: readonly Signer[];
  private readonly denying: RuleCitation[] = [];
  private readonly holding: Finding[] = [];
  private readonly permits: Finding[] = [];
  private minimumGroup = 0;

  constructor(
    private readonly policy: CompiledPolicy,
    private readonly job: PolicyJob,
    facts: PolicyFacts,
  ) {
    this.signers = signersOf(job, facts, !policy.rules.some(({ rule }) => rule.kind === 'no-self-signing'));
  }

  decision(): Decision {
    const { job } = this;
    if (job.inputs.length === 0) return denial('a job without inputs is denied', []);
    for (const written of this.policy.rules) this.apply(written);
    const asked = `${job.requester.node} may${this.denying.length > 0 ? ' not' : ''} run ${job.program.name} on ${[...new Set(job.inputs.map(({ dataset }) => dataset))].join(' and ')}`;
    if (this.denying.length > 0) return denial(`${asked}: ${this.denying[0].why}`, this.denying);
    if (this.permits.length === 0) return denial(`no sentence of the policy lets ${job.requester.node} run ${job.program.name} on this data`, []);
    const permits = this.permits.filter(({ state }) => state.is !== 'closed');
    if (permits.length === 0) return denial('the signatures that a permission needs can no longer be given', this.permits.map(({ rule }) => rule));
    return this.permitted(asked, permits);
  }

  private permitted(asked: string, permits: readonly Finding[]): Decision {
    const met = permits.filter(({ state }) => state.is === 'met');
    const cost = ({ state }: Finding) => (state.is === 'open' ? state.missing.reduce((sum, { need }) => sum + need, 0) : 0);
    const chosen = met.length > 0 ? met : [permits.reduce((best, permit) => (cost(permit) < cost(best) ? permit : best))];
    const findings = [...chosen, ...this.holding.filter(({ rule }) => !chosen.some((permit) => permit.rule === rule))];
    const missing: MissingSignatures[] = [];
    const canSign = new Set<string>();
    for (const { rule, state } of findings) {
      if (state.is !== 'open') continue;
      for (const { need, of } of state.missing) missing.push({ atLeast: need, of, rule });
    }
    for (const { state } of [...(met.length > 0 ? [] : permits), ...this.holding]) if (state.is === 'open') for (const name of state.canSign) canSign.add(name);
    const open = missing.length > 0;
    return {
      outcome: open ? 'needs_signatures' : 'allow',
      summary: open ? `${asked} once ${missing.map(({ atLeast, of }) => signaturesText(atLeast, of)).join(' and ')}` : asked,
      rules: findings.map(({ rule }) => rule),
      missing,
      canSign: [...canSign].sort(),
      signaturesHelp: open,
      obligations: { minimumGroup: this.minimumGroup },
    };
  }

  private apply({ rule, source }: Written): void {
    const cite = (why: string): RuleCitation => ({ file: this.policy.file, ...source, why });
    try {
      switch (rule.kind) {
        case 'permit':
          return this.permit(rule, cite);
        case 'forbid':
          return this.forbid(rule, cite);
        case 'receivers':
          return this.receivers(rule, cite);
        case 'minimum-group':
          return this.atLeastRecords(rule);
        case 'require':
          return this.require(rule, cite);
        case 'no-self-signing':
        case 'group':
          return;
      }
    } catch {
      // A permit that cannot be evaluated permits nothing; anything else denies.
      if (rule.kind !== 'permit' || rule.binding === true) this.denying.push(cite('this sentence cannot be evaluated for this request, so it denies'));
    }
  }

  private state(condition: Condition | undefined): Signed {
    return condition === undefined ? { is: 'met' } : signed(condition, this.job, this.signers);
  }

  private permit(rule: Permit, cite: (why: string) => RuleCitation): void {
    const permits = covers(rule.scope, this.job);
    const binds = rule.binding === true && reaches(rule.scope, this.job);
    if (!permits && !binds) return;
    const state = this.state(rule.when);
    const why = { met: permits ? 'allows this' : 'its condition is met', open: 'waits for signatures', closed: 'the signatures that it needs can no longer be given' }[state.is];
    const finding: Finding = { rule: cite(why), state };
    if (permits) this.permits.push(finding);
    if (!binds) return;
    if (state.is === 'closed') this.denying.push(finding.rule);
    else this.holding.push(finding);
  }

  private forbid(rule: Forbid, cite: (why: string) => RuleCitation): void {
    if (!reaches(rule.scope, this.job)) return;
    const state: Signed = rule.unless === undefined ? { is: 'closed' } : this.state(rule.unless);
    if (state.is === 'closed') this.denying.push(cite(rule.unless === undefined ? 'forbids this' : 'forbids this, and the signatures that would lift it can no longer be given'));
    else this.holding.push({ rule: cite(state.is === 'met' ? 'is lifted by signature' : 'forbids this until it is signed'), state });
  }

  private receivers(rule: Receivers, cite: (why: string) => RuleCitation): void {
    if (!reaches(rule.scope, this.job)) return;
    const allowed = rule.receivers === 'requester' ? [this.job.requester.node] : rule.receivers;
    const others = this.job.receivers.filter((receiver) => !allowed.includes(receiver));
    if (others.length > 0) this.denying.push(cite(`${others.join(' and ')} may not receive this result`));
  }

  private atLeastRecords(rule: MinimumGroup): void {
    if (reaches(rule.scope, this.job)) this.minimumGroup = Math.max(this.minimumGroup, rule.records);
  }

  private require(rule: Require, cite: (why: string) => RuleCitation): void {
    if (!reaches(rule.scope, this.job)) return;
    for (const requirement of rule.must) {
      const fails = this.failure(requirement);
      if (fails !== undefined) this.denying.push(cite(fails));
    }
  }

  private failure(requirement: Requirement): string | undefined {
    const { security, purpose } = this.job;
    if (requirement.kind === 'security') return security.model === 'malicious' ? undefined : 'this computation would not use a malicious-secure protocol';
    if (purpose === undefined) return 'the request names no purpose';
    return requirement.purposes.includes(normalPurpose(purpose)) ? undefined : `the purpose is ${purpose}`;
  }
}

const signaturesText = (atLeast: number, of: readonly string[]): string =>
  of.length === 1 ? `${of[0]} signs` : `${atLeast === of.length ? 'all' : atLeast} of ${of.join(', ')} ${atLeast === 1 ? 'signs' : 'sign'}`;
