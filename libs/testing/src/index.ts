export { GatewayDouble } from './gateway-double.js';
export { Consortium, jobDigestIn, testNode, type ConsortiumOptions, type TestNode } from './consortium.js';
export { memoryLinks } from './memory-links.js';
export { seededRandomness } from './seeded-randomness.js';
export { interpretPlan } from './interpret-plan.js';
