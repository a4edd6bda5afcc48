export { type AbortCode, ProtocolAbort } from './abort.js';
export { type Binding, boundHash, counters, domain, lengthPrefixed } from './binding.js';
export { type Arrow, Channel, type Flow, defineFlow } from './flow.js';
export { type Announce, confirmTranscripts } from './confirm.js';
export { labelOf, wireBytes } from './frame.js';
export { type Agreement, exchangeHellos } from './hello.js';
export { type BulkLink, type FrameParts, type Link, type Place, type Randomness, frameHeadBytes, maxFrameBytes, maxMessageBytes } from './link.js';
export { Mesh, type Outcome, type RoundPart, pairLane, roundMessageBytes } from './mesh.js';
export { Lane, Peer } from './peer.js';
