import { type Assumptions } from './assumptions.js';
import { type Network } from './onnx/network.js';
import { type PlanStage } from './stages.js';
import { type TensorStep } from './tensor/steps.js';

/**
 * A plan is a program bound to a job: parties, shapes and fixed-point scales are known, every value that is opened is
 * named, and nothing else ever is. The control plane and every worker derive it from the same JobSpec; its digest is compared
 * between the workers before any share is made.
 */

/** What a node says about a column of a dataset; values outside are refused before any share is made. */
export type ColumnDeclaration =
  | { readonly type: 'number'; readonly min: number; readonly max: number }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'category'; readonly values: readonly string[] }
  /** Text that tells rows apart, such as a customer number: no two rows have the same. It is joined on, and nothing else. */
  | { readonly type: 'key' };

/** A dataset as registered: shape and meaning, never rows. `maxRows` is a public upper bound (a power of two). */
export interface DatasetDescriptor {
  readonly name: string;
  readonly node: string;
  readonly tags: readonly string[];
  readonly maxRows: number;
  readonly columns: Readonly<Record<string, ColumnDeclaration>>;
  /** Of a model: its architecture, without its weights. It has one row then, and no columns. */
  readonly network?: Network;
}

/**
 * What a party computes alone on its own rows before it shares the result. All yield a vector of reals, which the input's
 * `fractionBits` turn into integers. An `offset` is public: a decimal text that `Number` reads exactly; it fights cancellation
 * (Σ(x−c) and Σ(x−c)² are small when c is the centre of the declared range). Signed and hashed objects hold no fractions.
 */
export type LocalExpression = LocalSource & {
  /** Only the rows for which all of these hold are there; how many that are stays with their owner. */
  readonly where?: readonly Condition[];
  /** Only the rows of one of two parts. */
  readonly part?: RowPart;
};
/** The rows that a model is made of, or those that are held out of it, in the order of the source. */
export type RowPart = (
  /** Every n-th row is held out, counted before any condition. */
  | { readonly every: number }
  /** Rows for which all of these hold are held out. */
  | { readonly meeting: readonly Condition[] }
) & { readonly held: boolean };
/** On a value of a row. Numbers are decimal texts that `Number` reads exactly. */
export type Condition = { readonly column: string; readonly is: '<' | '<=' | '>' | '>=' | '=' | '!='; readonly value: string };

/** Points least + i · 2^exponent for 0 ≤ i < points; a value is at the nearest one, the upper of two. `least` is decimal text. */
export interface Grid {
  readonly least: string;
  readonly exponent: number;
  readonly points: number;
}

/** Two ends, both included: decimal text. */
export type Ends = readonly [least: string, most: string];

/** One column of a matrix that an owner makes of its rows. */
export type RowColumn =
  /** (x − offset) · 2^−exponent of a column of numbers, or of their natural logarithms; `clip` brings x to the nearer of two ends first. */
  | { readonly column: string; readonly offset: string; readonly exponent: number; readonly logarithm?: true; readonly clip?: Ends }
  /** 1 where a column has this value, else 0. */
  | { readonly column: string; readonly equals: string }
  /** 1 where the bits [shift, shift + bits) of the place of x on the grid are those of `is`, else 0; 0 too where x does not lie `within`. */
  | { readonly column: string; readonly grid: Grid; readonly digit: { readonly shift: number; readonly bits: number; readonly is: number }; readonly within?: Ends }
  /** 1 where x lies from edge `is` to the next, the last one included, or beyond all of them where no edge follows, else 0; 0 too where x does not lie `within`. Edges ascend. */
  | { readonly column: string; readonly edges: readonly string[]; readonly is: number; readonly within?: Ends }
  /** 1 in every row: what tells a row from padding. */
  | { readonly present: true };

/** See `column` of `LocalExpression`. */
export interface Limb {
  readonly index: number;
  readonly scales: readonly number[];
}

type LocalSource =
  /** rows × columns, row by row in the order of the source; what the owner has less than `rows` is padded with rows of zeros. */
  | { readonly of: 'matrix'; readonly rows: number; readonly columns: readonly RowColumn[] }
  /** columns × columns: Σ over the rows of column i · column j. */
  | { readonly of: 'moments'; readonly columns: readonly RowColumn[] }
  /** Slopes and intercept of least squares on the own rows alone, with the last of the columns as what the others tell; clipped to `within` in magnitude. */
  | { readonly of: 'fit'; readonly columns: readonly RowColumn[]; readonly ridge: string; readonly within: number }
  | { readonly of: 'count' }
  | { readonly of: 'sum'; readonly column: string; readonly offset: string }
  | { readonly of: 'sum_of_squares'; readonly column: string; readonly offset: string }
  /** How many rows lie from each edge to the next, the last one included; edges ascend, decimal text. Rows beyond them count nowhere. */
  | { readonly of: 'count_bins'; readonly column: string; readonly edges: readonly string[] }
  /** For each point of a grid, how many rows are at it or below. */
  | { readonly of: 'ranks'; readonly column: string; readonly grid: Grid }
  | { readonly of: 'count_by'; readonly by: string; readonly values: readonly string[] }
  | { readonly of: 'sum_by'; readonly column: string; readonly offset: string; readonly by: string; readonly values: readonly string[] }
  /**
   * One column in row order, or one limb of it: x = x₀ + x₁ + …, where x_i is what is left of x after the limbs before it,
   * rounded to `scales[i]` fraction bits; the last limb is all that is left. So every limb has a scale of its own.
   */
  | { readonly of: 'column'; readonly column: string; readonly limb?: Limb }
  /** One cell of a one-row dataset. */
  | { readonly of: 'cell'; readonly column: string }
  /** All elements of a weight of a model, row-major; its columns are its weights. */
  | { readonly of: 'weight'; readonly column: string };

/**
 * A private vector of `length` elements of Z_2^64: element = round(value · 2^fractionBits), which may be negative, as may
 * `fractionBits`. |element| < 2^62 for every value in its declared range; so is every intermediate value of the plan.
 */
interface PrivateVector {
  readonly name: string;
  /** Index into `parties`. */
  readonly party: number;
  readonly length: number;
  readonly fractionBits: number;
  /** Its shape, row-major; a vector where absent. */
  readonly shape?: readonly number[];
  /** Whatever is made of it is made on shares, also what its owner could compute alone: for what the others need not take its word for. */
  readonly onShares?: true;
  /** The least and the greatest element, decimal text. Where absent, the planner answers for |element| < 2^62 of this and of what is made of it. */
  readonly range?: { readonly min: string; readonly max: string };
}
export interface DataInput extends PrivateVector {
  readonly dataset: string;
  readonly source: LocalExpression;
}
/**
 * Noise that this party alone draws, one sample for each element of an opened value, by what `PlanPrivacy.noise` says of `output`.
 * |element| < 2^61 but with a probability below 2^-80.
 */
export interface NoiseInput extends PrivateVector {
  readonly source: { readonly of: 'noise'; readonly output: string };
}
export type PlanInput = DataInput | NoiseInput;

/** One table of a join. */
export interface JoinSide {
  /** Index into `parties`. */
  readonly party: number;
  readonly dataset: string;
  /** The column of keys. */
  readonly key: string;
  readonly maxRows: number;
}

/**
 * A column of one table. `rows` are its values in the rows that match, 0 elsewhere: a multiplication for each bin. `total` is their sum, one element, which is an inner
 * product and far cheaper. `own` are the values of a left column in all left rows, whether they match or not: what is multiplied by something of the rows that match.
 */
export interface JoinColumn {
  readonly name: string;
  readonly side: 'left' | 'right';
  readonly as: 'rows' | 'total' | 'own';
  readonly column: RowColumn;
  /** Another column of the same table, by which it is multiplied. */
  readonly times?: RowColumn;
  /** One limb of it, as of a column. */
  readonly limb?: Limb;
  readonly fractionBits: number;
  /** The least and the greatest element of a row, decimal text. */
  readonly range: { readonly min: string; readonly max: string };
  /** Held against its range on shares: its owner shares whatever is there. */
  readonly onShares?: true;
}

/**
 * The rows of two parties' tables that have the same key. `match` and columns are vectors of `joinBins(left.maxRows)` elements, one for each bin that a left row may
 * be in; which bin that is depends on the session, so that nothing opened may depend on their order. Nobody learns what matches, or how much.
 */
export interface PlanJoin {
  readonly left: JoinSide;
  readonly right: JoinSide;
  /** 1 where a left row has a right one, else 0; integers. */
  readonly match: string;
  readonly columns: readonly JoinColumn[];
}

/** One operation on shared values. Each names its result; names are single-assignment. */
export type PlanStep = VectorStep | TensorStep;

/** Sums and products without truncation, whose scales and ranges the planner of a program answers for. */
export type VectorStep =
  /** Elementwise sum of one or more vectors of one length, where a term of length 1 is broadcast: local. All terms have the same scale, and so has `out`. */
  | { readonly op: 'add'; readonly out: string; readonly terms: readonly string[] }
  /** Elementwise product; a length-1 operand is broadcast. One round, one Beaver triple per element. */
  | { readonly op: 'multiply'; readonly out: string; readonly left: string; readonly right: string }
  /**
   * Matrix times vector: out_i = Σ_j columns[j]_i · weights[j]. `columns` are k ≥ 1 vectors of one length m, `weights` k vectors
   * of length 1; `out` has length m. columns[j] and weights[j] have scales of their own that add up to the same sum for every j,
   * which is the scale of `out`, so nothing is truncated. One round, and one matrix triple (A: m×k, b: k, c = A·b), which opens
   * only m·k + k words (X − A, w − b); k·m elementwise triples would do the same.
   */
  | { readonly op: 'combine'; readonly out: string; readonly columns: readonly string[]; readonly weights: readonly string[] }
  /**
   * Opens one bit to every party: whether all elements (integers between −2^62 and 2^62) are at least `bound`. The session ends with
   * `minimum_group` when not. Nothing else about the elements is opened. In a private plan the elements hold their noise already.
   */
  | { readonly op: 'require_at_least'; readonly value: string; readonly bound: number }
  /**
   * Opens one bit to every party, for all steps of `party` together and before any minimum group: whether all elements, raw integers, lie between `min` and `max`, decimal
   * text. The session ends with CS0660 and names `party`, whose values they are, when not; by a bit of its own with CS0661 where they say in which order its rows stand.
   * Whatever words of the suite's value bits `party` shared: the ranges of the plan are not relied on.
   */
  | { readonly op: 'require_within'; readonly value: string; readonly min: string; readonly max: string; readonly party: number; readonly because?: 'order' };

/** Steps that make no value. */
export type RequireStep = Extract<VectorStep, { op: 'require_at_least' | 'require_within' }>;
export const isRequirement = (step: PlanStep): step is RequireStep => step.op === 'require_at_least' || step.op === 'require_within';

/** A value that the receivers learn: raw / 2^fractionBits. */
export interface PlanOutput {
  readonly name: string;
  readonly value: string;
  readonly length: number;
  readonly fractionBits: number;
  /**
   * Decimal text: no opened element is farther than this from its exact value, whatever the data within the declared ranges.
   * Absent where it is exact.
   */
  readonly errorBound?: string;
  /** Its shape, row-major; a vector where absent. */
  readonly shape?: readonly number[];
  /** For each axis the names of its places, or null where they are counted from 0. */
  readonly labels?: readonly (readonly string[] | null)[];
}

export type Mechanism = 'discrete-laplace' | 'discrete-gaussian';

/** What a request asks for: epsilon > 0 and 0 < delta < 1 in decimal text. */
export type PrivacyRequest =
  | { readonly mechanism: 'discrete-laplace'; readonly epsilon: string }
  | { readonly mechanism: 'discrete-gaussian'; readonly epsilon: string; readonly delta: string };

/** Differential privacy of all opened values together, for one row more or less of one owner: docs/adr/0007. */
export interface PlanPrivacy {
  readonly mechanism: Mechanism;
  readonly epsilon: string;
  readonly delta?: string;
  /** For every output. */
  readonly noise: readonly {
    readonly output: string;
    /** How far one row moves the one element that it moves, at most: an integer, in units of the elements. */
    readonly sensitivity: string;
    /** A fraction `a/b`: of P(x) ∝ exp(−|x| / scale) for the Laplace, of P(x) ∝ exp(−x² / (2·scale)) for the Gaussian. */
    readonly scale: string;
  }[];
}

export interface Plan {
  readonly v: 1;
  readonly program: { readonly name: string; readonly digest: string };
  readonly suite: SuiteName;
  /** What correlations may rest on. Absent: on all that is there. */
  readonly assumptions?: Exclude<Assumptions, 'any'>;
  readonly parties: readonly string[];
  readonly receivers: readonly string[];
  readonly inputs: readonly PlanInput[];
  readonly join?: PlanJoin;
  readonly steps: readonly PlanStep[];
  readonly outputs: readonly PlanOutput[];
  /** Absent when results are exact. */
  readonly privacy?: PlanPrivacy;
  /** In the order of the steps: what people are told while it runs. No part of the digest, and nothing depends on it. */
  readonly stages?: readonly PlanStage[];
}

/**
 * What shares are and who may be corrupt: `additive-z64` any number of parties but one, of two or more; `replicated-z64` one of three;
 * `shamir-p61` fewer than half of three or more. All semi-honest.
 */
export type SuiteName = 'additive-z64' | 'replicated-z64' | 'shamir-p61';
