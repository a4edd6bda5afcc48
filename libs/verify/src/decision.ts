import type { Approval, JobSpec, Veto, Withdrawal } from '#contract';
import { decide, type CompiledPolicy, type Decision, type PolicyFacts, type PolicyJob, type PolicyRegistry } from '#policy';
import type { DatasetDescriptor } from '#program';

/** What a decision rests on. Every statement is verified, about this very job, and not expired. */
export interface DecisionInputs {
  readonly spec: JobSpec;
  /** As the owners signed them; at least those of the job's inputs. */
  readonly datasets: readonly Pick<DatasetDescriptor, 'name' | 'node' | 'tags'>[];
  readonly approvals: readonly Approval[];
  readonly withdrawals: readonly Withdrawal[];
  readonly vetoes: readonly Veto[];
  /** The registered and not revoked nodes, with the id of their approval key. */
  readonly signers: readonly { readonly name: string; readonly keyId: string; readonly region: string }[];
  readonly roles: PolicyRegistry['roles'];
  readonly now: Date;
}

/** The facts of a job that a policy speaks of. Tags come from the owner's signed registration, never from the request. */
function policyJobOf({ spec, datasets }: Pick<DecisionInputs, 'spec' | 'datasets'>): PolicyJob {
  return {
    requester: { node: spec.issuer, keyId: spec.kid, ...(spec.agent === undefined ? {} : { agent: spec.agent }) },
    program: { name: spec.program.name, digest: spec.program.digest },
    inputs: spec.inputs.map(({ node, dataset }) => ({
      node, dataset, tags: datasets.find((declared) => declared.node === node && declared.name === dataset)?.tags ?? [],
    })),
    parties: spec.parties,
    receivers: spec.receivers,
    ...(spec.purpose === undefined ? {} : { purpose: spec.purpose }),
    security: spec.security,
    ...(spec.privacy === undefined ? {} : { privacy: { epsilon: spec.privacy.epsilon, ...('delta' in spec.privacy ? { delta: spec.privacy.delta } : {}) } }),
  };
}

const rolesOf = (name: string, roles: PolicyRegistry['roles']): string[] => roles.filter(({ nodes }) => nodes.includes(name)).map((role) => role.name);

/** A withdrawal takes back what its signer approved up to that moment; a later approval counts again. */
const stands = (approval: Approval, withdrawals: readonly Withdrawal[]): boolean =>
  !withdrawals.some(({ issuer, issuedAt }) => issuer === approval.issuer && Date.parse(issuedAt) >= Date.parse(approval.issuedAt));

function policyFactsOf({ approvals, withdrawals, vetoes, signers, roles, now }: Omit<DecisionInputs, 'spec' | 'datasets'>): PolicyFacts {
  return {
    now: now.toISOString(),
    signatures: approvals
      .filter((approval) => stands(approval, withdrawals))
      .map(({ issuer, kid, issuedAt }) => ({ signer: issuer, keyId: kid, roles: rolesOf(issuer, roles), signedAt: issuedAt })),
    signers: signers.map(({ name, keyId }) => ({ name, keyId, roles: rolesOf(name, roles) })),
    regions: signers.map(({ name, region }) => ({ node: name, region })),
    vetoes: vetoes.map(({ issuer, kid }) => ({ signer: issuer, keyId: kid })),
    // Every session does so before any share leaves, and ends where a link is too slow.
    links: 'measured at start',
  };
}

/** A decision with what it was made from. `decidedBy` veto: not the policy's, which may have allowed the job. */
export interface Judgement {
  readonly decision: Decision;
  readonly job: PolicyJob;
  readonly facts: PolicyFacts;
  readonly decidedBy: 'policy' | 'veto';
}

/**
 * The decision on a job, made alike by the control plane, by workers and for signers: the policy's, unless a veto counts. A veto counts
 * when its signer owns an input, is a party, or is one whose signature the policy asks for; nobody can take it back.
 */
export function judgeJob(policy: CompiledPolicy, inputs: DecisionInputs): Judgement {
  const job = policyJobOf(inputs);
  const facts = policyFactsOf(inputs);
  const decision = decide(policy, job, facts);
  const vetoed = inputs.vetoes.length === 0 ? undefined : vetoOf(policy, job, inputs, decision);
  return { decision: vetoed ?? decision, job, facts, decidedBy: vetoed ? 'veto' : 'policy' };
}

export const decideJob = (policy: CompiledPolicy, inputs: DecisionInputs): Decision => judgeJob(policy, inputs).decision;

function vetoOf(policy: CompiledPolicy, job: PolicyJob, inputs: DecisionInputs, decision: Decision): Decision | undefined {
  const asked = decide(policy, job, policyFactsOf({ ...inputs, approvals: [] }), { nearest: false }).canSign;
  const { spec } = inputs;
  const veto = inputs.vetoes.find(({ issuer }) => asked.includes(issuer) || spec.parties.includes(issuer) || spec.inputs.some(({ node }) => node === issuer));
  if (!veto) return undefined;
  const reason = veto.reason === undefined ? '' : `: ${veto.reason}`;
  return {
    outcome: 'deny', summary: `${veto.issuer} refused to sign${reason}`, rules: [], missing: [], canSign: [], signaturesHelp: false,
    obligations: decision.obligations,
  };
}
