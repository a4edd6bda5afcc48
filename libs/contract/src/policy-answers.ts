import { z } from 'zod';
import { type Analysis, type Difference, type PolicyTestReport, type Possible } from '#policy';
import { PublishPolicy } from './api.js';
import { PolicyBundle } from './gateway.js';
import { Decimal, Instant, Name, Purpose, SignerName } from './primitives.js';
import { JobAssumptions } from './statements.js';

/** What can be asked of a policy besides a decision: bodies and replies under `/v1/policies`, and the file that `countersign policy test` reads. */

/** A published version, or a draft. */
export const PolicyChoice = z.union([z.strictObject({ version: z.int().min(1) }), PublishPolicy]);
export type PolicyChoice = z.infer<typeof PolicyChoice>;
/** The policy in force where it is left out. */
const policy = { policy: PolicyChoice.optional() };

export const AnalysePolicy = z.strictObject(policy);
const said = <T extends object>(field: keyof T) => z.custom<T>((value) => typeof value === 'object' && value !== null && field in value);
export const AnalysisView = said<Analysis>('findings');

/** `history`: also which recorded decisions would be made otherwise. */
export const ComparePolicies = z.strictObject({ before: PolicyChoice.optional(), after: PolicyChoice, history: z.boolean().default(false) });
export const DifferenceView = z.strictObject({
  sentences: z.custom<Difference['sentences']>(Array.isArray),
  decisions: z.custom<NonNullable<Difference['decisions']>>(Array.isArray).optional(),
  /** How many recorded decisions were made again, the newest ones. */
  replayed: z.int().min(0).optional(),
});
export type DifferenceView = z.infer<typeof DifferenceView>;

export const WhoCanRequest = z.strictObject({ ...policy, who: Name.optional(), program: Name.optional(), dataset: Name.optional(), purpose: Purpose.optional(), receiver: Name.optional() });
/** Without the examples, which hold all facts. */
export const WhoCanView = z.strictObject({ possible: z.array(said<Omit<Possible, 'example'>>('missing')), note: z.string().optional() });
export type WhoCanView = z.infer<typeof WhoCanView>;

const Outcome = z.enum(['allow', 'deny', 'needs_signatures']);
const Regions = z.record(Name, z.string().min(2).max(32));
const names = z.array(Name).min(1).max(16);
const CaseRequest = z.strictObject({
  as: Name, agent: z.boolean().optional(), program: z.string().min(1).max(64),
  /** At all its owners, or at `nodes`; or `inputs`, written out. */
  dataset: Name.optional(), nodes: names.optional(), inputs: z.array(z.strictObject({ node: Name, dataset: Name })).min(1).max(64).optional(),
  parties: names.optional(), receivers: names.optional(), purpose: Purpose.optional(),
  security: z.strictObject({ model: z.enum(['semi-honest', 'malicious']).optional(), majority: z.enum(['honest', 'dishonest']).optional(), assumptions: JobAssumptions.optional() }).optional(),
  privacy: z.strictObject({ epsilon: Decimal, delta: Decimal.optional() }).optional(),
}).refine(({ dataset, inputs }) => (dataset === undefined) !== (inputs === undefined), 'a request has either `inputs` or `dataset`');
const CaseSigners = z.array(z.strictObject({ name: SignerName, roles: z.array(Name).max(16).optional(), node: Name.optional(), /** Of another signer, where both are one. */ key: z.string().min(1).max(160).optional() })).max(256);
const CaseFacts = z.strictObject({
  now: Instant.optional(), signers: CaseSigners.optional(), regions: Regions.optional(), vetoes: z.array(SignerName).max(64).optional(),
  /** By a part of the limit's sentence. */
  used: z.record(z.string().min(1).max(256), z.union([Decimal, z.int().min(0)])).optional(),
  links: z.union([z.literal('measured at start'), z.array(z.strictObject({ between: z.tuple([Name, Name]), roundTripMs: z.number().min(0) })).max(256)]).optional(),
  approvals: z.array(SignerName).max(64).optional(),
});
const CaseExpectation = z.strictObject({
  outcome: Outcome, missing: z.array(z.string().max(512)).max(64).optional(),
  /** The line of a sentence that denies, a part of it, or `nothing` where no sentence allows it. */
  by: z.union([z.int().min(1), z.string().min(1).max(512)]).optional(),
  nearest: z.string().min(1).max(512).optional(), records: z.int().min(0).optional(),
});
export const PolicyCaseRule = z.strictObject({
  name: z.string().min(1).max(200),
  /** Left out: the case is about replacing this policy. */
  job: CaseRequest.optional(),
  signatures: z.array(z.union([SignerName, z.strictObject({ signer: SignerName, at: Instant })])).max(64).optional(),
  facts: CaseFacts.optional(),
  expect: z.union([Outcome, CaseExpectation]),
});
const suite = {
  /** Of every case that states no time of its own. */
  now: Instant,
  signers: CaseSigners.optional(),
  regions: Regions.optional(),
  cases: z.array(PolicyCaseRule).min(1).max(500),
};
export const PolicyRegistryRule = PolicyBundle.shape.registry;
/** A `.policy-test.yaml`: `registry` in place, or the name of a file beside it. */
export const PolicyTestFile = z.strictObject({ registry: z.union([z.string().min(1).max(1024), PolicyRegistryRule]), ...suite });
export type PolicyTestFile = z.infer<typeof PolicyTestFile>;
/** The names registered here where `registry` is left out. */
export const TestPolicy = z.strictObject({ ...policy, registry: PolicyRegistryRule.optional(), suite: z.strictObject(suite) });
export const PolicyTestView = said<PolicyTestReport>('uncovered');
