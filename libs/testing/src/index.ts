export { memoryLinks } from './memory-links.js';
export { seededRandomness } from './seeded-randomness.js';
export { interpretPlan } from './interpret-plan.js';
