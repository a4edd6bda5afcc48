/** Rows of 512 bits as four planes of blocks, `…Plane` bytes apart: bits 128g … 128g + 127 of row i are block i of plane g. */
export interface OprfKernels {
  /** target_i ⊕= source_i ∧ block, for blocks i. */
  xorAndBlock(target: number, source: number, block: number, blocks: number): void;

  /**
   * At `inputs + stride·e`, for number e of `bins` (32 bits each): the bin (64 bits), then row (bin − firstBin) of `rows` ⊕ (row e of `codes` ∧ delta),
   * 64 bytes. `delta` is one row.
   */
  oprfInputs(
    inputs: number, stride: number, rows: number, rowPlane: number, bins: number, firstBin: number, codes: number, codePlane: number, delta: number, count: number,
  ): void;
}
