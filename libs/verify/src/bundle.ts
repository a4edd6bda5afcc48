import { Approval, jobIdOf, JobBundle, JobSpec, Veto, Withdrawal } from '#contract';
import { compile, type CompiledPolicy, type Decision, type PolicyJob } from '#policy';
import { digestOf, readStatement, verifyStatement } from '#pqc';
import { programByName, readProgram, type DatasetDescriptor, type ProgramDefinition } from '#program';
import { usesIn, type CountedJob } from './counted.js';
import { judgeJob, limitsOf } from './decision.js';
import { refusing, VerificationError } from './errors.js';
import { descriptorOf, nodeOf, verifyNodes, type Pin, type VerifiedNode } from './nodes.js';
import { signersIn } from './signers.js';
import { programApprovalsOf, statementsOf } from './statements.js';
import { requireHolders } from './whole-roles.js';

export interface BundleCheck {
  /** By node name, as in peers.json; the own keys under the own name. */
  readonly pins: Readonly<Record<string, Pin>>;
  /** Digests of the policies that this node's operator accepted. */
  readonly acceptedPolicies: ReadonlySet<string>;
  readonly now: Date;
  /** Jobs that this node has counted itself, for limits; nothing where it keeps no count. */
  readonly counted?: readonly CountedJob[];
  /**
   * Who verifies, to do what. A party or a receiver also needs the decision to be "allow"; a signer, who decides whether to sign, looks at
   * `decision` itself and leaves this out.
   */
  readonly as?: { readonly node: string; readonly role: 'party' | 'receiver' };
}

/** A job of which every signature, name, digest and rule was checked by this process itself. */
export interface VerifiedJob {
  /** `job_` and the first 20 digits of `digest`. */
  readonly id: string;
  readonly digest: string;
  readonly spec: JobSpec;
  readonly program: ProgramDefinition;
  readonly nodes: ReadonlyMap<string, VerifiedNode>;
  /** The datasets of the inputs, as their owners signed them. */
  readonly datasets: readonly DatasetDescriptor[];
  readonly policy: CompiledPolicy;
  readonly decision: Decision;
  /** What the policy saw of it. */
  readonly request: PolicyJob;
  /** Pins to keep from now on: new names, rotated keys, newer versions. */
  readonly newPins: Readonly<Record<string, Pin>>;
}

/** jobDigest of a JobSpec, hex. */
export const jobDigestOf = (spec: JobSpec): string => digestOf('countersign/job/1', spec);

/**
 * Checks everything in a bundle, trusting nothing but the pins and the accepted policies: registrations against pins (or rotations from
 * them), the job's signature and times, names and inputs, the program's digest, the policy's acceptance, source and digest, every approval,
 * withdrawal and veto, the standing words on the program, and then the policy's decision. Pure.
 * @throws VerificationError with one code per reason, CS0330–CS0361
 */
export function verifyBundle(untrusted: unknown, { pins, acceptedPolicies, now, as, counted = [] }: BundleCheck): VerifiedJob {
  const bundle = refusing('CS0330', 'the bundle is refused', () => JobBundle.parse(untrusted));
  const { nodes, newPins } = verifyNodes(bundle, pins, now);
  const spec = verifyJob(bundle.job, nodes, now);
  const digest = jobDigestOf(spec);
  checkRole(spec, as);
  const datasets = checkInputs(spec, nodes);
  const program = checkProgram(spec, bundle.program);
  const policy = checkPolicy(bundle.policy, spec, acceptedPolicies);
  requireHolders(policy, nodes, pins);
  const about = { job: digest, policy: policy.digest, nodes, now };
  const { decision, job: request } = judgeJob(policy, {
    spec,
    datasets,
    approvals: statementsOf(bundle.approvals, { ...about, type: 'approval', schema: Approval, code: 'CS0354' }),
    withdrawals: statementsOf(bundle.withdrawals, { ...about, type: 'withdrawal', schema: Withdrawal, code: 'CS0355' }),
    vetoes: statementsOf(bundle.vetoes, { ...about, type: 'veto', schema: Veto, code: 'CS0356' }),
    programApprovals: programApprovalsOf(bundle.programApprovals ?? [], { program: program.digest, nodes, now }),
    signers: signersIn([...nodes.values()], bundle.policy.registry.nodes),
    uses: usesIn(limitsOf(policy, { spec, datasets, now }), counted, digest),
    now,
  });
  if (as) requireAllow(decision);
  return { id: jobIdOf(digest), digest, spec, program, nodes, datasets, policy, decision, request, newPins };
}

function verifyJob(jws: string, nodes: ReadonlyMap<string, VerifiedNode>, now: Date): JobSpec {
  return refusing('CS0340', 'the job is refused', () => {
    const { issuer } = JobSpec.parse(readStatement(jws).payload);
    const spec = JobSpec.parse(verifyStatement(jws, { type: 'job', publicKey: nodeOf(nodes, issuer).keys.approval, now }));
    if (spec.notBefore !== undefined && now.getTime() < Date.parse(spec.notBefore)) {
      throw new VerificationError('CS0341', `the job is not to start before \`${spec.notBefore}\``);
    }
    return spec;
  });
}

function checkRole({ parties, receivers }: JobSpec, as: BundleCheck['as']): void {
  if (as?.role === 'party' && !parties.includes(as.node)) throw new VerificationError('CS0342', `\`${as.node}\` is no party of this job`);
  if (as?.role === 'receiver' && !receivers.includes(as.node)) throw new VerificationError('CS0343', `\`${as.node}\` is no receiver of this job`);
}

function checkInputs({ inputs, parties, receivers, security }: JobSpec, nodes: ReadonlyMap<string, VerifiedNode>): DatasetDescriptor[] {
  for (const names of [parties, receivers]) {
    if (new Set(names).size !== names.length) throw new VerificationError('CS0344', 'a party or a receiver is named twice');
    for (const name of names) nodeOf(nodes, name);
  }
  if (security.model !== 'semi-honest') throw new VerificationError('CS0347', `no suite is \`${security.model}\`-secure: all are semi-honest`);
  return inputs.map(({ node, dataset }) => {
    if (!parties.includes(node)) throw new VerificationError('CS0344', `\`${node}\` owns an input but is no party`);
    const declared = nodeOf(nodes, node).registration.datasets.filter(({ name }) => name === dataset);
    if (declared.length !== 1) throw new VerificationError('CS0345', `\`${node}\` has not registered a dataset \`${dataset}\``);
    return descriptorOf(node, declared[0]);
  });
}

/** A program that is shipped has the name for itself; another one comes with the bundle, and is what its digest says. */
function checkProgram({ program: { name, digest } }: JobSpec, given: string | undefined): ProgramDefinition {
  const program = programByName(name) ?? (given === undefined ? undefined : refusing('CS0346', 'the program is refused', () => readProgram(given)));
  if (program && program.name !== name) throw new VerificationError('CS0346', `the program that came with the job is not \`${name}\``);
  if (!program) throw new VerificationError('CS0346', `no program is called \`${name}\` here`);
  if (program.digest !== digest) throw new VerificationError('CS0346', `the program \`${name}\` of this job is another than the one here`);
  return program;
}

function checkPolicy({ source, registry, file, digest, version }: JobBundle['policy'], spec: JobSpec, accepted: ReadonlySet<string>): CompiledPolicy {
  if (spec.policy !== digest) throw new VerificationError('CS0353', 'the job was asked for under another policy than the one in force');
  if (!accepted.has(digest)) {
    throw new VerificationError('CS0350', `policy version ${version} is not accepted here: look at it, then run \`countersign policy accept ${version}\``);
  }
  const compiled = compile(source, registry, file);
  if (!compiled.ok) throw new VerificationError('CS0351', `the policy does not compile: ${compiled.diagnostics[0]?.message ?? 'no reason given'}`);
  if (compiled.policy.digest !== digest) throw new VerificationError('CS0352', 'the source of the policy compiles to another digest than the one accepted');
  return compiled.policy;
}

function requireAllow(decision: Decision): void {
  if (decision.outcome === 'needs_signatures') throw new VerificationError('CS0361', `the policy asks for more signatures: ${decision.summary}`);
  if (decision.outcome === 'deny') throw new VerificationError('CS0360', `the policy does not allow this job: ${decision.summary}`);
}
