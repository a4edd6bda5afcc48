export { productsMemoryBytes } from './flow.js';
export { receiveLatticeProducts } from './receiver.js';
export { sendLatticeProducts } from './sender.js';
