export { type Drawn, type DrawnCounts, type Stock, confirmDrawn, countDrawn, draw, isNeeded, lessDrawn, wipeDrawn } from './draw.js';
export { joinDrawn } from './join.js';
