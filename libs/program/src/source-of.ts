import { PlanError } from './errors.js';
import { type LocalExpression, type Plan } from './plan.js';

/** A source of the plan that has this field; all that have it agree on it. */
export function sourceOf<K extends 'offset' | 'values' | 'edges'>(plan: Plan, field: K): Extract<LocalExpression, Record<K, unknown>> {
  const found = plan.inputs.find(({ source }) => field in source);
  if (!found) throw new PlanError('CS0626', `the plan states no \`${field}\``);
  return found.source as Extract<LocalExpression, Record<K, unknown>>;
}
