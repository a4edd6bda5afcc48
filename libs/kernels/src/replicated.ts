/**
 * The local part of a multiplication of replicated sharings among three parties: of x = x_0 + x_1 + x_2 a party holds two summands that
 * follow each other, here called x0 and x1; of y likewise. A target may be one of its sources.
 */
export interface ReplicatedKernels {
  /** target_i = x0_i·y0_i + x0_i·y1_i + x1_i·y0_i + plus_i − minus_i in Z_2^64: the last two are the party's part of a sharing of zero. */
  replicatedMultiply(target: number, x0: number, x1: number, y0: number, y1: number, plus: number, minus: number, count: number): void;

  /** target = x0 ∧ (y0 ⊕ y1) ⊕ x1 ∧ y0, without a mask. `bytes` is a multiple of 16. */
  replicatedAnd(target: number, x0: number, x1: number, y0: number, y1: number, bytes: number): void;
}
