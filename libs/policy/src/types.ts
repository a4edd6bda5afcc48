/** What the compiler and the evaluator exchange with the rest of Countersign. Pure data: no key, no clock, no I/O. */

/** A range of the source text: 1-based line and column, 0-based offset, `end` exclusive. */
export interface Span {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** A compiler message, printed as in the error style of the CLI and carried as JSON by REST. */
export interface Diagnostic {
  /** Stable, e.g. `CS0213`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** One lower-case line. */
  readonly message: string;
  readonly span: Span;
  readonly labels: readonly { readonly span: Span; readonly text: string }[];
  readonly help: readonly string[];
  readonly fix?: { readonly span: Span; readonly replacement: string };
}

/** The names a policy may use, as registered with the control plane. */
export interface PolicyRegistry {
  readonly nodes: readonly string[];
  readonly datasets: readonly { readonly name: string; readonly node: string; readonly tags: readonly string[] }[];
  readonly programs: readonly string[];
  /** Roles of people, e.g. `Chief Privacy Officer`, each with the nodes that have it. */
  readonly roles: readonly { readonly name: string; readonly nodes: readonly string[] }[];
}

/** The facts of a job that a policy can speak of. */
export interface PolicyJob {
  /** `agent`: whether an AI agent asks. Absent when nobody says, and a rule about agents then takes it for one. */
  readonly requester: { readonly node: string; readonly keyId: string; readonly agent?: boolean };
  readonly program: { readonly name: string; readonly digest: string };
  readonly inputs: readonly { readonly node: string; readonly dataset: string; readonly tags: readonly string[] }[];
  readonly parties: readonly string[];
  readonly receivers: readonly string[];
  /** Absent when the job names none; a rule about purposes then fails closed. */
  readonly purpose?: string;
  readonly security: {
    readonly model: 'semi-honest' | 'malicious';
    readonly majority: 'honest' | 'dishonest';
    /** What may have to be hard for inputs to stay hidden. Absent: all that any protocol rests on. */
    readonly assumptions?: 'no-lpn' | 'module-lwe-only';
  };
  /** The differential privacy that the job asks for, in decimal text; absent when it asks for none. Without `delta` it is pure. */
  readonly privacy?: { readonly epsilon: string; readonly delta?: string };
}

/** What is known when the decision is made. Instants are RFC 3339 in UTC. */
export interface PolicyFacts {
  readonly now: string;
  /** Valid, unexpired, unwithdrawn approvals of this very job under this very policy. One entry per statement. */
  readonly signatures: readonly {
    readonly signer: string;
    readonly keyId: string;
    readonly roles: readonly string[];
    /** When it was signed. Needed where a rule says how long signatures last: one without an instant does not count there. */
    readonly signedAt?: string;
  }[];
  /** Signers that can sign at all: the registered and not revoked nodes, with the id of their approval key. */
  readonly signers: readonly {
    readonly name: string;
    readonly keyId: string;
    readonly roles: readonly string[];
    /** Where a person holds these roles; needed only by rules that say "a data officer of Bank A". */
    readonly node?: string;
  }[];
  /** Where nodes are, as registered. A rule about regions denies what it does not know. */
  readonly regions?: readonly { readonly node: string; readonly region: string }[];
  /** Standing vetoes of this very job, an empty list when there is none. A rule that grants vetoes denies while this is unknown. */
  readonly vetoes?: readonly { readonly signer: string; readonly keyId: string }[];
  /** What other jobs have used of the limits that `limitsOn` names for this job. A limit whose use is not told denies. */
  readonly uses?: readonly LimitUse[];
  /**
   * Round trips between parties. `measured at start`: every party measures its own links before any share leaves and ends the session where one is
   * slower than `obligations.roundTripMs`. A pair that a list does not name is unknown, and a rule about round trips denies it.
   */
  readonly links?: 'measured at start' | readonly { readonly between: readonly [string, string]; readonly roundTripMs: number }[];
  /** Standing approvals of programs by their digest. Who gives them is judged by `signers`, like any signature. */
  readonly programApprovals?: readonly { readonly program: string; readonly signer: string; readonly keyId: string }[];
}

/** `used`: decimal text, in computations or in epsilon. */
export interface LimitUse {
  readonly key: string;
  readonly used: string;
}

export type Outcome = 'allow' | 'deny' | 'needs_signatures';

/** A rule that took part in a decision, quotable to a person. */
export interface RuleCitation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The sentence as its author wrote it, without the line breaks. */
  readonly sentence: string;
  /** One line: what this rule did here. */
  readonly why: string;
}

/** `atLeast` more of `of` must sign. */
export interface MissingSignatures {
  readonly atLeast: number;
  readonly of: readonly string[];
  readonly rule: RuleCitation;
}

export interface Decision {
  readonly outcome: Outcome;
  /** One sentence for a person. */
  readonly summary: string;
  /** The rules that decided: the denying ones on deny, the permits and guards otherwise. */
  readonly rules: readonly RuleCitation[];
  readonly missing: readonly MissingSignatures[];
  /** Every signer that could help; empty when no signature would. */
  readonly canSign: readonly string[];
  /** On deny: whether any signature would change it. */
  readonly signaturesHelp: boolean;
  /** On deny: the smallest change of the request that would be allowed, in words. */
  readonly nearest?: string;
  /** What an allowed job must obey. */
  readonly obligations: Obligations;
  /** What was known and looked at, beside the request itself. Absent where nothing was. */
  readonly facts?: UsedFacts;
}

/** The facts that a decision rests on, each only where a rule asked for it. */
export interface UsedFacts {
  readonly now?: string;
  /** Whose signatures were there and could count. */
  readonly signed?: readonly string[];
  readonly limits?: readonly (LimitUse & { readonly amount: string; readonly most: string; readonly from: string; readonly until: string })[];
  readonly regions?: PolicyFacts['regions'];
  readonly links?: PolicyFacts['links'];
  readonly vetoes?: readonly string[];
  readonly programApprovals?: readonly string[];
}

export interface Obligations {
  /** Workers enforce it before anything is opened; 0 where there is none. */
  readonly minimumGroup: number;
  /** Workers measure and enforce it before any share leaves. */
  readonly roundTripMs?: number;
  /** What is owed once the result is released. Absent when nothing is. */
  readonly duties?: readonly Duty[];
}

/** Something that somebody must do after the release, and attest with a signature. */
export type Duty =
  /** One of `by` attests within `seconds` that it was told. */
  | { readonly kind: 'notify'; readonly by: readonly string[]; readonly seconds: number; readonly rule: RuleCitation }
  /** Each of `by`, the receivers, attests after `seconds` at the latest that its copy is gone. */
  | { readonly kind: 'delete'; readonly by: readonly string[]; readonly seconds: number; readonly rule: RuleCitation };
