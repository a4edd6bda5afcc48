import { type MatrixShape, latticeMatrixPlan } from '#program/plans';
import { type LatticeParty } from '../lattice.js';
import { byRows, transposed } from './blocks.js';
import { runEvaluator } from './evaluator.js';
import { runOwner } from './owner.js';

/** The share S of X·Y for X, row by row, as its result. Secret. Throws `ProtocolAbort`. */
export async function sendLatticeMatrix(party: LatticeParty, shape: MatrixShape, x: BigUint64Array): Promise<BigUint64Array> {
  const plan = latticeMatrixPlan(shape);
  const share = new BigUint64Array(shape.rows * shape.columns);
  if (x.length !== shape.rows * shape.inner) throw new RangeError('a matrix of another shape');
  if (plan?.owner === 'receiver') await runEvaluator(party, plan, byRows(x, shape.inner), byRows(share, shape.columns));
  else if (plan) await runOwner(party, plan, transposed(byRows(x, shape.inner)), transposed(byRows(share, shape.columns)));
  return share;
}
