export { bulkLink } from './bulk-link.js';
export { anyPlace, anyRange, valueAt } from './any-range.js';
export { type AnyExpression, anyExpression } from './any-expression.js';
export { Consortium, jobDigestIn, testNode, testPerson, type ConsortiumOptions, type TestNode, type TestPerson } from './consortium.js';
export { differences } from './differences.js';
export { everyOperator, smallTensors } from './every-operator.js';
export { type Fingerprint, type RecordedLink, fingerprint, recordedLink } from './fingerprint.js';
export { dealt, declared, readTable, rowsAt, withColumn } from './data-sets.js';
export { GatewayDouble } from './gateway-double.js';
export { idealCorrelations } from './ideal-dealer.js';
export { insecureKem } from './insecure-kem.js';
export { type Interpreted, interpretInstructions } from './interpret-instructions.js';
export { interpretJob } from './interpret-job.js';
export { interpretPlan } from './interpret-plan.js';
export { numbersIn } from './numbers-in.js';
export { lowerBits, lowerMasks } from './lower-bits.js';
export { memoryLinks } from './memory-links.js';
export { type PrivateVector, type Setting, allHeld, planOf, runParties, withLocalWork } from './parties.js';
export {
  type Player, type Players, bitPlaces, bitsOf, openedBits, replicatedPlayers, shareBits, shareWords, someBits, someWords, wordPlaces, wordsOf,
} from './replicated-players.js';
export { type Columns, type RowsJob, type RowsJobOptions, rowsJob } from './rows-job.js';
export { type TrainedNetwork, trainedNetwork } from './crypten-networks.js';
export { dataFile, withData } from './data-file.js';
export { type NetworkPlan, type NetworkPlanOptions, networkPlan } from './network-plan.js';
export { type OnnxBackendTest, onnxBackendTests } from './onnx-backend-tests.js';
export { type OwnTensor, type RunSteps, planOfSteps, runSteps, statedError } from './run-steps.js';
export { seededRandomness } from './seeded-randomness.js';
export {
  type ShamirPlayer, type ShamirSetting, centred, openAt, residue, runShamir, settleShamir, shamirSessionId, shareVectors, wordsAt,
} from './shamir-players.js';
export { shamirScenario } from './shamir-scenario.js';
export { type SmallSession, disturbedSession, recordedSession } from './small-sessions.js';
export { streamLink } from './stream-link.js';
export { type Tamper, delayedLink, reorderedLink, tamperedLink, tampers } from './tamper.js';
export { whenQuiet } from './when-quiet.js';
export { HEART_COLUMNS, HOSPITALS, type RealProblem, breastCancer, fourHospitals, germanCredit, lendingClub, orangeJuice } from './real-problems.js';
