export { memoryLinks } from './memory-links.js';
export { seededRandomness } from './seeded-randomness.js';
