export { dealCorrelations, dealingMemoryBytes } from './deal.js';
export { Correlations, DaBitPool, type DaBits, type MatrixTriple, TriplePool, type Triples, wipeCorrelations, wipeMatrix, wipeTriples } from './pools.js';
export { type Demand, type Lattices, type Source, type SourceChoice, type SourceName, type SourceRequest, chooseSource, dealingBytes, treeDepth } from '#program/plans';
export { type Drawn, type DrawnCounts, type Stock, confirmDrawn, countDrawn, draw, isNeeded, joinDrawn, lessDrawn, offerSizes, paddedBytes, wipeDrawn } from './stock/index.js';
export { bytesOf } from './words.js';
export { maxBatchSquares, ownSquares, receiveSquares, sendSquares } from './squares/index.js';
