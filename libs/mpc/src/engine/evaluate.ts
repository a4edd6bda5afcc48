import { addInto } from '#kernels';
import { type Plan } from '#program';

/** This party's shares of the plan's values by name. */
export type Shares = Map<string, BigUint64Array>;

/** Runs the plan's steps on shares; `values` holds the inputs at first, and every value afterwards. */
export function evaluate(plan: Plan, values: Shares, lengths: ReadonlyMap<string, number>): void {
  for (const step of plan.steps) {
    if (step.op !== 'add') throw new RangeError(`operation \`${step.op}\``);
    const total = new BigUint64Array(lengths.get(step.out)!);
    for (const term of step.terms) addInto(total, values.get(term)!);
    values.set(step.out, total);
  }
}
