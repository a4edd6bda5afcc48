import { resultOf } from './decode.js';
import { add, compare, type Dyadic, dyadic, exactly, multiply, ZERO } from './dyadic.js';
import { PlanError } from './errors.js';
import { reals, totals } from './local.js';
import { type DataInput, type Plan, type PlanStep } from './plan.js';
import { VALUE_BITS } from './ranges.js';
import { type ProgramResult } from './result.js';
import { type Table } from './table.js';
import { checkPlan } from './values.js';

/**
 * The result of running the plan on the tables themselves, in exact arithmetic without any scale and with all noise 0: what a session's
 * result is held against. Throws CS0627 for a group below the minimum, and CS0620, naming the value, where 62 bits at its scale would overflow.
 */
export function evaluateInClear(plan: Plan, tableOf: (node: string, dataset: string) => Table): ProgramResult {
  const shapes = checkPlan(plan);
  const values = new Map<string, readonly Dyadic[]>();
  const keep = (name: string, vector: readonly Dyadic[]): void => {
    const limit = dyadic(1n, VALUE_BITS - shapes.get(name)!.fractionBits);
    if (vector.some((v) => compare(v.m < 0n ? { m: -v.m, e: v.e } : v, limit) >= 0)) {
      throw new PlanError('CS0620', `\`${name}\` overflows 62 bits at ${shapes.get(name)!.fractionBits} fraction bits`);
    }
    values.set(name, vector);
  };
  for (const input of plan.inputs) {
    keep(input.name, 'dataset' in input ? valuesOf(input, tableOf(plan.parties[input.party], input.dataset)) : Array.from({ length: input.length }, () => ZERO));
  }
  for (const step of plan.steps) {
    if (step.op === 'require_at_least') requireAtLeast(step, values);
    else keep(step.out, run(step, shapes.get(step.out)!.length, (name) => values.get(name)!));
  }
  return resultOf(plan, new Map(plan.outputs.map(({ name, value }) => [name, values.get(value)!])));
}

function valuesOf({ name, source, length }: DataInput, table: Table): Dyadic[] {
  const vector =
    source.of === 'column' || source.of === 'cell'
      ? Array.from(reals(source, table), exactly)
      : totals(source, table).map(({ high, low }) => add(exactly(high), exactly(low)));
  if (vector.length !== length) throw new PlanError('CS0625', `\`${name}\` has ${vector.length} values where the plan has ${length}`);
  return vector;
}

function run(step: Exclude<PlanStep, { op: 'require_at_least' }>, length: number, vector: (name: string) => readonly Dyadic[]): Dyadic[] {
  const at = (name: string, i: number): Dyadic => (vector(name).length === 1 ? vector(name)[0] : vector(name)[i]);
  return Array.from({ length }, (_, i) => {
    switch (step.op) {
      case 'add':
        return step.terms.reduce((sum, term) => add(sum, at(term, i)), ZERO);
      case 'multiply':
        return multiply(at(step.left, i), at(step.right, i));
      case 'combine':
        return step.columns.reduce((sum, column, j) => add(sum, multiply(at(column, i), at(step.weights[j], 0))), ZERO);
    }
  });
}

function requireAtLeast({ value, bound }: Extract<PlanStep, { op: 'require_at_least' }>, values: ReadonlyMap<string, readonly Dyadic[]>): void {
  if (values.get(value)!.some((v) => compare(v, dyadic(BigInt(bound))) < 0)) throw new PlanError('CS0627', `a group has fewer than ${bound} records`);
}
