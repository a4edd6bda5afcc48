export type * from './plan.js';
export type { Aggregate, ColumnNeed, ColumnType, Computation, ParameterDefinition, ProgramData, ProgramDefinition, RoleDefinition } from './definition.js';
export type { PlanRequest, ParameterValue } from './request.js';
export type {
  CountResult, Errors, GroupMeanResult, HistogramResult, MeanResult, ProgramResult, ResultPrivacy, ScoresResult, StandardDeviationResult, SumResult,
} from './result.js';
export type { Table } from './table.js';
export type { ValueShape } from './values.js';
export { closestName, PLAN_ERRORS, PlanError, type PlanErrorCode } from './errors.js';
export { PROGRAMS, programByName } from './library.js';
export { neededColumns, planDigest, planJob } from './plan-job.js';
export { checkPlan, MAX_PARTIES } from './values.js';
export { planCost } from './cost.js';
export { evaluateLocal } from './local.js';
export { evaluateInClear } from './clear.js';
export { decodeResult } from './decode.js';
export { expectedErrors, type ExpectedError } from './private-result.js';
export { drawNoise } from './noise/draw.js';
export type { Coins } from './noise/sampler.js';
