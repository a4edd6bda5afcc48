export { bitWordBytes, bitWordMemoryBytes } from './flow.js';
export { receiveBitWords } from './receiver.js';
export { sendBitWords } from './sender.js';
