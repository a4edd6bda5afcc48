/**
 * Bit-sliced words. Bytes are a multiple of 16, all regions start on multiples of 16. A target may be one of its sources, except between
 * words and planes.
 */
export interface PlaneKernels {
  /**
   * `count` words, a multiple of 128, become 64 planes of count/8 bytes, one behind the other: bit j of plane i is bit i of word j.
   * `planes` differs from `words`. Needs memory of its own between two steps, so it does not run twice at once on one memory.
   */
  wordsToPlanes(planes: number, words: number, count: number): void;

  /** The inverse of `wordsToPlanes`. `words` differs from `planes`. */
  planesToWords(words: number, planes: number, count: number): void;

  /** target = left ⊕ right */
  xorBytes(target: number, left: number, right: number, bytes: number): void;

  /** target = left ∧ right */
  andBytes(target: number, left: number, right: number, bytes: number): void;

  /** target ⊕= left ∧ right */
  andXorBytes(target: number, left: number, right: number, bytes: number): void;

  /** target = ¬source */
  notBytes(target: number, source: number, bytes: number): void;
}
