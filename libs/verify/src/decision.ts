import { signerOf, type Approval, type JobSpec, type ProgramApproval, type Veto, type Withdrawal } from '#contract';
import { decide, limitsOn, type CompiledPolicy, type Decision, type Limit, type LimitUse, type PolicyFacts, type PolicyJob } from '#policy';
import type { DatasetDescriptor } from '#program';
import { securityOf } from './security.js';
import type { SignedBy, Signer } from './signers.js';

/** What a decision rests on. Every statement is verified, about this very job, and not expired. */
export interface DecisionInputs {
  readonly spec: JobSpec;
  /** As the owners signed them; at least those of the job's inputs. */
  readonly datasets: readonly Pick<DatasetDescriptor, 'name' | 'node' | 'tags'>[];
  readonly approvals: readonly Approval[];
  readonly withdrawals: readonly Withdrawal[];
  readonly vetoes: readonly Veto[];
  /** Standing words on the job's program, also those that later ones replace. */
  readonly programApprovals: readonly ProgramApproval[];
  /** The registered and not revoked nodes, and their people: see `signersIn`. */
  readonly signers: readonly Signer[];
  readonly now: Date;
  /** What other jobs have used of `limitsOf` this one, as far as whoever decides has counted. */
  readonly uses: readonly LimitUse[];
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
    security: securityOf(spec),
    ...(spec.privacy === undefined ? {} : { privacy: { epsilon: spec.privacy.epsilon, ...('delta' in spec.privacy ? { delta: spec.privacy.delta } : {}) } }),
  };
}

const isOf = (one: SignedBy, other: SignedBy): boolean => signerOf(one) === signerOf(other);
const isAfter = (one: { readonly issuedAt: string }, other: { readonly issuedAt: string }): boolean => Date.parse(one.issuedAt) > Date.parse(other.issuedAt);

/** A withdrawal takes back what its signer approved up to that moment; a later approval counts again. */
const stands = (approval: Approval, withdrawals: readonly Withdrawal[]): boolean => !withdrawals.some((withdrawal) => isOf(withdrawal, approval) && !isAfter(approval, withdrawal));

/** The newest word of a signer on a program counts; of two of one moment the one that withdraws. */
export const standingApprovals = (words: readonly ProgramApproval[]): ProgramApproval[] =>
  words.filter((word) => word.verdict === 'approved' && !words.some((other) => isOf(other, word) && other.program.digest === word.program.digest && (isAfter(other, word) || (other.verdict === 'withdrawn' && !isAfter(word, other)))));

function policyFactsOf({ approvals, withdrawals, vetoes, programApprovals, signers, now, uses }: Omit<DecisionInputs, 'spec' | 'datasets'>): PolicyFacts {
  const rolesOf = (name: string, kid: string): readonly string[] => signers.find((signer) => signer.name === name && signer.keyId === kid)?.roles ?? [];
  return {
    now: now.toISOString(),
    signatures: approvals
      .filter((approval) => stands(approval, withdrawals))
      .map((approval) => ({ signer: signerOf(approval), keyId: approval.kid, roles: rolesOf(signerOf(approval), approval.kid), signedAt: approval.issuedAt })),
    signers: signers.map(({ region: _region, ...signer }) => signer),
    regions: signers.flatMap(({ name, region }) => (region === undefined ? [] : [{ node: name, region }])),
    vetoes: vetoes.map((veto) => ({ signer: signerOf(veto), keyId: veto.kid })),
    programApprovals: standingApprovals(programApprovals).map((word) => ({ program: word.program.digest, signer: signerOf(word), keyId: word.kid })),
    // Every session does so before any share leaves, and ends where a link is too slow.
    links: 'measured at start',
    uses,
  };
}

/** The limits that a job draws on. A job that no policy could judge draws on none: deciding on it denies. */
export function limitsOf(policy: CompiledPolicy, inputs: Pick<DecisionInputs, 'spec' | 'datasets' | 'now'>): readonly Limit[] {
  try {
    return limitsOn(policy, policyJobOf(inputs), { now: inputs.now.toISOString() });
  } catch {
    return [];
  }
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
 * when its signer owns an input, is a party, or is one whose signature the policy asks for; where a sentence lets others veto, the policy says so itself.
 * Nobody can take it back.
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
  const veto = inputs.vetoes.find((one) => asked.includes(signerOf(one)) || hasPart(inputs.spec, one));
  if (!veto) return undefined;
  const reason = veto.reason === undefined ? '' : `: ${veto.reason}`;
  return {
    outcome: 'deny', summary: `${signerOf(veto)} refused to sign${reason}`, rules: [], missing: [], canSign: [], signaturesHelp: false,
    obligations: decision.obligations,
  };
}

/** Whether a node computes or owns an input; its people have no part of their own. */
const hasPart = ({ parties, inputs }: JobSpec, { issuer, person }: SignedBy): boolean => person === undefined && (parties.includes(issuer) || inputs.some(({ node }) => node === issuer));
