export { slotsFor, slotsPerMessage } from './flow.js';
export { receiveValues } from './receiver.js';
export { type Values, sendValues } from './sender.js';
