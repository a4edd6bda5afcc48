export { shareInputs } from './input.js';
export { type MatrixProduct, type Product, concatenate, multiplyAll } from './multiply.js';
export { openTo } from './open.js';
