export { Machine } from './machine.js';
export { type Placement, type ShareLayout, place, scratchBytes } from '#program/plans';
