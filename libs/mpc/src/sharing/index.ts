export { shareInputs } from './input.js';
export { openTo } from './open.js';
