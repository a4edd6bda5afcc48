export { nobody, placed } from './cuckoo.js';
export { type Items, digestBytes, itemsOf, putPoint, tables } from './items.js';
export { byBin, itemOf, tableOf } from './simple.js';
