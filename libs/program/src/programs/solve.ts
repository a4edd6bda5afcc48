import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';

/** Fraction bits of a matrix that is factored, of its factor, and of 1/pivot. */
export const MATRIX_BITS = 26;
const INVERSE_BITS = 24;
/** A pivot below this is taken for what rounding left of 0: its column follows from those before it. */
const LEAST_PIVOT_BITS = 12;
/** Fraction bits of a solution, each of whose elements is below 2^8 in magnitude. */
const SOLUTION_BITS = 22;
const SOLUTION_REACH = 2 ** 8;

export interface Solved {
  /** [size]. */
  readonly solution: Tensor;
  /** [1]: 1 where every pivot is above 2^−12, and no element beyond 2^8; else the solution is of no meaning. */
  readonly determined: Tensor;
}

/**
 * x with R·x = r for a symmetric R, positive semidefinite, with a diagonal within [1/4, 1.01] and |r_i| ≤ 1.01·√R_ii, by R = L·D·Lᵀ without square roots. R is [size, size] and r
 * [size], at `MATRIX_BITS`. What is left of R after any column has a diagonal no larger, so that |L_ij| ≤ √(R_ii / D_j) and all products on the way have known ends (Golub, Van
 * Loan, Matrix Computations, 4.2). A pivot after the other: a reciprocal and two products for each; then the solution from its last element on.
 */
export function solved(builder: TensorBuilder, matrix: Tensor, right: Tensor): Solved {
  const size = right.length;
  const reach = 1.01 * 2 ** (LEAST_PIVOT_BITS / 2);
  // The right side as the last column.
  let left = builder.concat([matrix, right.reshape([size, 1])], 1);
  const columns: Tensor[] = [];
  const inverses: Tensor[] = [];
  const ends: Tensor[] = [];
  const small: Tensor[] = [];
  for (let j = 0; j < size; j++) {
    builder.stage({ kind: 'step', index: j + 1, of: size });
    const rest = size - j - 1;
    const row = left.pick(0, 0).within(-1.02, 1.02);
    const pivot = row.slice(0, 0, 1);
    const isSmall = pivot.lessThan(2 ** -LEAST_PIVOT_BITS);
    const inverse = isSmall.select(1, pivot).within(2 ** -LEAST_PIVOT_BITS, 1.02).reciprocal({ fractionBits: INVERSE_BITS });
    small.push(isSmall);
    inverses.push(inverse);
    ends.push(row.slice(0, rest + 1, rest + 2));
    if (rest === 0) break;
    const column = left.pick(1, 0).slice(0, 1, rest + 1).within(-1.02, 1.02).times(inverse, { fractionBits: MATRIX_BITS, between: [-reach, reach] });
    columns.push(column);
    const outer = column.reshape([rest, 1]).matmul(row.slice(0, 1, rest + 2).reshape([1, rest + 1]), { fractionBits: MATRIX_BITS, between: [-1.02, 1.02], near: true });
    left = left.slice(0, 1, rest + 1).slice(1, 1, rest + 2).minus(outer).within(-1.02, 1.02);
  }
  builder.stage();
  const scaled = builder.concat(ends).times(builder.concat(inverses), { fractionBits: SOLUTION_BITS, between: [-reach, reach] });
  let solution = scaled.slice(0, size - 1, size);
  for (let j = size - 2; j >= 0; j--) {
    const known = columns[j]!.matmul(solution, { fractionBits: SOLUTION_BITS, between: [-2 * SOLUTION_REACH, 2 * SOLUTION_REACH], near: true });
    solution = builder.concat([scaled.slice(0, j, j + 1).minus(known).within(-2 * SOLUTION_REACH, 2 * SOLUTION_REACH), solution]);
  }
  const large = solution.abs().lessThan(SOLUTION_REACH).not();
  const bad = builder.concat([...small, large]).sum();
  return { solution, determined: bad.lessThan(1) };
}
