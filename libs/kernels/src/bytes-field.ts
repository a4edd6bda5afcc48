/**
 * Vectors over GF(2^8) = F_2[x]/(x^8 + x^4 + x^3 + x + 1), an element a byte. `bytes` is a multiple of 16, `count` one of 128; regions
 * start on multiples of 16. A target may be one of its sources, except between bits and bytes.
 */
export interface ByteFieldKernels {
  /** target_i = left_i · right_i */
  byteFieldMultiply(target: number, left: number, right: number, bytes: number): void;

  /** target_i ⊕= left_i · right_i */
  byteFieldMultiplyXor(target: number, left: number, right: number, bytes: number): void;

  /** target_i = source_i · factor; `factor`, 0 … 255, is public, and the time tells it. */
  byteFieldScale(target: number, source: number, factor: number, bytes: number): void;

  /** target_i ⊕= source_i · factor; `factor`, 0 … 255, is public, and the time tells it. */
  byteFieldScaleXor(target: number, source: number, factor: number, bytes: number): void;

  /** Byte i at `target` is bit i at `bits`: 0 or 1. `target` differs from `bits`. */
  bitsToBytes(target: number, bits: number, count: number): void;

  /** Bit i at `bits` is the lowest bit of byte i at `source`. `bits` differs from `source`. */
  bytesToBits(bits: number, source: number, count: number): void;
}
