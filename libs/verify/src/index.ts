export { disclosedInputs, verifyAccepts, type VerifiedAccepts } from './accepts.js';
export { jobDigestOf, verifyBundle, type BundleCheck, type VerifiedJob } from './bundle.js';
export { usesIn, type CountedJob } from './counted.js';
export { decideJob, judgeJob, limitsOf, standingApprovals, type DecisionInputs, type Judgement } from './decision.js';
export { VERIFICATION_ERRORS, VerificationError, type VerificationCode } from './errors.js';
export { descriptorOf, verifyNodes, type Pin, type VerifiedNode, type VerifiedNodes } from './nodes.js';
export { planVerified, sessionIdOf, type RowCounts, type VerifiedPlan } from './plan.js';
export { possessionMessage } from './possession.js';
export { approvalKeyOf, rolesIn, signersIn, type SignedBy, type Signer } from './signers.js';
