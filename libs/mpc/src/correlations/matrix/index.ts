export { matrixMemoryBytes } from './flow.js';
export { receiveMatrix } from './receiver.js';
export { sendMatrix } from './sender.js';
