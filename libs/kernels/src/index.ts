export { type Kernels } from './kernels.js';
export { KernelMemory } from './memory.js';
export { matrixScratchBytes } from './ring.js';
export { mlKemScratch } from './ml-kem.js';
export { addInto, andInto, multiplyAddInto, stagingBytes, subtractFrom, xorInto } from './vectors.js';
