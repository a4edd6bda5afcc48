/**
 * Checked rules: what sentences mean, as plain JSON. Lists of names are sorted and without repetition, groups are expanded, and an absent field
 * of a scope sets no limit, so that two sentences with one meaning compile to one rule.
 */
export type Rule = Permit | Forbid | Receivers | MinimumGroup | Require | NoSelfSigning | Group;

/** Which jobs a rule is about. A permit must cover all inputs of a job; a guard, a forbid or a requirement is reached by any input. */
export interface Scope {
  /** Nodes that ask. */
  readonly who?: readonly string[];
  readonly programs?: readonly string[];
  readonly data?: readonly DataSelector[];
  readonly with?: OtherParties;
  /** In lower case, single spaces. */
  readonly purposes?: readonly string[];
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

export type Requirement = PurposeRequirement | SecurityRequirement;
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
