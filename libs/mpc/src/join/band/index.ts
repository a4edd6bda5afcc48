export { receiveValues } from './receiver.js';
export { type Values, sendValues } from './sender.js';
