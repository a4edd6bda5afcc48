export { type Kernels } from './kernels.js';
export { KernelMemory } from './memory.js';
export { mlKemScratch } from './ml-kem.js';
export { addInto, andInto, multiplyAddInto, stagingBytes, subtractFrom, xorInto } from './vectors.js';
