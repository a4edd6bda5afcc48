import { type PlanStage } from '../stages.js';

/**
 * What a recorded program may call on a tensor, and what each takes. `operand`: a tensor, a number or a numeric parameter; `size`: a number or the rows of a
 * role; a `?` may be left out, at the end alone.
 */
export const CALLS = {
  plus: ['operand'], minus: ['operand'], times: ['operand', 'scale?'], dividedBy: ['operand', 'scale?'], matmul: ['tensor', 'scale?'],
  negated: [], squared: ['scale?'], at: ['integer'],
  sum: ['integer?'], mean: ['integer?', 'scale?'],
  reshape: ['sizes'], transpose: ['integers?'], slice: ['integer', 'size', 'size'], pick: ['integer', 'integer'], broadcast: ['sizes'],
  lessThan: ['operand'], greaterThan: ['operand'], atLeast: ['operand'], atMost: ['operand'], equals: ['operand'], not: [], select: ['operand', 'operand'],
  relu: [], abs: [], maximum: ['operand'], minimum: ['operand'], clip: ['number', 'number'], within: ['number', 'number'],
  max: ['integer'], min: ['integer'], argmax: ['integer'],
  reciprocal: ['scale?'], sqrt: ['scale?'], exp: ['scale?'], log: ['scale?'], sigmoid: ['scale?'], softmax: ['scale?'], sort: [], median: [], lookup: ['tensor'],
} as const satisfies Record<string, readonly ArgumentKind[]>;

export type ArgumentKind = 'operand' | 'tensor' | 'number' | 'integer' | 'integer?' | 'integers?' | 'size' | 'sizes' | 'scale?';
export type CallName = keyof typeof CALLS;

/** A number of rows that is known when a job is planned: the declared bounds of all owners of the role together. */
export interface RowsOf {
  readonly rows: string;
}
export type Size = number | RowsOf;
/** A numeric parameter of the request. */
export interface ParameterNumber {
  readonly parameter: string;
}
/** Fractions have no canonical form in signed objects, so numbers are decimal text. */
export interface WrittenNumber {
  readonly number: string;
}
export type RecordedNumber = WrittenNumber | ParameterNumber;
/** A tensor is named by its text. */
export type Argument = string | number | RecordedNumber | RowsOf | { readonly fractionBits: number } | readonly Size[];

/** Where a recorded tensor comes from. */
export type RecordedStep =
  /** [rows, columns]: of every owner of the role, padded to what it declares. Names of columns, or `{ parameter }` for the one, or those, that a parameter names. */
  | { readonly out: string; readonly rows: string; readonly columns: readonly (string | ParameterNumber)[]; readonly scaled: boolean; readonly fractionBits: number }
  /** [rows]: 1 in a row that is there, 0 in padding; or [1]: how many are. */
  | { readonly out: string; readonly present: string }
  | { readonly out: string; readonly count: string }
  | { readonly out: string; readonly constant: readonly RecordedNumber[]; readonly shape: readonly Size[] }
  | { readonly out: string; readonly concat: readonly string[]; readonly axis: number }
  | { readonly out: string; readonly call: CallName; readonly on: string; readonly with: readonly Argument[] };

/** A program as calls on tensors, recorded when its author built it: nobody runs the author's code but the author. */
export interface Recording {
  readonly steps: readonly RecordedStep[];
  readonly opens: readonly { readonly name: string; readonly tensor: string }[];
  /** What people see while it runs, in the order of the steps; absent where the author says nothing. */
  readonly stages?: readonly PlanStage[];
}

/** More steps than any program that people write, unrolled. */
export const MOST_STEPS = 10_000;
