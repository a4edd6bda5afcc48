export { AdditiveSuite, sharingProtocol } from './additive/index.js';
export { packedPlanesToWords, wordsToPackedPlanes } from './planes.js';
export { type RoundOperation, type Suite, bitsStride, planeBytes, wordsStride } from './suite.js';
