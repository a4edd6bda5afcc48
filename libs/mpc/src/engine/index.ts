export { reconstructOutputs, shareLength } from './reconstruct.js';
export { SessionInputError } from './check.js';
export { HeldOutputs, type SessionStats } from './held-outputs.js';
export { type Progress, type SessionOptions, runSession, systemRandomness } from './session.js';
export { type MadePart, type StockMaker, type StockPart } from './make-stock.js';
