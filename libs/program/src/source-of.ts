import { PlanError } from './errors.js';
import { type LocalExpression, type Plan } from './plan.js';

/** A source of the plan that has this field; all that have it agree on it. */
export function sourceOf<K extends 'offset' | 'values' | 'edges'>(plan: Plan, field: K): Extract<LocalExpression, Record<K, unknown>> {
  const found = plan.inputs.find(({ source }) => field in source);
  if (!found) throw new PlanError('CS0626', `the plan states no \`${field}\``);
  return found.source as Extract<LocalExpression, Record<K, unknown>>;
}

/** What the opened sums of a plan are around: of what its owners sum up, or of the rows that are summed up on shares. */
export function originOf(plan: Plan): number {
  for (const { source } of plan.inputs) {
    const columns = source.of === 'matrix' ? source.columns.flatMap((each) => ('exponent' in each ? [each.offset] : [])) : 'offset' in source ? [source.offset] : [];
    if (columns.length > 0) return Number(columns[0]);
  }
  throw new PlanError('CS0626', 'the plan states no `offset`');
}

/** The values that the places of an opened output stand for. */
export const placeNames = (plan: Plan, output: string): readonly string[] => plan.outputs.find(({ name }) => name === output)?.labels?.[0] ?? sourceOf(plan, 'values').values;

/** `0 to 10` and so on: an edge belongs to the bin that it begins, the last one to the last bin. */
export const intervalNames = (edges: readonly string[]): string[] => edges.slice(1).map((edge, i) => `${edges[i]!} to ${edge}`);
