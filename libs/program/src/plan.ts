/**
 * A plan is a program bound to a job: parties, shapes and fixed-point scales are known, every value that is opened is
 * named, and nothing else ever is. The control plane and every worker derive it from the same JobSpec; its digest is compared
 * between the workers before any share is made.
 */

/** What a node says about a column of a dataset; values outside are refused before any share is made. */
export type ColumnDeclaration =
  | { readonly type: 'number'; readonly min: number; readonly max: number }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'category'; readonly values: readonly string[] };

/** A dataset as registered: shape and meaning, never rows. `maxRows` is a public upper bound (a power of two). */
export interface DatasetDescriptor {
  readonly name: string;
  readonly node: string;
  readonly tags: readonly string[];
  readonly maxRows: number;
  readonly columns: Readonly<Record<string, ColumnDeclaration>>;
}

/** What a party computes alone on its own rows before it shares the result. All yield a vector of scaled integers. */
export type LocalExpression =
  | { readonly of: 'count' }
  | { readonly of: 'sum'; readonly column: string; readonly offset: number }
  | { readonly of: 'sum_of_squares'; readonly column: string; readonly offset: number }
  | { readonly of: 'count_by'; readonly by: string; readonly values: readonly string[] }
  | { readonly of: 'sum_by'; readonly column: string; readonly offset: number; readonly by: string; readonly values: readonly string[] }
  /** One column in row order. */
  | { readonly of: 'column'; readonly column: string }
  /** One cell of a one-row dataset. */
  | { readonly of: 'cell'; readonly column: string };

/** A private vector of `length` elements of Z_2^64: element = round(value · 2^fractionBits), which may be negative. */
export interface PlanInput {
  readonly name: string;
  /** Index into `parties`. */
  readonly party: number;
  readonly dataset: string;
  readonly length: number;
  readonly fractionBits: number;
  readonly source: LocalExpression;
}

/** One operation on shared vectors. Each names its result; names are single-assignment. */
export type PlanStep =
  /** Elementwise sum of vectors of one length: local. */
  | { readonly op: 'add'; readonly out: string; readonly terms: readonly string[] }
  /** Elementwise product; a length-1 operand is broadcast. One round, one Beaver triple per element. */
  | { readonly op: 'multiply'; readonly out: string; readonly left: string; readonly right: string }
  /**
   * Opens one bit to every party: whether all elements (integers in [0, 2^62)) are at least `bound`. The session ends with
   * `minimum_group` when not. Nothing else about the elements is opened.
   */
  | { readonly op: 'require_at_least'; readonly value: string; readonly bound: number };

/** A value that the receivers learn: raw / 2^fractionBits. */
export interface PlanOutput {
  readonly name: string;
  readonly value: string;
  readonly length: number;
  readonly fractionBits: number;
}

export interface Plan {
  readonly v: 1;
  readonly program: { readonly name: string; readonly digest: string };
  readonly suite: 'additive-z64';
  readonly parties: readonly string[];
  readonly receivers: readonly string[];
  readonly inputs: readonly PlanInput[];
  readonly steps: readonly PlanStep[];
  readonly outputs: readonly PlanOutput[];
}

/** What a plan costs, derived from it alone. */
export interface PlanCost {
  /** 64-bit Beaver triples and Boolean AND triples (in 64-bit words). */
  readonly triples: number;
  readonly andWords: number;
  readonly rounds: number;
}
