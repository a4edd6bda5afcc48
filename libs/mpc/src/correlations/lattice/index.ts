export { dealLatticeMatrices, dealLatticeTriples } from './deal.js';
export { receiveLatticeKeys, sendLatticeKeys } from './keys/index.js';
export { Lattice, type LatticeKind, type LatticeParty, type LatticePublicKeys, type LatticeSecretKeys, latticeTableBytes } from './lattice.js';
export {
  type MatrixPlan, type MatrixShape, latticeMatrixBytes, latticeMatrixMemoryBytes, latticeMatrixPlan, receiveLatticeMatrix, sendLatticeMatrix,
} from './matrix/index.js';
export { productsMemoryBytes, receiveLatticeProducts, sendLatticeProducts } from './products/index.js';
