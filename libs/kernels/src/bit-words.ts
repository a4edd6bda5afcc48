/** Between bits and words. */
export interface BitWordKernels {
  /** target_i = bit i of the packed bits, as a word 0 or 1. Neither region has to start on a multiple of 16. */
  bitsToWords(target: number, bits: number, count: number): void;
}
