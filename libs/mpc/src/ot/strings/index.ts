export { receiveStrings } from './receiver.js';
export { type Strings, sendStrings } from './sender.js';
