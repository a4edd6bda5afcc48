export { type AbortCode, type Link, ProtocolAbort, type Randomness, maxFrameBytes } from './channel/index.js';
export { HeldOutputs, reconstructOutputs, shareLength, type Progress, SessionInputError, type SessionOptions, type SessionStats, runSession, systemRandomness } from './engine/index.js';
export { type Kem, type KemKeyPair, kemOf, nativeKem } from './ot/index.js';
