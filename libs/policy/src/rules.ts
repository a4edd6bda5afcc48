/**
 * Checked rules: what a sentence means, as plain JSON. Lists of names are sorted and without repetition, groups are expanded, and an absent field
 * of a scope sets no limit, so that two sentences with one meaning compile to one rule.
 */

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

/** `need` different keys out of the pool. `majority` and `every` are of a pool that only the job determines. */
export interface Quorum {
  readonly need: number | 'majority' | 'every';
  readonly of: readonly Signers[];
}
export type Signers =
  | { readonly node: string }
  | { readonly role: string; readonly at?: string }
  | { readonly owners: 'all' | 'other' };

export interface Permit {
  readonly kind: 'permit';
  readonly scope: Scope;
  readonly when?: Condition;
  /** Written `only if`: the condition also binds every other permit of this scope. */
  readonly binding?: true;
}
export interface Forbid {
  readonly kind: 'forbid';
  readonly scope: Scope;
  readonly unless?: Condition;
}
export interface Receivers {
  readonly kind: 'receivers';
  readonly scope: Scope;
  readonly receivers: readonly string[] | 'requester';
}
export interface MinimumGroup {
  readonly kind: 'minimum-group';
  readonly scope: Scope;
  readonly records: number;
}
export interface Require {
  readonly kind: 'require';
  readonly scope: Scope;
  readonly must: readonly Requirement[];
}
export type Requirement =
  | { readonly kind: 'security'; readonly model: 'malicious' }
  | { readonly kind: 'purpose'; readonly purposes: readonly string[] };
/** The requester fills no seat of any quorum. */
export interface NoSelfSigning {
  readonly kind: 'no-self-signing';
}
/** Kept so that the policy reads back as written; its members are already expanded in the other rules. */
export interface Group {
  readonly kind: 'group';
  readonly name: string;
  readonly of: 'nodes' | 'programs' | 'datasets';
  readonly members: readonly string[];
}

export type Rule = Permit | Forbid | Receivers | MinimumGroup | Require | NoSelfSigning | Group;

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
  readonly rules: readonly { readonly rule: Rule; readonly source: RuleSource }[];
  /** SHA-256("countersign/policy/1" ‖ 0x00 ‖ JCS({v, language, rules without their sources})), lower-case hex. */
  readonly digest: string;
}
