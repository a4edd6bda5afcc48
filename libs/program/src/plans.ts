/** What runs a finished plan, without what makes one: a session process starts in half the time without the library and its schemas. */
export type { Plan, PlanCost, PlanInput, PlanOutput, PlanStep } from './plan.js';
export { planCost } from './cost.js';
export { PlanError } from './errors.js';
export { checkPlan, MAX_PARTIES, type ValueShape } from './values.js';
