import { z } from 'zod';
import { DatasetRule, decimalText, JOB_STATES, JobAssumptions, JobInput, type JobPrivacy, JobSpec, Name, ParameterValue, PersonName, Purpose, Region, SignerName } from '#contract';

/** The lab file: a whole consortium and what happens in it, in one YAML document. Paths are relative to the file. */

const JobLabel = z.string().min(1).max(64).regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'a job is named with letters, digits, - and _');
const Path = z.string().min(1).max(1024);
const Reason = z.string().min(1).max(256);

export const LabNode = z.strictObject({
  region: Region,
  datasets: z.record(Name, DatasetRule).default({}),
  /** Who signs for the node, each with the roles that she holds. */
  people: z.record(PersonName, z.array(Name).min(1).max(16)).default({}),
});
export type LabNode = z.infer<typeof LabNode>;

/** As people write it: 0.5, or '0.5'. */
const Amount = z.union([z.number(), z.string()]).transform((amount) => (typeof amount === 'number' ? decimalText(amount) : amount))
  .pipe(z.string().max(40).regex(/^(?=.*[1-9])(0|[1-9][0-9]*)(\.[0-9]+)?$/, 'a decimal number above 0, such as 0.5'));
export const PrivacyRule = z.strictObject({ epsilon: Amount, delta: Amount.optional(), mechanism: z.enum(['laplace', 'gaussian']).default('laplace') })
  .refine(({ mechanism, delta }) => (mechanism === 'gaussian') === (delta !== undefined), 'the `gaussian` mechanism needs a `delta`, and `laplace` takes none')
  .transform(({ epsilon, delta }): JobPrivacy => (delta === undefined ? { mechanism: 'discrete-laplace', epsilon } : { mechanism: 'discrete-gaussian', epsilon, delta }));

const requestShape = {
  program: z.string().min(1).max(64),
  /** One dataset name at several nodes, each in the role `rows`; or `inputs`, written out. */
  dataset: Name.optional(),
  nodes: z.array(Name).min(1).max(16).optional(),
  inputs: z.array(JobInput).max(64).optional(),
  /** The nodes that compute: the owners of the inputs when left out. */
  parties: z.array(Name).min(1).max(16).optional(),
  parameters: z.record(z.string(), ParameterValue).default({}),
  receivers: z.array(Name).max(16),
  purpose: Purpose.optional(),
  /** Noise that hides any one row; the result is exact without it. */
  privacy: PrivacyRule.optional(),
  /** How shares are made, and what the job may rest on; `auto` and a dishonest majority when left out. */
  suite: JobSpec.shape.suite.optional(),
  majority: z.enum(['dishonest', 'honest']).optional(),
  /** What may have to be hard for inputs to stay hidden; `any` when left out. */
  assumptions: z.enum(['any', ...JobAssumptions.options]).optional(),
  /** Whether an AI agent asks, on behalf of `as`. */
  agent: z.boolean().default(false),
};
type Inputs = { dataset?: string; nodes?: string[]; inputs?: unknown[] };
const oneForm = ({ dataset, nodes, inputs }: Inputs): boolean => (inputs === undefined ? dataset !== undefined && nodes !== undefined : dataset === undefined && nodes === undefined);
export const ONE_FORM = 'a request has either `inputs`, or `dataset` and `nodes`';
export const RequestRule = z.strictObject(requestShape).refine(oneForm, ONE_FORM);
export type RequestRule = z.infer<typeof RequestRule>;
export const LabRequest = z.strictObject({ id: JobLabel, as: Name, ...requestShape }).refine(oneForm, ONE_FORM);
export type LabRequest = z.infer<typeof LabRequest>;

const byNode = { as: Name, job: JobLabel };
/** A node, or a person such as `Ana Lopez of Bank A`. */
const bySigner = { as: SignerName, job: JobLabel };
/** One step; exactly one of the verbs. */
const verbs = {
  request: LabRequest.optional(),
  sign: z.strictObject(bySigner).optional(),
  refuse: z.strictObject({ ...bySigner, reason: Reason.optional() }).optional(),
  veto: z.strictObject({ ...bySigner, reason: Reason.optional() }).optional(),
  withdraw: z.strictObject(bySigner).optional(),
  cancel: z.strictObject({ ...byNode, reason: Reason.optional() }).optional(),
  wait: z.strictObject({ job: JobLabel, /** In seconds. */ timeout: z.number().positive().max(3600).default(60) }).optional(),
  /** A standing word on a program. */
  approve_program: z.strictObject({ as: SignerName, program: z.string().min(1).max(64) }).optional(),
  withdraw_program: z.strictObject({ as: SignerName, program: z.string().min(1).max(64) }).optional(),
  /** A new policy, signed by those whom the one in force asks, and accepted by every node unless `accept` names some. */
  publish: z.strictObject({ policy: Path, signed_by: z.array(SignerName).default([]), accept: z.array(Name).optional() }).optional(),
} as const;
export type Verb = keyof typeof verbs;
export const VERBS = Object.keys(verbs) as readonly Verb[];

export const LabStep = z
  .strictObject({ ...verbs, expect: z.enum(JOB_STATES).optional(), expect_error: z.string().regex(/^CS[0-9]{4}$/, 'an error code such as CS0601').optional() })
  .refine((step) => VERBS.filter((verb) => step[verb] !== undefined).length === 1, `a step has exactly one of ${VERBS.join(', ')}`)
  .refine((step) => step.expect === undefined || step.expect_error === undefined, 'a step has `expect` or `expect_error`, not both')
  .refine((step) => step.expect === undefined || (step.publish ?? step.approve_program ?? step.withdraw_program) === undefined, '`expect` is about a job, and this step has none');
export type LabStep = z.infer<typeof LabStep>;

export const Lab = z.strictObject({
  title: z.string().min(1).max(200),
  nodes: z.record(Name, LabNode).refine((nodes) => Object.keys(nodes).length > 0, 'a lab has at least one node'),
  /** Programs of users' own, built or as their sources; the first node publishes them before the policy. */
  programs: z.array(Path).max(32).default([]),
  policy: Path,
  steps: z.array(LabStep).min(1).max(1000),
});
export type Lab = z.infer<typeof Lab>;
