export { AdditiveSuite, sharingProtocol } from './additive/index.js';
export { ReconstructionError, type ShamirSession, reconstructShamir, shamirProtocol, shamirSuite, thresholdOf } from './shamir/index.js';
export { packedPlanesToWords, planesScratchBytes, wordsToPackedPlanes } from './planes.js';
export { InconsistentShares, reconstructReplicated, replicatedProtocol, replicatedSuite } from './replicated/index.js';
export { type RoundOperation, type Suite, bitsStride, planeBytes, wordsStride } from './suite.js';
