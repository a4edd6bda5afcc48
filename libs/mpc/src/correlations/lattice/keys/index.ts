export { latticeKeysBytes } from './flow.js';
export { receiveLatticeKeys } from './receiver.js';
export { sendLatticeKeys } from './sender.js';
