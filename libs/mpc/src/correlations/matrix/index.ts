export { matrixMemoryBytes, messagesOf, payloadBytes } from './flow.js';
export { transfersPerColumn } from './pads.js';
export { receiveMatrix } from './receiver.js';
export { sendMatrix } from './sender.js';
