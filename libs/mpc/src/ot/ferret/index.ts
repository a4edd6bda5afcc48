export { type FerretParameters, ferretSets, firstBatches, inIterations, sizesOf } from '#program/plans';
export { type FerretParty, ferretMemoryBytes } from './extension.js';
export { FerretReceiver } from './receiver.js';
export { FerretSender } from './sender.js';
