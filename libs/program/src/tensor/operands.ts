import { type PlanStep } from '../plan.js';

/** The values that a step reads, as often as it names them. */
export function operandsOf(step: PlanStep): readonly string[] {
  switch (step.op) {
    case 'constant': return [];
    case 'add': return step.terms;
    case 'linear': return step.terms.map(({ value }) => value);
    case 'multiply': case 'product': case 'matmul': case 'less': case 'equal': case 'maximum': case 'minimum': case 'divide': return [step.left, step.right];
    case 'combine': return [...step.columns, ...step.weights];
    case 'concat': return step.values;
    case 'select': return [step.condition, step.yes, step.no];
    case 'lookup': return [step.table, step.index];
    default: return [step.value];
  }
}
