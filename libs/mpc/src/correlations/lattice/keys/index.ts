export { receiveLatticeKeys } from './receiver.js';
export { sendLatticeKeys } from './sender.js';
