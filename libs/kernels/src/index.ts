export { type Kernels } from './kernels.js';
export { type RingKernels } from './ring.js';
export { KernelMemory } from './memory.js';
export { addInto, andInto, multiplyAddInto, stagingBytes, subtractFrom, xorInto } from './vectors.js';
