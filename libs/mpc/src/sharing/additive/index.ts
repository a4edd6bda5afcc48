export { sharingProtocol } from './protocol.js';
export { AdditiveSuite } from './suite.js';
