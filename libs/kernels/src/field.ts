/**
 * Vectors and matrices over F_p, p = 2^61 − 1. Elements are words 0 … p − 1; what holds others is said. Other words give undefined
 * results, in the same time. Regions start on multiples of 16; a target may be one of its sources unless the kernel says that it differs.
 */
export interface FieldKernels {
  /** target_i = left_i + right_i */
  fieldAdd(target: number, left: number, right: number, count: number): void;

  /** target_i = left_i − right_i */
  fieldSubtract(target: number, left: number, right: number, count: number): void;

  /** target_i = left_i · right_i */
  fieldMultiply(target: number, left: number, right: number, count: number): void;

  /** target_i += left_i · right_i */
  fieldMultiplyAdd(target: number, left: number, right: number, count: number): void;

  /** target_i = source_i · f, where f is the element at `factor`. */
  fieldScale(target: number, source: number, factor: number, count: number): void;

  /** target_i += source_i · f, where f is the element at `factor`. */
  fieldScaleAdd(target: number, source: number, factor: number, count: number): void;

  /** target[o, i] = Σ_l source[o, l, i], row-major; an empty sum is 0. `target` differs from `source`. */
  fieldSumAxis(target: number, source: number, outer: number, length: number, inner: number): void;

  /** target += left · right, for matrices of rows × inner and inner × columns elements, row-major. `target` differs from both. */
  fieldMatrixMultiplyAdd(target: number, left: number, right: number, rows: number, inner: number, columns: number): void;

  /**
   * From uniform words, elements at a statistical distance of less than 2^-61 each from uniform ones: the low 61 bits of a word, of
   * which p becomes 0, so that 0 has twice the weight of the others. The source may hold any words.
   */
  fieldFromWords(target: number, source: number, count: number): void;

  /** x mod p of words x in two's complement, |x| < 2^60. */
  fieldFromSigned(target: number, source: number, count: number): void;

  /** The representative between −p/2 and p/2 of each element, in two's complement. */
  fieldToSigned(target: number, source: number, count: number): void;
}
