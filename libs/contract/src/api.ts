import { z } from 'zod';
import { type Decision, type Diagnostic, type PolicyFacts, type PolicyJob, type Publication, type RuleCitation } from '#policy';
import { PolicyBundle } from './gateway.js';
import { JobState } from './job-state.js';
import { MOST_PROGRAM_BYTES } from '#program';
import { Base64Url, Digest, Instant, JobId, Jws, KeyId, Line, Name, SignerName } from './primitives.js';
import { progressFields } from './progress.js';
import { CorrelationSource, DrawnCounts, JobInput, JobPrivacy, JobSpec, Person, PublicKeys, RoundTrips, SignedDataset } from './statements.js';

/** REST under `/v1`. One schema per message feeds validation, OpenAPI, the typed client and the CLI. */

// --- problems (RFC 9457) ---------------------------------------------------------------------------------------------
export const Problem = z.looseObject({
  /** `urn:countersign:problem:<code>`; the code is what programs switch on. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  code: z.string(),
  help: z.array(z.string()).optional(),
});
export type Problem = z.infer<typeof Problem> & { diagnostics?: readonly Diagnostic[]; decision?: Decision };

// --- pages -----------------------------------------------------------------------------------------------------------
export const PageQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50), after: z.string().max(128).optional() });
export const pageOf = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), next: z.string().optional() });

// --- operators: API keys and enrolment ---------------------------------------------------------------------------------
/** `admin` implies the others. */
export const Scope = z.enum(['read', 'enrol', 'policy', 'jobs', 'admin']);
export type Scope = z.infer<typeof Scope>;
export const CreateApiKey = z.strictObject({ name: Name, scopes: z.array(Scope).min(1), expiresAt: Instant.optional() });
/** `key` is shown once: `cs_<id>_<secret>`. */
export const ApiKeyCreated = z.strictObject({ id: z.string(), name: Name, scopes: z.array(Scope), key: z.string() });
export const ApiKeyView = z.strictObject({ id: z.string(), name: Name, scopes: z.array(Scope), createdAt: Instant, expiresAt: Instant.optional(), revokedAt: Instant.optional() });
export const CreateEnrolmentToken = z.strictObject({ node: Name, validForMinutes: z.int().min(1).max(43_200).default(1_440) });
/** `token` is shown once and works once, for this name. */
export const EnrolmentTokenCreated = z.strictObject({ node: Name, token: z.string(), expiresAt: Instant });

// --- nodes -------------------------------------------------------------------------------------------------------------
export const ChallengeRequest = z.strictObject({ name: Name, sealing: Base64Url(1184) });
/** `secret` of `kemCiphertext` and `nonce` prove possession: see `RegisterRequest.proofs`. */
export const Challenge = z.strictObject({ id: z.uuid(), nonce: Base64Url(32), kemCiphertext: Base64Url(1088), expiresAt: Instant });
export type Challenge = z.infer<typeof Challenge>;
/**
 * Proofs, all over `labelledHash('countersign/possession/1', challenge id, nonce, statement digest)`, each part length-prefixed (u32be):
 * link and witness sign it (ML-DSA, empty context); sealing is HMAC-SHA-256 of it under the decapsulated secret.
 */
export const PossessionProofs = z.strictObject({ link: Base64Url(3309), witness: Base64Url(2420), sealing: Base64Url(32) });
export const RegisterRequest = z.strictObject({
  /** Needed for the first registration of a name; later versions (datasets, region) are signed by the registered approval key. */
  token: z.string().max(128).optional(),
  challenge: z.uuid(),
  registration: Jws,
  proofs: PossessionProofs,
});
export type RegisterRequest = z.infer<typeof RegisterRequest>;
/** New keys for a node: `registration` is signed by the new approval key, `rotation` by the old one. */
export const RotateRequest = z.strictObject({ challenge: z.uuid(), registration: Jws, rotation: Jws, proofs: PossessionProofs });
export type RotateRequest = z.infer<typeof RotateRequest>;
export const RevokeRequest = z.strictObject({ reason: Line(256).min(1) });
export const NodeView = z.strictObject({
  id: z.string(), name: Name, region: z.string(), version: z.int(), status: z.enum(['registered', 'revoked']), connected: z.boolean(),
  keys: PublicKeys, approvalKid: KeyId, linkKid: KeyId, datasets: z.array(SignedDataset), people: z.array(Person), registeredAt: Instant, registration: Jws,
});
export type NodeView = z.infer<typeof NodeView>;
/** The latest round trip between two nodes as one of them measured it. */
export const LinkView = z.strictObject({ measuredBy: Name, peer: Name, microseconds: z.int(), at: Instant, job: JobId });
export type LinkView = z.infer<typeof LinkView>;
export const DatasetView = SignedDataset.extend({ node: Name });
export type DatasetView = z.infer<typeof DatasetView>;
/** A signature on a policy or a program. */
export const StandingView = z.strictObject({ signer: SignerName, kid: KeyId, at: Instant, expiresAt: Instant, statement: Digest });
export type StandingView = z.infer<typeof StandingView>;
/** `approvedBy`: the words that count now. */
export const ProgramView = z.strictObject({ name: Name, digest: Digest, opens: z.string(), roles: z.array(z.looseObject({ name: z.string() })), parameters: z.unknown(), approvedBy: z.array(StandingView),
  /** Absent for a program that is shipped. */
  published: z.strictObject({ by: SignerName, at: Instant, statement: Digest, /** The program as JSON. */ definition: z.string() }).optional() });
/** A program as JSON, and a `program-publication` that names it. */
export const PublishProgram = z.strictObject({ statement: Jws, definition: z.string().max(MOST_PROGRAM_BYTES) });
export type ProgramView = z.infer<typeof ProgramView>;

// --- what the policy library says, carried as it is -------------------------------------------------------------------------
export const DecisionView = z.custom<Decision>((value) => typeof value === 'object' && value !== null && 'outcome' in value);
export const DiagnosticView = z.custom<Diagnostic>((value) => typeof value === 'object' && value !== null && 'code' in value && 'span' in value);

const carried = <T extends object>(field: keyof T) => z.custom<T>((value) => typeof value === 'object' && value !== null && field in value);

// --- recorded decisions ------------------------------------------------------------------------------------------------
/**
 * A decision on a stored job, with all that the policy's answer follows from: `decide(policy, request, facts)` gives it again. Where `decidedBy`
 * says veto, a veto that the policy does not speak of stands before that answer.
 */
export const DecisionRecord = z.strictObject({
  seq: z.int(), job: JobId, at: Instant,
  policy: z.strictObject({ version: z.int(), digest: Digest }),
  request: carried<PolicyJob>('requester'), facts: carried<PolicyFacts>('now'),
  outcome: z.enum(['allow', 'deny', 'needs_signatures']), summary: z.string(), rules: z.array(carried<RuleCitation>('sentence')),
  decidedBy: z.enum(['policy', 'veto']),
});
export type DecisionRecord = z.infer<typeof DecisionRecord>;
export const DecisionQuery = PageQuery.extend({ job: JobId.optional() });

/** A limit of the policy in force in its present period, of `node` where each asker has its own. Amounts are decimal text. */
export const LimitView = z.strictObject({
  of: z.enum(['computations', 'epsilon']), most: z.string(), used: z.string(), left: z.string(), from: Instant, until: Instant, node: z.string().optional(), rule: carried<RuleCitation>('sentence'),
});
export type LimitView = z.infer<typeof LimitView>;

// --- policies ----------------------------------------------------------------------------------------------------------
export const PublishPolicy = z.strictObject({ file: Line(128).min(1), source: z.string().max(1_048_576) });
/** What `publication` of the policy library says. */
export const PublicationView = z.custom<Publication>((value) => typeof value === 'object' && value !== null && 'canSign' in value);
export const PolicyView = z.strictObject({
  version: z.int(), file: z.string(), digest: Digest, previous: Digest.optional(), source: z.string(),
  /** The names that the source was compiled against. */
  registry: PolicyBundle.shape.registry.optional(),
  sentences: z.array(z.string()), publishedAt: Instant, publishedBy: z.string(), inForce: z.boolean(),
  /** `void`: another got in force while it waited. */
  state: z.enum(['proposed', 'in_force', 'replaced', 'void']),
  signatures: z.array(StandingView),
  /** Of a proposed one: what the policy in force still asks for. */
  publication: PublicationView.optional(),
});
export type PolicyView = z.infer<typeof PolicyView>;
/** What the compiler says of a draft, against the names registered here. `digest` only when it compiles. */
export const PolicyCheck = z.strictObject({ ok: z.boolean(), digest: Digest.optional(), sentences: z.array(z.string()), diagnostics: z.array(DiagnosticView) });
export type PolicyCheck = z.infer<typeof PolicyCheck>;
/** A dry run: what would be decided, with these signers assumed to have signed. Nothing is stored. */
export const DryRun = z.strictObject({
  as: Name, program: Name, inputs: z.array(JobInput).max(64), receivers: z.array(Name).min(1).max(16), purpose: z.string().optional(), signers: z.array(SignerName).max(64).default([]), agent: z.boolean().default(false),
  privacy: JobPrivacy.optional(),
  /** Semi-honest with a dishonest majority where left out. */
  security: JobSpec.shape.security.optional(),
  /** `auto` where left out. */
  suite: JobSpec.shape.suite.optional(),
  /** The owners of the inputs where left out, and whoever asks where there is one owner. */
  parties: JobSpec.shape.parties.optional(),
});

// --- jobs --------------------------------------------------------------------------------------------------------------
export const SubmitJob = z.strictObject({ job: Jws });
export const SubmitStatement = z.strictObject({ statement: Jws });
export const CancelJob = z.strictObject({ reason: Line(256).optional() });
export const JobEvent = z.strictObject({ seq: z.int(), at: Instant, from: JobState.optional(), to: JobState, attempt: z.int(), code: z.string().optional(), reason: z.string().optional() });
export type JobEvent = z.infer<typeof JobEvent>;
export const SignatureView = z.strictObject({ kind: z.enum(['approval', 'veto', 'withdrawal']), signer: SignerName, kid: KeyId, at: Instant, expiresAt: Instant, statement: Digest });
export const ReceiptView = z.strictObject({ node: Name, attempt: z.int(), plan: Digest, transcript: Digest, bytesSent: z.int(), bytesReceived: z.int(), rounds: z.int(), offlineMs: z.int(), onlineMs: z.int(), roundTrips: RoundTrips.optional(), drawn: DrawnCounts.optional(), correlations: CorrelationSource.optional(), without: z.array(Name).optional(), statement: Jws });
/** A party that the session of an attempt went on without. */
export const VanishedView = z.strictObject({ node: Name, attempt: z.int(), at: Instant, code: z.string() });
export const ProgressView = z.strictObject({ node: Name, ...progressFields });
export type ProgressView = z.infer<typeof ProgressView>;
/** `overdue` once its time has passed; what is done late is done. */
export const DutyState = z.enum(['open', 'overdue', 'done']);
export type DutyState = z.infer<typeof DutyState>;
export const DutyId = z.string().regex(/^duty_[0-9a-f]{20}$/);
/** Owed since the release of a job. Notice: one of `by` attests that it was told; deletion: each of `by` that its copy is gone. */
export const DutyView = z.strictObject({
  id: DutyId, digest: Digest, job: JobId, kind: z.enum(['notify', 'delete']), by: z.array(z.string()), rule: carried<RuleCitation>('sentence'),
  owedSince: Instant, dueAt: Instant, state: DutyState,
  attestations: z.array(z.strictObject({ signer: z.string(), at: Instant, statement: Digest, note: z.string().optional() })),
});
export type DutyView = z.infer<typeof DutyView>;
export const DutyQuery = PageQuery.extend({ state: DutyState.optional(), by: z.string().max(160).optional(), job: JobId.optional() });

export const JobView = z.strictObject({
  id: JobId, digest: Digest, state: JobState, attempt: z.int(),
  /** Why it ended, for every exit but `released`. */
  code: z.string().optional(), reason: z.string().optional(),
  spec: JobSpec, statement: Jws,
  policy: z.strictObject({ version: z.int(), digest: Digest }),
  decision: DecisionView,
  signatures: z.array(SignatureView), duties: z.array(DutyView), receipts: z.array(ReceiptView), /** Absent when all stayed. */ vanished: z.array(VanishedView).optional(), history: z.array(JobEvent), progress: z.array(ProgressView),
  createdAt: Instant, updatedAt: Instant,
});
export type JobView = z.infer<typeof JobView>;
export const JobQuery = PageQuery.extend({ state: JobState.optional(), requester: Name.optional(), /** Jobs that wait for the signature of this node or person. */ waitingFor: SignerName.optional() });

// --- audit -------------------------------------------------------------------------------------------------------------
export const AuditQuery = PageQuery.extend({ type: z.string().max(64).optional(), subject: z.string().max(128).optional(), actor: z.string().max(128).optional() });
/** `leaf` is the exact bytes (base64url) that are hashed. */
export const AuditEntry = z.strictObject({ index: z.int(), type: z.string(), time: z.string(), actor: z.string(), subject: z.string(), from: z.string().optional(), to: z.string().optional(), leaf: Base64Url(16_384) });
export type AuditEntry = z.infer<typeof AuditEntry>;
export const CheckpointView = z.strictObject({ origin: z.string(), size: z.int(), root: z.string(), note: z.string(), vkey: z.string() });
export const ProofQuery = z.strictObject({ index: z.coerce.number().int().min(0), size: z.coerce.number().int().min(1) });
export const ConsistencyQuery = z.strictObject({ from: z.coerce.number().int().min(0), to: z.coerce.number().int().min(0) });
export const ProofView = z.strictObject({ hashes: z.array(Base64Url(32)) });

// --- service -----------------------------------------------------------------------------------------------------------
/** Public facts that a node pins when it enrols. */
export const ServiceInfo = z.strictObject({
  version: z.string(), origin: z.string(), logVkey: z.string(),
  /** Post-quantum mutual TLS endpoint for nodes, `host:port`, and its pinned ML-DSA-65 key. */
  gateway: z.strictObject({ host: z.string(), port: z.int(), linkKey: Base64Url(1952) }),
});
export type ServiceInfo = z.infer<typeof ServiceInfo>;
