import { resultOf } from './decode.js';
import { add, compare, type Dyadic, dyadic, exactly, ZERO } from './dyadic.js';
import { PlanError } from './errors.js';
import { joinInClear } from './join/rows.js';
import { joinTypes } from './join/types.js';
import { isReal, reals, totals } from './local.js';
import { type DataInput, type Plan, type PlanStep } from './plan.js';
import { type ProgramResult } from './result.js';
import { type Table } from './table.js';
import { type TensorType } from './tensor/operator.js';
import { operatorOf } from './tensor/operators/index.js';
import { checkPlan } from './values.js';
import { suiteValueBits } from './suites.js';

/**
 * The result of running the plan on the tables themselves, in exact arithmetic without any scale and with all noise 0: what a session's
 * result is held against. Throws CS0627 for a group below the minimum, and CS0620, naming the value, where its suite's words would overflow.
 */
export function evaluateInClear(plan: Plan, tableOf: (node: string, dataset: string) => Table): ProgramResult {
  return resultOf(plan, evaluateSteps(plan, new Map([
    ...plan.inputs.map((input) =>
      [input.name, 'dataset' in input ? valuesOf(input, tableOf(plan.parties[input.party], input.dataset)) : Array.from({ length: input.length }, () => ZERO)] as const),
    ...[...joinInClear(plan, tableOf)].map(([name, values]) => [name, Array.from(values, exactly)] as const),
  ])));
}

/** The outputs of the plan's steps on the values of its inputs, by name. Functions that are not exact are those of doubles. */
export function evaluateSteps(plan: Plan, inputs: ReadonlyMap<string, readonly Dyadic[]>): Map<string, readonly Dyadic[]> {
  const types = checkPlan(plan);
  const values = new Map<string, readonly Dyadic[]>();
  const keep = (name: string, vector: readonly Dyadic[]): void => {
    const { fractionBits } = types.get(name)!;
    const limit = dyadic(1n, suiteValueBits(plan.suite) - fractionBits);
    if (vector.some((v) => compare(v.m < 0n ? { m: -v.m, e: v.e } : v, limit) >= 0)) {
      throw new PlanError('CS0620', `\`${name}\` overflows ${suiteValueBits(plan.suite)} bits at ${fractionBits} fraction bits`);
    }
    values.set(name, vector);
  };
  for (const { name } of [...plan.inputs, ...joinTypes(plan)]) keep(name, inputs.get(name)!);
  const checked = plan.steps.findLastIndex(({ op }) => op === 'require_within');
  // What is said of a group rests on what was checked: nothing is, before everything has been.
  const groups: Extract<PlanStep, { op: 'require_at_least' }>[] = [];
  for (const [i, step] of plan.steps.entries()) {
    if (step.op === 'require_at_least') groups.push(step);
    else if (step.op === 'require_within') requireWithin(step, values.get(step.value)!, types.get(step.value)!, plan);
    else keep(step.out, operatorOf(step).clear(step, (name) => values.get(name)!, (name) => types.get(name)!));
    if (i >= checked) for (const group of groups.splice(0)) requireAtLeast(group, values);
  }
  return new Map(plan.outputs.map(({ name, value }) => [name, values.get(value)!]));
}

function valuesOf({ name, source, length }: DataInput, table: Table): Dyadic[] {
  const vector =
    isReal(source)
      ? Array.from(reals(source, table), exactly)
      : totals(source, table).map(({ high, low }) => add(exactly(high), exactly(low)));
  if (vector.length !== length) throw new PlanError('CS0625', `\`${name}\` has ${vector.length} values where the plan has ${length}`);
  return vector;
}

function requireAtLeast({ value, bound }: Extract<PlanStep, { op: 'require_at_least' }>, values: ReadonlyMap<string, readonly Dyadic[]>): void {
  if (values.get(value)!.some((v) => compare(v, dyadic(BigInt(bound))) < 0)) throw new PlanError('CS0627', `a group has fewer than ${bound} records`);
}

/** What an exact value is rounded to may lie within where it does not, by half a unit. */
function requireWithin({ min, max, party, because }: Extract<PlanStep, { op: 'require_within' }>, elements: readonly Dyadic[], { fractionBits }: TensorType, { parties }: Plan): void {
  const [least, most] = [dyadic(2n * BigInt(min) - 1n, -fractionBits - 1), dyadic(2n * BigInt(max) + 1n, -fractionBits - 1)];
  if (elements.every((x) => compare(x, least) >= 0 && compare(x, most) <= 0)) return;
  throw because ? new PlanError('CS0661', `rows of \`${parties[party]!}\` stand in another order`) : new PlanError('CS0660', `values of \`${parties[party]!}\` break what it has declared`);
}
