export { baseOtFlow, keyBytes, layout } from './flow.js';
export { receiveBaseTransfers } from './receiver.js';
export { sendBaseTransfers } from './sender.js';
