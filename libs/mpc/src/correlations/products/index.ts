export { bitProducts } from './bits.js';
export { maxBatchProducts, transfersPerProduct } from './flow.js';
export { gilboa } from './gilboa.js';
export { type ProductKind } from './kind.js';
export { receiveProducts } from './receiver.js';
export { sendProducts } from './sender.js';
