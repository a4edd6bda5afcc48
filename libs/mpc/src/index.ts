export { type AbortCode, type BulkLink, type FrameParts, type Link, type Place, ProtocolAbort, type Randomness, counters, frameHeadBytes, lengthPrefixed, maxFrameBytes } from './channel/index.js';
export { HeldOutputs, reconstructOutputs, shareLength, type Progress, SessionInputError, type SessionOptions, type SessionStats, runSession, systemRandomness } from './engine/index.js';
export { type Drawn, type DrawnCounts, type Stock, type Demand } from './correlations/index.js';
export { type Kem, type KemKeyPair, kemOf, nativeKem } from './ot/index.js';
