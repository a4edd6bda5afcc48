export { baseTransfers, correctionsBytes, treesBytes } from './flow.js';
export { type ExtensionParty, TransferReceiver, setUpReceiver } from './receiver.js';
export { extensionMemoryBytes } from './rows.js';
export { type Punctured, TransferSender, setUpSender } from './sender.js';
export { type Leaves } from './trees.js';
