export { receiveSquares, sendSquares } from './cross.js';
export { maxBatchSquares } from './flow.js';
export { ownSquares } from './own.js';
