export { keyBytes, receiveBaseTransfers, sendBaseTransfers } from './base/index.js';
export { draw, expand, openStream, seedBytes } from './expand.js';
export { type Kem, type KemKeyPair, kemOf, nativeKem } from './kem.js';
export {
  type ExtensionParty, type PadHash, type Punctured, TransferReceiver, TransferSender,
  columnsFor, extensionMemoryBytes, maxBatchTransfers, setUpReceiver, setUpSender,
} from './softspoken/index.js';
