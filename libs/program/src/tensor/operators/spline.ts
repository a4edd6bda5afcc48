/**
 * A quadratic spline of 6 pieces on [0, 8], in units of 2^−22: σ(x) ≈ a·x² + b·x + c from each knot to the next, and 1 from 8 on. It is the least greatest
 * error of all that are continuous, do not fall, are 1/2 at 0 and have knots that are multiples of 1/2 (a linear program at 25 points a piece for all choices of
 * knots); the other 6 pieces are σ(−x) = 1 − σ(x). Greatest error 0.00034, that of 1 at 8.
 */
export const PIECES = [
  { from: 0, a: -50769, b: 1051760, c: 2097152 },
  { from: 0.5, a: -188246, b: 1194213, c: 2060295 },
  { from: 2, a: -120703, b: 902218, c: 2374115 },
  { from: 3, a: -57196, b: 525765, c: 2931903 },
  { from: 4, a: -14826, b: 180049, c: 3636853 },
  { from: 5.5, a: -1152, b: 21821, c: 4093464 },
] as const;
export const END = 8;
export const UNIT_BITS = 22;
/** By how much the spline is off 1 / (1 + e^−x) at most. */
export const SPLINE_ERROR = 0.00035;
