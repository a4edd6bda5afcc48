import { z } from 'zod';
import { NetworkSchema } from '#program';
import { Base64Url, ColumnName, Decimal, Digest, Instant, JobId, Jws, KeyId, Line, MOST_DIGITS, Name, PersonName, Purpose, Region, Tag } from './primitives.js';

/**
 * The objects that are signed. Each is the payload of a JWS (RFC 7515, `alg` ML-DSA-65 of RFC 9964) over RFC 8785 canonical JSON on the
 * strict profile: no fraction, no null, no unknown field. `typ` in the protected header is `countersign/<type>+1`.
 */
const statement = <T extends string, S extends z.core.$ZodLooseShape>(type: T, shape: S) =>
  z.strictObject({
    v: z.literal(1),
    type: z.literal(type),
    /** Name of the node, or of the person, that signs. */
    issuer: Name,
    kid: KeyId,
    issuedAt: Instant,
    expiresAt: Instant,
    ...shape,
  });

const SafeInt = z.int();
export const ParameterValue = z.union([z.string().max(256), SafeInt, z.boolean(), z.array(z.string().max(256)).max(256)]);

/** Numbers are decimals as text in signed objects. */
export const SignedColumn = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('number'), min: z.string().max(MOST_DIGITS), max: z.string().max(MOST_DIGITS) }),
  z.strictObject({ type: z.literal('integer'), min: z.string().max(MOST_DIGITS), max: z.string().max(MOST_DIGITS) }),
  z.strictObject({ type: z.literal('category'), values: z.array(Line(64).min(1)).min(1).max(256) }),
  z.strictObject({ type: z.literal('key') }),
]);
/** Of one node. */
export const MOST_DATASETS = 256;
export const SignedDataset = z.strictObject({
  name: Name,
  tags: z.array(Tag).max(16),
  maxRows: SafeInt.min(1).max(2 ** 32),
  columns: z.record(ColumnName, SignedColumn),
  /** Of a model: its architecture, without its weights. */
  network: NetworkSchema.optional(),
});
export type SignedDataset = z.infer<typeof SignedDataset>;

/** Somebody who acts for an organisation. Its keys are named by their ids; a statement of hers carries the key itself. */
export const Person = z.strictObject({
  name: PersonName,
  /** What she may sign as, e.g. `Compliance`. */
  roles: z.array(Name).min(1).max(16),
  /** ML-DSA-65: statements. */
  approvalKid: KeyId,
  /** ML-DSA-65: her TLS certificate and HTTP message signatures. */
  linkKid: KeyId,
});
export type Person = z.infer<typeof Person>;

/** The name by which whoever signed a statement is known to policies and shown to people: a node's own, or "Ana Lopez of Bank A". */
export const signerOf = ({ issuer, person: her }: { readonly issuer: string; readonly person?: { readonly node: string } | undefined }): string => (her === undefined ? issuer : `${issuer} of ${her.node}`);

/** On a statement that a person signs: for which node, and the approval key whose id is `kid` and is registered there. `issuer` is her name. */
const person = { person: z.strictObject({ node: Name, key: Base64Url(1952) }).optional() };

export const PublicKeys = z.strictObject({
  /** ML-DSA-65: TLS certificate and HTTP message signatures. */
  link: Base64Url(1952),
  /** ML-DSA-65: statements. */
  approval: Base64Url(1952),
  /** ML-DSA-44: cosignatures on log checkpoints. */
  witness: Base64Url(1312),
  /** ML-KEM-768: results sealed to this node. */
  sealing: Base64Url(1184),
});
export type PublicKeys = z.infer<typeof PublicKeys>;

/** Signed by the approval key; possession of the others is proved beside it (see `RegisterRequest`). */
export const NodeRegistration = statement('node-registration', {
  name: Name,
  region: Region,
  keys: PublicKeys,
  /** Increases with each registration of this name; keys change only by rotation. */
  version: SafeInt.min(1),
  datasets: z.array(SignedDataset).max(MOST_DATASETS),
  /** The people who may sign for this node in a role. Absent: nobody. */
  people: z.array(Person).max(256).optional(),
});
export type NodeRegistration = z.infer<typeof NodeRegistration>;

export const JobInput = z.strictObject({ node: Name, dataset: Name, role: z.string().min(1).max(32).regex(/^[a-z_]+$/, 'a role is small letters and _') });
export type JobInput = z.infer<typeof JobInput>;

/** Decimals greater than 0. */
const Positive = Decimal.regex(/^[0-9.]*[1-9][0-9.]*$/);
export const JobPrivacy = z.discriminatedUnion('mechanism', [
  z.strictObject({ mechanism: z.literal('discrete-laplace'), epsilon: Positive }),
  z.strictObject({ mechanism: z.literal('discrete-gaussian'), epsilon: Positive, delta: Positive }),
]);
export type JobPrivacy = z.infer<typeof JobPrivacy>;

/** What inputs stay hidden by, of `ASSUMPTIONS` of libs/program. */
export const JobAssumptions = z.enum(['no-lpn', 'module-lwe-only']);
export type JobAssumptions = z.infer<typeof JobAssumptions>;

export const JobSpec = statement('job', {
  nonce: Base64Url(16),
  notBefore: Instant.optional(),
  program: z.strictObject({ name: Name, digest: Digest }),
  parameters: z.record(z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/), ParameterValue),
  inputs: z.array(JobInput).max(64),
  /** The nodes that compute, without repetition; every owner of an input is one. */
  parties: z.array(Name).max(16),
  receivers: z.array(Name).min(1).max(16),
  purpose: Purpose.optional(),
  /** The requester's word on whether an AI agent asks. Absent: a policy's rules about agents take it for one. */
  agent: z.boolean().optional(),
  security: z.strictObject({
    model: z.enum(['semi-honest', 'malicious']), majority: z.enum(['honest', 'dishonest']),
    /** Absent: on all that any protocol rests on, whichever sends least. */
    assumptions: JobAssumptions.optional(),
  }),
  /** A suite of `SUITES` of libs/program, or the one that fits the majority and the number of parties. */
  suite: z.enum(['auto', 'additive-z64', 'replicated-z64', 'shamir-p61']),
  /** Noise that is added under the protocol, so that the result hardly depends on any one row. Absent: none. `delta` with the Gaussian alone. */
  privacy: JobPrivacy.optional(),
  /** Digest of the policy in force that the requester saw. */
  policy: Digest,
});
export type JobSpec = z.infer<typeof JobSpec>;

const aboutJob = { job: Digest, policy: Digest, ...person };
export const Approval = statement('approval', aboutJob);
export const Veto = statement('veto', { ...aboutJob, reason: Line(256).optional() });
export const Withdrawal = statement('withdrawal', aboutJob);
/** A standing word on a program, whatever the job. The newest of a signer counts. */
export const ProgramApproval = statement('program-approval', { program: z.strictObject({ name: Name, digest: Digest }), verdict: z.enum(['approved', 'withdrawn']), ...person });
export type ProgramApproval = z.infer<typeof ProgramApproval>;
/** Puts a program of the signer's own at everybody's disposal under its name. Whether it may be used is for policies and approvals to say. */
export const ProgramPublication = statement('program-publication', { program: z.strictObject({ name: Name, digest: Digest }), ...person });
export type ProgramPublication = z.infer<typeof ProgramPublication>;
/** Agrees that the policy with digest `policy` replaces the one with digest `previous`. */
export const PolicyApproval = statement('policy-approval', { policy: Digest, previous: Digest, ...person });
export type PolicyApproval = z.infer<typeof PolicyApproval>;
/** Says that a duty of a released job was done. `duty` names it within the job. */
export const Attestation = statement('attestation', { job: Digest, duty: Digest, note: Line(256).optional(), ...person });
export type Attestation = z.infer<typeof Attestation>;
export type Approval = z.infer<typeof Approval>;
export type Veto = z.infer<typeof Veto>;
export type Withdrawal = z.infer<typeof Withdrawal>;

const aboutAttempt = { job: Digest, attempt: SafeInt.min(1) };
/** A worker verified everything itself and listens for its peers. */
export const Accept = statement('accept', {
  ...aboutAttempt,
  /** Digest of the policy under which this worker decided "allow" itself. */
  policy: Digest,
  /** Where this attempt's session process listens: `host:port`. */
  endpoint: z.string().max(255).regex(/^(\[[0-9a-f:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$/),
  /** Exact row counts, only of inputs whose program says that they become known to the parties. */
  rows: z.array(z.strictObject({ dataset: Name, rows: SafeInt.min(1) })).max(64),
});
export const Refuse = statement('refuse', { ...aboutAttempt, code: z.string().regex(/^CS[0-9]{4}$/), reason: Line(512) });
/** Round trips over the links of a session. */
export const RoundTrips = z.array(z.strictObject({ node: Name, microseconds: SafeInt.min(0).max(600_000_000) })).max(15);
/** How many correlations a session took from stock instead of making them. */
export const DrawnCounts = z.strictObject({ triples: SafeInt.min(0), andWords: SafeInt.min(0), daBits: SafeInt.min(0), matrixTriples: SafeInt.min(0) });
export type DrawnCounts = z.infer<typeof DrawnCounts>;
/** A source of correlations by its name, `stock` where all were drawn, `none` where the suite takes none; and the problems whose hardness hides what they mask. */
export const CorrelationSource = z.strictObject({ source: z.string().max(64).regex(/^[a-z0-9][a-z0-9+-]*$/), restsOn: z.array(z.enum(['module-lwe', 'rlwe', 'lpn'])).min(1).max(3) });
export type CorrelationSource = z.infer<typeof CorrelationSource>;
export const Receipt = statement('receipt', {
  ...aboutAttempt,
  plan: Digest,
  /** Hash of what this party sent and received, per peer and direction; no data. */
  transcript: Digest,
  bytesSent: SafeInt.min(0),
  bytesReceived: SafeInt.min(0),
  rounds: SafeInt.min(0),
  offlineMs: SafeInt.min(0),
  onlineMs: SafeInt.min(0),
  /** To the other parties, as this one measured them before anything was shared. */
  roundTrips: RoundTrips.optional(),
  /** Out of this party's stock, where any were. */
  drawn: DrawnCounts.optional(),
  /** Where the other correlations came from, and what all of them rest on. */
  correlations: CorrelationSource.optional(),
  /** Parties that this one had lost by the end, and went on without. */
  without: z.array(Name).min(1).max(15).optional(),
});
export type Accept = z.infer<typeof Accept>;
export type Refuse = z.infer<typeof Refuse>;
export type Receipt = z.infer<typeof Receipt>;

/**
 * Replaces all four keys of a node. Signed by the old approval key, whose id is `kid` and `previousKid` and which stands in
 * `previousKey`, since those who pinned it hold its id alone; `registration` is signed by the new one.
 */
export const KeyRotation = statement('key-rotation', { name: Name, previousKid: KeyId, previousKey: Base64Url(1952), registration: Jws });
export type KeyRotation = z.infer<typeof KeyRotation>;

/** What a party's share of the outputs, sealed to a receiver that is no party, is bound to (additional data of the AEAD). */
export const SealedShare = z.strictObject({ job: JobId, attempt: SafeInt.min(1), from: Name, to: Name, kemCiphertext: Base64Url(1088), ciphertext: Base64Url(16_777_216) });
export type SealedShare = z.infer<typeof SealedShare>;
