export { dealCorrelations, dealingMemoryBytes } from './deal.js';
export { Correlations, DaBitPool, type DaBits, type MatrixTriple, TriplePool, type Triples, wipeCorrelations, wipeMatrix, wipeTriples } from './pools.js';
export { type Demand } from './shapes.js';
export { type Lattices, type Source, type SourceChoice, type SourceName, type SourceRequest, chooseSource, dealingBytes, treeDepth } from './source.js';
export { type Drawn, type DrawnCounts, type Stock, confirmDrawn, countDrawn, draw, isNeeded, joinDrawn, lessDrawn, wipeDrawn } from './stock/index.js';
export { bytesOf } from './words.js';
