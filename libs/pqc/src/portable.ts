// The same functions in plain JavaScript for browsers and other runtimes: `@noble/post-quantum` for ML-DSA, `mlkem` for ML-KEM.
// INVARIANT: nothing that this file reaches imports from node:.
export { ML_DSA, ML_KEM, type MlDsa, type MlKem } from './algorithms.js';
export { canonicalise, parseCanonical, type JsonObject, type JsonValue } from './canonical.js';
export { concatBytes, fromBase64Url, toBase64Url, toHex } from './encoding.js';
export { CanonicalError, KeyError, PqcError, StatementError } from './errors.js';
export { digestOf, keyIdOf, labelledHash, sha256 } from './portable/hash.js';
export { encapsulate, KemKey } from './portable/kem.js';
export { SigningKey, verifySignature } from './portable/signing.js';
export { readStatement, statementDigest, verifyStatement } from './portable/statements.js';
export { Secret, wipe } from './secret.js';
export { signStatement, StatementErrorCode, type ReadStatement, type StatementCheck, type StatementPayload, type StatementSigner } from './statements.js';
