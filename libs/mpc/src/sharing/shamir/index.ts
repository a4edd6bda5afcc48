export { shamirProtocol, thresholdOf } from './protocol.js';
export { ReconstructionError, reconstructShamir } from './reconstruct.js';
export { type ShamirSession, shamirSuite } from './suite.js';
