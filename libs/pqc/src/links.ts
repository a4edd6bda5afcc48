/** What a session process needs: links and key encapsulation, and nothing that makes certificates, signs statements or reads keys. */
export { LinkError } from './errors.js';
export type { LinkCertificate } from './native/certificate.js';
export { encapsulate, KemKey } from './native/kem.js';
export { LinkErrorCode, linkClientOptions, linkServerOptions, peerLinkKey } from './native/link.js';
export { assertRuntime } from './runtime.js';
