export { addInto, subtractFrom } from './words.js';
