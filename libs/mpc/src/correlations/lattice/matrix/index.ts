export { type MatrixPlan, type MatrixShape, latticeMatrixBytes, latticeMatrixMemoryBytes, latticeMatrixPlan } from './plan.js';
export { receiveLatticeMatrix } from './receiver.js';
export { sendLatticeMatrix } from './sender.js';
