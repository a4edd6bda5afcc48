export { kemTransfers } from './base/index.js';
export { kPkeTransfers } from './base-k-pke/index.js';
export { type BaseParty, type BaseTransfers } from './base-transfers.js';
export { type Stream, draw, expand, openStream, seedBytes } from './expand.js';
export {
  type FerretParameters, type FerretParty, FerretReceiver, FerretSender, ferretMemoryBytes, ferretSets, firstBatches, inIterations, sizesOf,
} from './ferret/index.js';
export { type PadHash } from './hash.js';
export { type Kem, type KemKeyPair, kemOf, nativeKem } from './kem.js';
export { type RandomStrings, receiveRandom, sendRandom, stringBytes } from './random/index.js';
export {
  type ExtensionParty, type Punctured, TransferReceiver, TransferSender, extensionMemoryBytes, setUpReceiver, setUpSender,
} from './softspoken/index.js';
export { type Strings, receiveStrings, sendStrings } from './strings/index.js';
export { type ReceivingTransfers, type SendingTransfers, columnsFor, maxBatchTransfers } from './transfers.js';
