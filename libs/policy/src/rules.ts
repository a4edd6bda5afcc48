/**
 * Checked rules: what sentences mean, as plain JSON. Lists of names are sorted and without repetition, groups are expanded, and an absent field
 * of a scope sets no limit, so that two sentences with one meaning compile to one rule.
 */
export type Rule = Permit | Forbid | Pause | Veto | Receivers | MinimumGroup | Require | Budget | Notice | Deletion | PolicyChange | SignatureValidity | NoSelfSigning | Group;

/** Which jobs a rule is about. A permit must cover all inputs of a job; a guard, a forbid or a requirement is reached by any input. */
export interface Scope {
  /** Nodes that ask. */
  readonly who?: readonly string[];
  readonly programs?: readonly string[];
  readonly data?: readonly DataSelector[];
  readonly with?: OtherParties;
  /** In lower case, single spaces. */
  readonly purposes?: readonly string[];
  /** Only what AI agents ask for. */
  readonly agents?: true;
  /** Only in this time. */
  readonly during?: Dates;
}
/** Days as `YYYY-MM-DD`, both included, by the calendar of the zone (UTC where it is absent). */
export interface Dates {
  readonly from?: string;
  readonly until?: string;
  /** IANA. */
  readonly zone?: string;
}
export type DataSelector = { readonly dataset: string } | { readonly tag: string };
/** `all`: every one of `nodes` takes part; `any`: at least one does. */
export interface OtherParties {
  readonly match: 'all' | 'any';
  readonly nodes: readonly string[];
}

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly quorum: Quorum };

/** `need` different signers out of the pool. `majority` and `every` are of a pool that only the job determines. */
export interface Quorum {
  readonly need: number | 'majority' | 'every';
  readonly of: readonly Signers[];
}
export type Signers =
  | { readonly node: string }
  | { readonly role: string; readonly at?: string }
  | { readonly owners: 'all' | 'other' };

/** "Allow … if …", "… may … only if …". */
export interface Permit {
  readonly kind: 'permit';
  readonly scope: Scope;
  readonly when?: Condition;
  /** Written `only if`: the condition also binds every other permit of this scope. */
  readonly binding?: true;
}

/** "Never allow …", "Forbid … unless …", "No one may …", "… must not …". */
export interface Forbid {
  readonly kind: 'forbid';
  readonly scope: Scope;
  readonly unless?: Condition;
}

/** "Pause all computations … until … signs". A signature lets the one job through that it is for. */
export interface Pause {
  readonly kind: 'pause';
  readonly scope: Scope;
  readonly until?: Condition;
}

/** "Any data owner may veto a computation on its data". */
export interface Veto {
  readonly kind: 'veto';
  readonly scope: Scope;
  readonly by: readonly Signers[];
}

/** "Signatures for Payroll expire after 4 hours". Of several the shortest counts. */
export interface SignatureValidity {
  readonly kind: 'signature-validity';
  readonly scope: Scope;
  readonly seconds: number;
}

/** "Only … may receive the result of …". */
export interface Receivers {
  readonly kind: 'receivers';
  readonly scope: Scope;
  readonly receivers: readonly string[] | 'requester';
}

/** "Every result of … must cover at least … records". The engine enforces it before anything is opened; of several the largest counts. */
export interface MinimumGroup {
  readonly kind: 'minimum-group';
  readonly scope: Scope;
  readonly records: number;
}

/** "Requesters must not sign their own jobs": the requester fills no seat of any quorum, under none of its names and keys. */
export interface NoSelfSigning {
  readonly kind: 'no-self-signing';
}

/** "Define … as …". Kept so that the policy reads back as written; other rules hold its members. */
export interface Group {
  readonly kind: 'group';
  readonly name: string;
  readonly of: 'nodes' | 'programs' | 'datasets';
  readonly members: readonly string[];
}

/** "Every computation … must … and …". */
export interface Require {
  readonly kind: 'require';
  readonly scope: Scope;
  readonly must: readonly Requirement[];
}

export type Requirement = PurposeRequirement | SecurityRequirement | AssumptionsRequirement | PrivacyRequirement | PartiesRequirement | RegionsRequirement | WindowRequirement | RoundTripRequirement | ProgramRequirement;

/** "… must use at least 3 computing parties with an honest majority". */
export interface PartiesRequirement {
  readonly kind: 'parties';
  readonly atLeast?: number;
  readonly majority?: 'honest';
}

/** "… must run only on nodes in the EU or UK". In lower case. */
export interface RegionsRequirement {
  readonly kind: 'regions';
  readonly regions: readonly string[];
}

/**
 * "… must start on weekdays between 08:00 and 18:00 Europe/London time", by the clock on the wall there: an hour that is skipped never comes, one that
 * comes twice counts twice. `until` is not included; one that is not after `from` is of the next day, and the days are those on which it begins.
 */
export interface WindowRequirement {
  readonly kind: 'window';
  /** 1 is Monday; sorted. */
  readonly days?: readonly number[];
  /** `HH:MM`. */
  readonly from?: string;
  readonly until?: string;
  /** IANA, as written. */
  readonly zone: string;
}
/** "… must be for research or treatment". */
export interface PurposeRequirement {
  readonly kind: 'purpose';
  readonly purposes: readonly string[];
}

/** "… must use a malicious-secure protocol". */
export interface SecurityRequirement {
  readonly kind: 'security';
  readonly model: 'malicious';
}

/** "… must use an LPN-free protocol", "… must rest on Module-LWE only": what may have to be hard for inputs to stay hidden. Each allows less than the one before. */
export interface AssumptionsRequirement {
  readonly kind: 'assumptions';
  readonly profile: 'no-lpn' | 'module-lwe-only';
}

/** "… must use differential privacy with epsilon at most 0.5". Decimal text without needless zeros. Without `delta` only pure privacy will do. */
export interface PrivacyRequirement {
  readonly kind: 'privacy';
  readonly epsilon: string;
  readonly delta?: string;
}

/** "… must use links with a round trip of at most 80 ms", between any two parties. */
export interface RoundTripRequirement {
  readonly kind: 'round-trip';
  readonly atMostMs: number;
}

/** "… must use a program approved by Model Risk": a standing word on the program's digest, whatever the job. */
export interface ProgramRequirement {
  readonly kind: 'approved-program';
  readonly by: Condition;
}

/** "Limit … to 10 computations per day", "… to a total epsilon of 4 per quarter". Of several the strictest counts. */
export interface Budget {
  readonly kind: 'budget';
  readonly scope: Scope;
  readonly of: 'computations' | 'epsilon';
  /** Decimal text without needless zeros. */
  readonly most: string;
  readonly per: PeriodUnit;
  /** IANA; UTC where it is absent. */
  readonly zone?: string;
  /** Each node that asks has its own; where it is absent, all that fall under the sentence share one. */
  readonly each?: true;
}
/** By the calendar: a week begins on Monday, a quarter in January, April, July or October. */
export type PeriodUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** "After every computation …, notify … within 1 hour": each of `notify` is told, and a role by any one who holds it. */
export interface Notice {
  readonly kind: 'notice';
  readonly scope: Scope;
  readonly notify: readonly Signers[];
  readonly seconds: number;
}

/** "Results of … must be deleted after 30 days", by each that received one. */
export interface Deletion {
  readonly kind: 'deletion';
  readonly scope: Scope;
  readonly seconds: number;
}

/** "Policy changes need …": who must sign before this policy may be replaced. Of several sentences all hold. */
export interface PolicyChange {
  readonly kind: 'policy-change';
  readonly needs: Condition;
}

/** Where a rule was written. */
export interface RuleSource {
  readonly line: number;
  readonly column: number;
  /** As written, on one line. */
  readonly sentence: string;
}

export interface CompiledPolicy {
  readonly v: 1;
  readonly language: number;
  readonly file: string;
  readonly rules: readonly WrittenRule[];
  /** SHA-256("countersign/policy/1" ‖ 0x00 ‖ JCS({v, language, rules without their sources})), lower-case hex. */
  readonly digest: string;
}
export interface WrittenRule {
  readonly rule: Rule;
  readonly source: RuleSource;
}
