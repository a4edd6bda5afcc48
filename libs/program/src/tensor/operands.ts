import { type PlanStep } from '../plan.js';
import { type ValueStep } from './operators/index.js';

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

const ELEMENTWISE: ReadonlySet<string> = new Set<ValueStep['op']>([
  'add', 'linear', 'multiply', 'product', 'rescale', 'floor', 'within', 'less', 'equal', 'select', 'relu', 'abs', 'maximum', 'minimum',
  'divide', 'reciprocal', 'sqrt', 'exp', 'log', 'sigmoid',
]);

/** Whether each element of the result is made of those at the same place alone, and of single ones. */
export const isElementwise = ({ op }: ValueStep): boolean => ELEMENTWISE.has(op);

/** The same step on other values, for another result. */
export function onOthers(step: ValueStep, out: string, other: (name: string) => string): ValueStep {
  switch (step.op) {
    case 'constant': return { ...step, out };
    case 'add': return { ...step, out, terms: step.terms.map(other) };
    case 'linear': return { ...step, out, terms: step.terms.map(({ value, factor }) => ({ value: other(value), factor })) };
    case 'multiply': case 'product': case 'matmul': case 'less': case 'equal': case 'maximum': case 'minimum': case 'divide': return { ...step, out, left: other(step.left), right: other(step.right) };
    case 'combine': return { ...step, out, columns: step.columns.map(other), weights: step.weights.map(other) };
    case 'concat': return { ...step, out, values: step.values.map(other) };
    case 'select': return { ...step, out, condition: other(step.condition), yes: other(step.yes), no: other(step.no) };
    case 'lookup': return { ...step, out, table: other(step.table), index: other(step.index) };
    default: return { ...step, out, value: other(step.value) };
  }
}
