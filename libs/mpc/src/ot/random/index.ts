export { stringBytes } from './flow.js';
export { receiveRandom } from './receiver.js';
export { type RandomStrings, sendRandom } from './sender.js';
