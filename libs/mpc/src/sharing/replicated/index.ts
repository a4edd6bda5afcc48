export { replicatedProtocol } from './protocol.js';
export { InconsistentShares, reconstructReplicated } from './open.js';
export { type ReplicatedSession, replicatedSuite } from './suite.js';
