/**
 * Linear systems over bits whose rows lie in bands of 256 columns. Row e is two blocks, bits 0 … 127 at `low + 16e` and 128 … 255 at
 * `high + 16e`; its bit b stands in column starts_e + b (32 bits each). Values, slots and targets are `width` words an element. How long these
 * take depends on the rows, which are hashes: see `libs/mpc/src/join/band`.
 */
export interface BandKernels {
  /** starts_i = ⌊x·range / 2^64⌋, for x the first word of block i. */
  bandStarts(starts: number, blocks: number, range: number, count: number): void;

  /**
   * Takes rows in `order` (32 bits each), whose starts ascend, and makes the lowest bit of each the only such in its column by adding rows before it,
   * and their values: `pivots` (32 bits a column, zeros at first) gets the row's number plus 1. Returns 1, or 0 where a row vanishes.
   */
  bandEliminate(low: number, high: number, starts: number, values: number, width: number, order: number, pivots: number, count: number): number;

  /** Replaces the slots of columns that have a pivot so that every row's slots add up to its value; the other slots stay. */
  bandSolve(solution: number, low: number, high: number, starts: number, values: number, width: number, pivots: number, columns: number): void;

  /** Adds the slots of row e to target e. */
  bandDecode(target: number, solution: number, low: number, high: number, starts: number, width: number, count: number): void;
}
