export { columnsFor, maxBatchTransfers } from './flow.js';
export { type PadHash } from './hash.js';
export { type ExtensionParty, TransferReceiver, setUpReceiver } from './receiver.js';
export { extensionMemoryBytes } from './rows.js';
export { type Punctured, TransferSender, setUpSender } from './sender.js';
