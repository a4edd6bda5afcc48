export { type Half, placedWords } from './half.js';
export { type Places, joinLeft, placesOf } from './left.js';
export { type JoinParty } from './party.js';
export { digestBytes } from './placement/index.js';
export { type RightRows, joinRight } from './right.js';
