export { auditLog, type AuditFinding, type AuditOptions, type AuditReport } from './audit.js';
export {
  formatCheckpoint, parseNote, signatureLine, signCheckpoint, verifyCheckpoint,
  type Checkpoint, type CheckpointSigner, type VerifiedCheckpoint, type VerifySignature,
} from './checkpoint.js';
export { LogError, LogErrorCode } from './errors.js';
export { emptyRoot, leafHash, nodeHash } from './hashing.js';
export { type LeastParties, type Transitions, type Vanishing } from './job-steps.js';
export { bodyCommitment, decodeLeaf, encodeLeaf, LEAF_TYPES, LEAF_VERSION, type AuditLeaf, type LeafType } from './leaf.js';
export { MerkleTree } from './merkle-tree.js';
export { verifyConsistency, verifyInclusion, type ConsistencyClaim, type InclusionClaim } from './proofs.js';
export { formatVkey, parseVkey, type VerifierKey } from './vkey.js';
