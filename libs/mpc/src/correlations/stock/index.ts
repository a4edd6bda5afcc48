export { type Drawn, type DrawnCounts, type Stock, confirmDrawn, countDrawn, draw, isNeeded, lessDrawn, paddedBytes, wipeDrawn } from './draw.js';
export { joinDrawn } from './join.js';
export { offerSizes } from './protocol.js';
