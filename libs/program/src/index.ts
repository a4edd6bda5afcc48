export type * from './plan.js';
export type { Aggregate, ColumnNeed, ColumnType, Computation, ProgramData, ProgramDefinition, RoleDefinition } from './definition.js';
export type { ParameterDefinition, ParameterValue } from './parameters.js';
export type { PlanRequest } from './request.js';
export { requestProblems, type NamedRequest, type RequestProblem } from './request-problems.js';
export { columnProblems } from './column-problems.js';
export type {
  AggregateResult, CountResult, Errors, GroupMeanResult, HistogramResult, MeanResult, ProgramResult, ResultPrivacy, ResultValue, ScoresResult, StandardDeviationResult, SumResult, TensorResult,
} from './result.js';
export type { Table } from './table.js';
export type { TensorType } from './tensor/operator.js';
export type { TensorStep } from './tensor/steps.js';
export { TensorBuilder } from './tensor/builder.js';
export { Tensor, type Operand } from './tensor/tensor.js';
export { closestName, PLAN_ERRORS, PlanError, type PlanErrorCode } from './errors.js';
export { PROGRAMS, programByName } from './library.js';
export { type LevelStage, type PlanStage, type Stage, type StageKind, type StagePart, MOST_STAGE_INDEX, MOST_STAGE_PARTS, stageReader } from './stages.js';
export { neededColumns, planDigest, planJob } from './plan-job.js';
export { checkPlan } from './values.js';
export { type Assumptions, type Problem, ASSUMPTIONS, allows, allProblems, assumptionsOf } from './assumptions.js';
export { type SuiteFacts, MAX_PARTIES, SUITES, chooseSuite, leastParties, suiteValueBits } from './suites.js';
export { type MatrixShape, type PlanCost, costOf, elementsOf, planCost } from './cost.js';
export type { Instruction, InteractiveInstruction, Register, RegisterType } from './machine/instructions.js';
export { type Lowered, type LoweredJoin, lower } from './machine/lower.js';
export { ownVectors } from './owned/evaluate.js';
export { type Level, roundsOf } from './machine/schedule.js';
export { type Phase, PHASES, isOffline } from './traffic/phases.js';
export { type Traffic, totalOf, trafficOf } from './traffic/traffic.js';
export { type Estimate, type Seconds, estimateOf, memoryOf } from './traffic/estimate.js';
export { type LinkFacts, type LinkProfile, LINK_PROFILES, profileOf } from './traffic/links.js';
export { distinctKeys } from './join/keys.js';
export { type OwnJoinRows, evaluateJoin, joinBinsInClear } from './join/rows.js';
export { evaluateLocal } from './local.js';
export { evaluateInClear, evaluateSteps } from './clear.js';
export { type Dyadic, dyadic, exactly, toNumber } from './dyadic.js';
export { decodeResult } from './decode.js';
export { fitOf } from './fit.js';
export { type PlainRecipe, type PlainTraining, aucInPlain, trainInPlain } from './plain-regression.js';
export { expectedErrors, type ExpectedError } from './private-result.js';
export { drawNoise } from './noise/draw.js';
export type { Coins } from './noise/sampler.js';
export { type AuthorInterface, type ColumnChoice, type ColumnOptions, type ParameterSpec, type ProgramSpec, type RowsHandle, column, columns, number, program } from './recorded/author.js';
export type { Expression, ExpressionOperand, Parameter } from './recorded/expression.js';
export type { Recording } from './recorded/calls.js';
export { MOST_PROGRAM_BYTES, parseProgram, programJson, readProgram } from './recorded/parse.js';
export {
  type Elements, type ImportOptions, type Layer, type LayerOperation, type Model, type Network, type NetworkInput, type NetworkOutput,
  type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxWeight, type RealTensor, type Weight, type Windows, importOnnx, MOST_MODEL_BYTES,
  networkDigest, NetworkSchema, ONNX_OPERATORS, onnxElements, readOnnxTensor, runNetwork, writeNetwork, writeOnnx,
} from './onnx/index.js';
