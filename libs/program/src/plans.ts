/** What runs a finished plan, without what makes one: a session process starts in half the time without the library and its schemas. */
export type { Plan, PlanInput, PlanJoin, PlanStep, SuiteName } from './plan.js';
export { type MatrixShape, type PlanCost, costOf, planCost } from './cost.js';
export { MAX_JOIN_ROWS, joinBins, joinSideOf } from './join/shape.js';
export type { OwnJoinRows } from './join/rows.js';
export { type JoinSize, binCorrectionBytes, joinSizeOf, joinTraffic, joinTurns, maxBatchBins, seedTransfers, slotsFor, slotsPerMessage } from './join/traffic.js';
export { type Assumptions, type Problem, allProblems, allows, assumptionsOf } from './assumptions.js';
export type { InteractiveInstruction, LocalInstruction, Register, RegisterType, Series } from './machine/instructions.js';
export { type Lowered, lower } from './machine/lower.js';
export { LAYOUTS, type ShareLayout, bitsStride, componentsOf, laneBitsOf, planeBytes, registerBytes, wordsStride } from './machine/layout.js';
export { nearlyError } from './machine/nearly.js';
export { type Placement, computingBytes, inputBytes, place, scratchBytes } from './machine/placement.js';
export { type Level, roundsOf } from './machine/schedule.js';
export { type Stage, stageReader } from './stages.js';
export { isBrief, ownMilliseconds, taskMilliseconds } from './owned/duration.js';
export { type OwnVectors, type Vectors, computeTask, ownVectorsOf } from './owned/evaluate.js';
export { type OwnTask, ownTask, taskBytes, taskVectors } from './owned/task.js';
export { PlanError, type PlanErrorCode } from './errors.js';
export { MAX_PARTIES, SUITES, leastParties } from './suites.js';
export { checkPlan } from './values.js';

// What protocols send: one place for whoever predicts it and for whoever sends it.
export { bodyBytesPerFrame, frameHeadBytes, helloBytes, maxMessageBytes, transcriptBytes, wireBytes } from './traffic/frame.js';
export { blockBytes, columnsFor, maxBatchTransfers, ranges, seedBytes } from './traffic/transfers/blocks.js';
export { type BaseName, baseFacts, baseMessages, mlKem768 } from './traffic/transfers/base.js';
export { correctionsBytes, extensionRows, treeDepth, treeDepths, treesBytes } from './traffic/transfers/softspoken.js';
export {
  type FerretParameters, type FerretSizes, challengeBytes, checkDigestBytes, checkTransfers, coinsBytes, commitmentBytes, ferretSets, firstBatches, inIterations,
  sizesOf, sumsBytes, treeMessages,
} from './traffic/transfers/ferret.js';
export { type AheParameters, aheSets, largestLogQ } from './traffic/lattice/parameters.js';
export { type Load, answerDistance, failureProbability, leakDeviation, wholeLoad } from './traffic/lattice/noise.js';
export { type LatticeKind, answerBodyBytes, answerBytes, ciphertextBytes, latticeKeyBytes, product, setsOf } from './traffic/lattice/sizes.js';
export { type MatrixPlan, isSound, latticeMatrixBytes, latticeMatrixPlan, matrixAnswerBytes, matrixQueryBytes, neededOf } from './traffic/lattice/matrix.js';
export { batchesAhead, productBatches, productsAnswerBytes, productsQueryBytes, slotCount } from './traffic/lattice/products.js';
export {
  type BatchShape, type Demand, bitProductsBytes, bitWordBytes, bitWordShape, gilboaBytes, legShapes, matrixMessages, matrixShape, maxBatchProducts, productShape,
  transfersPerProduct,
} from './traffic/batches.js';
export { type Lattices, type Source, byTransfers, dealingBytes, noLattices, primarySender, streamsPerLeg } from './traffic/dealing.js';
export { type CorrelationFacts, type SourceChoice, type SourceName, type SourceRequest, chooseSource, correlationsOf } from './traffic/source.js';
export { additiveInputBytes, wordsOfBits } from './traffic/suites/additive.js';
export { nextOf, previousOf, replicatedBytes, replicatedParties } from './traffic/suites/replicated.js';
export { expanders, isGuarded, joinedAt, joiningLevels, randomBitsPerBatch, receivers, reducersOf, thresholdOf } from './traffic/suites/shamir.js';
export { batchesOfItems, openedVectors, sharePieceBytes } from './traffic/suites/shamir-items.js';
export { type Phase, PHASES, isOffline } from './traffic/phases.js';
export { trafficOf } from './traffic/traffic.js';
