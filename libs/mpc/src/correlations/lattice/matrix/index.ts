export { type MatrixPlan, type MatrixShape, latticeMatrixBytes, latticeMatrixPlan } from '#program/plans';
export { latticeMatrixMemoryBytes } from './plan.js';
export { receiveLatticeMatrix } from './receiver.js';
export { sendLatticeMatrix } from './sender.js';
