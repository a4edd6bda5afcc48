/**
 * Operations on tensors of fixed-point numbers. Each names its result; names are single-assignment. Elementwise operations take operands of
 * one shape, or of one element, which then meets every element of the other. `fractionBits` is the scale of the result where it is not that
 * of the operands; products are truncated to it exactly, towards −∞. Integers are decimal text where they may exceed 2^53.
 */
export type TensorStep =
  /** Known to all: element / 2^fractionBits. */
  | { readonly op: 'constant'; readonly out: string; readonly shape: readonly number[]; readonly values: readonly string[]; readonly fractionBits: number }
  /** Σ factor · value + constant with integer factors; all at one scale, which is also that of `constant`. Local. */
  | { readonly op: 'linear'; readonly out: string; readonly terms: readonly { readonly value: string; readonly factor: string }[]; readonly constant?: string }
  /** `bound`: raw integers that the planner knows the product to lie between before it is truncated, by more than the ranges of the factors; as with `within`. */
  | { readonly op: 'product'; readonly out: string; readonly left: string; readonly right: string; readonly fractionBits: number; readonly bound?: { readonly min: string; readonly max: string } }
  /** [m, k] by [k, n]. `bound` as with `product`; sums on the way may go beyond it, and wrap around. */
  | { readonly op: 'matmul'; readonly out: string; readonly left: string; readonly right: string; readonly fractionBits: number; readonly bound?: { readonly min: string; readonly max: string } }
  /** The same number at another scale. */
  | { readonly op: 'rescale'; readonly out: string; readonly value: string; readonly fractionBits: number }
  /** ⌊value⌋, an integer. */
  | { readonly op: 'floor'; readonly out: string; readonly value: string }
  /**
   * The same elements, of which the planner knows that they lie between `min` and `max`, raw integers as decimal text, by more than the ranges of what they
   * are made of. Local, and checked by the clear-text evaluator alone.
   */
  | { readonly op: 'within'; readonly out: string; readonly value: string; readonly min: string; readonly max: string }
  | { readonly op: 'reshape'; readonly out: string; readonly value: string; readonly shape: readonly number[] }
  /** Axis i of the result is axis axes[i] of the value. */
  | { readonly op: 'transpose'; readonly out: string; readonly value: string; readonly axes: readonly number[] }
  /** [from, to) along one axis. */
  | { readonly op: 'slice'; readonly out: string; readonly value: string; readonly axis: number; readonly from: number; readonly to: number }
  | { readonly op: 'concat'; readonly out: string; readonly values: readonly string[]; readonly axis: number }
  /** Axes of size 1 repeated, and new ones in front, as in numpy. */
  | { readonly op: 'broadcast'; readonly out: string; readonly value: string; readonly shape: readonly number[] }
  | { readonly op: 'sum'; readonly out: string; readonly value: string; readonly axis: number }
  /** 1 where left < right, else 0; integers at scale 0, as are all results of comparisons. */
  | { readonly op: 'less'; readonly out: string; readonly left: string; readonly right: string }
  | { readonly op: 'equal'; readonly out: string; readonly left: string; readonly right: string }
  /** `yes` where the condition is 1, `no` where it is 0. */
  | { readonly op: 'select'; readonly out: string; readonly condition: string; readonly yes: string; readonly no: string }
  | { readonly op: 'relu' | 'abs'; readonly out: string; readonly value: string }
  | { readonly op: 'maximum' | 'minimum'; readonly out: string; readonly left: string; readonly right: string }
  /** Along one axis, which disappears. `argmax` is the first index of the greatest. */
  | { readonly op: 'max' | 'min' | 'argmax'; readonly out: string; readonly value: string; readonly axis: number }
  /** left / right for right ≠ 0. */
  | { readonly op: 'divide'; readonly out: string; readonly left: string; readonly right: string; readonly fractionBits: number }
  /** [3, …]: 2^j, j and 1 for the greatest j with x · 2^(power · j) < 2^bits, where x ≥ 0 is the raw integer of an element; for x = 0 as for 1, but 0 in place of 1. Integers. */
  | { readonly op: 'normaliser'; readonly out: string; readonly value: string; readonly bits: number; readonly power: 1 | 2 }
  /** Elementwise functions of a real number. */
  | { readonly op: 'reciprocal' | 'sqrt' | 'exp' | 'log' | 'sigmoid'; readonly out: string; readonly value: string; readonly fractionBits: number }
  /** Along the last axis. */
  | { readonly op: 'softmax'; readonly out: string; readonly value: string; readonly fractionBits: number }
  /** Along the last axis, ascending. */
  | { readonly op: 'sort'; readonly out: string; readonly value: string }
  /** Of the last axis, which disappears: the element in the middle, the lower of two. */
  | { readonly op: 'median'; readonly out: string; readonly value: string }
  /** Row `index` of a table [rows, …], for every element of `index`, an integer in [0, rows). */
  | { readonly op: 'lookup'; readonly out: string; readonly table: string; readonly index: string };

/** A function of a real number, element by element. */
export type RealStep = Extract<TensorStep, { op: 'reciprocal' | 'sqrt' | 'exp' | 'log' | 'sigmoid' }>;
