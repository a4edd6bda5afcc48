export { type AbortCode, type BulkLink, type FrameParts, type Link, type Place, ProtocolAbort, type Randomness, counters, frameHeadBytes, lengthPrefixed, maxFrameBytes } from './channel/index.js';
export { HeldOutputs, reconstructOutputs, shareLength, type MadePart, type Progress, SessionInputError, type SessionOptions, type SessionStats, type StockMaker, type StockPart, runSession, systemRandomness } from './engine/index.js';
export { type Correlations, type Demand, type Drawn, type DrawnCounts, type Stock } from './correlations/index.js';
export { type Kem, type KemKeyPair, kemOf, nativeKem } from './ot/index.js';
