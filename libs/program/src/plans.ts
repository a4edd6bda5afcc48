/** What runs a finished plan, without what makes one: a session process starts in half the time without the library and its schemas. */
export type { Plan, PlanInput, PlanOutput, PlanStep, SuiteName } from './plan.js';
export { type MatrixShape, type PlanCost, andWordsOf, costOf, elementsOf, planCost } from './cost.js';
export { MAX_JOIN_ROWS, joinBins, joinTagBits } from './join/shape.js';
export { PlanError } from './errors.js';
export type { Instruction, InteractiveInstruction, LocalInstruction, Register, RegisterType } from './machine/instructions.js';
export { readsOf, writesOf } from './machine/instructions.js';
export { type Lowered, lower } from './machine/lower.js';
export { type Level, roundsOf } from './machine/schedule.js';
export { SUITES, suiteValueBits } from './suites.js';
export { checkPlan, MAX_PARTIES } from './values.js';
