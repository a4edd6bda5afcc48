/**
 * Vectors and matrices over Z_2^64. Offsets are those of regions that start on multiples of 16; counts and shapes are public. A
 * target may be one of its sources unless the kernel says that it differs.
 */
export interface RingKernels {
  /** target_i = left_i + right_i */
  addWords(target: number, left: number, right: number, count: number): void;

  /** target_i = left_i − right_i */
  subtractWords(target: number, left: number, right: number, count: number): void;

  /** target_i = left_i · right_i */
  multiplyWords(target: number, left: number, right: number, count: number): void;

  /** target_i += left_i · right_i */
  multiplyAddWords(target: number, left: number, right: number, count: number): void;

  /** target_i = source_i · f, where f is the word at `factor`. */
  scaleWords(target: number, source: number, factor: number, count: number): void;

  /** target_i += source_i · f, where f is the word at `factor`. */
  scaleAddWords(target: number, source: number, factor: number, count: number): void;

  /** target_i = the word at `word`. */
  fillWords(target: number, word: number, count: number): void;

  /** target_i = ⌊source_i / 2^bits⌋, for 0 ≤ bits < 64, which are public. */
  shiftRightWords(target: number, source: number, bits: number, count: number): void;

  /** target_i = source[indices_i]. Indices are public, 32 bits wide; 2^32 − 1 stands for the word 0. `target` differs from `source`. */
  gatherWords(target: number, source: number, indices: number, count: number): void;

  /** target[o, i] = Σ_l source[o, l, i], row-major; an empty sum is 0. `target` differs from `source`. */
  sumAxis(target: number, source: number, outer: number, length: number, inner: number): void;

  /**
   * target += left · right, for matrices of rows × inner and inner × columns words, row-major. `target` differs from both.
   * `scratch` has `matrixScratchBytes(rows, inner, columns)` bytes, which end up undefined: parts of `right`, so wipe them with it.
   */
  matrixMultiplyAdd(target: number, left: number, right: number, rows: number, inner: number, columns: number, scratch: number): void;
}

/** What `matrixMultiplyAdd` packs of `right` at a time: 256 rows of 6 columns. Both numbers stand in assembly/matrix.ts too. */
const panelRows = 256;
const panelColumns = 6;

/** Bytes of scratch that a matrix product needs. */
export function matrixScratchBytes(_rows: number, inner: number, columns: number): number {
  return 16 * Math.ceil((Math.min(inner, panelRows) * Math.min(columns, panelColumns)) / 2);
}
