export { type Gates } from './and.js';
export { type Comparison, allAtLeast } from './at-least.js';
