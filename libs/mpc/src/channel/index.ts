export { ProtocolAbort, type AbortCode } from './abort.js';
export { labelOf, wireBytes } from './frame.js';
export { exchangeHellos, type Agreement } from './hello.js';
export { type Link, type Randomness, maxFrameBytes } from './link.js';
export { Mesh } from './mesh.js';
export { Peer, Lane } from './peer.js';
