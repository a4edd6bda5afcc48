import { type Plan, type PlanCost } from './plan.js';
import { checkPlan } from './values.js';

/** Rounds and words of Kogge–Stone's carry into bit 63 of 64: generate, five full levels, one that needs no propagate. */
const ADDER_ROUNDS = 7;
const ADDER_WORDS = 12;

/** What the plan costs, exactly, by the circuits that the doc comments of `PlanStep` state. */
export function planCost(plan: Plan): PlanCost {
  const shapes = checkPlan(plan);
  const carrySaves = Math.max(0, plan.parties.length - 2);
  let triples = 0;
  let andWords = 0;
  let [comparedDepth, comparisonRounds] = [0, 0];
  const matrixTriples: { rows: number; columns: number }[] = [];
  for (const step of plan.steps) {
    if (step.op === 'multiply') triples += shapes.get(step.out)!.length;
    if (step.op === 'combine') matrixTriples.push({ rows: shapes.get(step.out)!.length, columns: step.columns.length });
    if (step.op === 'require_at_least') {
      const { length, depth } = shapes.get(step.value)!;
      andWords += length * (carrySaves + ADDER_WORDS) + length - 1;
      comparedDepth = Math.max(comparedDepth, depth);
      comparisonRounds = Math.max(comparisonRounds, carrySaves + ADDER_ROUNDS + Math.ceil(Math.log2(length)) + 1);
    }
  }
  const productRounds = Math.max(0, ...[...shapes.values()].map((shape) => shape.depth));
  return { triples, matrixTriples, andWords, rounds: 1 + Math.max(productRounds, comparedDepth + comparisonRounds) + 1 };
}
