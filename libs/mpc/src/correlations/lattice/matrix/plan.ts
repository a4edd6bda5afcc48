import { type MatrixPlan, type MatrixShape, aheSets, latticeMatrixPlan } from '#program/plans';
import { latticeTableBytes } from '../lattice.js';

const { degree, primes } = aheSets.words;

/** Windows Â that are transformed before they are multiplied. */
export const termsAtATime = 16;
/** Windows of rows that are answered before the first of these answers leaves, at most, and what their words may take. */
const mostWindows = 8;
const compactBytes = 16 * 1024 * 1024;

export const windowsAtATime = ({ shape, window }: MatrixPlan): number => {
  const wordsEach = Math.ceil(shape.inner / window.inner) * window.inner * window.rows;
  return Math.max(1, Math.min(mostWindows, Math.ceil(shape.rows / window.rows), Math.floor(compactBytes / (8 * wordsEach))));
};

/** The kernels' memory that a product takes on either side, tables included. */
export function latticeMatrixMemoryBytes(shape: MatrixShape): number {
  const plan = latticeMatrixPlan(shape);
  const poly = 4 * degree;
  // Keys are made and read in as much.
  if (!plan) return latticeTableBytes('matrix') + 40 * poly;
  const kept = Math.ceil(plan.shape.inner / plan.window.inner);
  const perWindow = 8 * kept * plan.window.inner * plan.window.rows + 64 * kept + (2 * primes.length + 5) * poly;
  return latticeTableBytes('matrix') + windowsAtATime(plan) * perWindow + (2 * kept + termsAtATime + 40) * poly;
}
