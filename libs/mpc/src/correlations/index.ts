export { type Demand, dealCorrelations, dealingMemoryBytes } from './deal.js';
export { type Correlations, type MatrixTriple, TriplePool, type Triples, wipeCorrelations, wipeMatrix, wipeTriples } from './pools.js';
export { bytesOf } from './words.js';
