export { firstBatches } from './base.js';
export { type FerretParty, ferretMemoryBytes } from './extension.js';
export { challengeBytes, coinsBytes, digestBytes, messagesOf, sumsBytes } from './flow.js';
export { type FerretParameters, ferretSets, inIterations, sizesOf } from './parameters.js';
export { FerretReceiver } from './receiver.js';
export { FerretSender } from './sender.js';
