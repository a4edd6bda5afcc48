export { Machine } from './machine.js';
export { type Placement, place, scratchBytes } from './registers.js';
