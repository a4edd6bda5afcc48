import { type MatrixShape, latticeMatrixPlan } from '#program/plans';
import { type LatticeParty } from '../lattice.js';
import { byRows, transposed } from './blocks.js';
import { runEvaluator } from './evaluator.js';
import { runOwner } from './owner.js';

/** The share R of X·Y for Y, row by row, as its result. Secret. Throws `ProtocolAbort`. */
export async function receiveLatticeMatrix(party: LatticeParty, shape: MatrixShape, y: BigUint64Array): Promise<BigUint64Array> {
  const plan = latticeMatrixPlan(shape);
  const share = new BigUint64Array(shape.rows * shape.columns);
  if (y.length !== shape.inner * shape.columns) throw new RangeError('a matrix of another shape');
  if (plan?.owner === 'receiver') await runOwner(party, plan, byRows(y, shape.columns), byRows(share, shape.columns));
  else if (plan) await runEvaluator(party, plan, transposed(byRows(y, shape.columns)), transposed(byRows(share, shape.columns)));
  return share;
}
