export { codeBits } from './flow.js';
export { receiveOprf } from './receiver.js';
export { type OprfParty } from './seeds.js';
export { type Queries, sendOprf } from './sender.js';
