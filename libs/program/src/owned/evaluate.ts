import { PlanError } from '../errors.js';
import { type Plan, type PlanStep, isRequirement } from '../plan.js';
import { type TensorType } from '../tensor/operator.js';
import { operandsOf } from '../tensor/operands.js';
import { checkPlan } from '../values.js';
import { type Integers, evaluated } from './integers.js';
import { type SharedVector } from './sharing.js';

/** What a party shares, by name, two's complement. Secret. */
export interface OwnVectors {
  readonly vectors: ReadonlyMap<string, BigUint64Array>;
  /** Whether anything of it was computed. */
  readonly isComputed: boolean;
  /** Wipes what was computed; the inputs are the caller's. */
  wipe(): void;
}

/** What a party shares of the plan's `shared` vectors, from its inputs by name. Throws CS0674, naming the value, where one leaves the range that the plan states. */
export function ownVectors(plan: Plan, shared: readonly SharedVector[], party: number, inputs: ReadonlyMap<string, BigUint64Array>): OwnVectors {
  const own = shared.filter((vector) => vector.party === party);
  const asked = new Set(own.map(({ name }) => name).filter((name) => !inputs.has(name)));
  const computed = new Map<string, Integers>();
  const wipe = (): void => computed.forEach((values) => values.fill(0n));
  try {
    if (asked.size > 0) compute(plan, asked, inputs, computed);
  } catch (error) {
    wipe();
    throw error;
  }
  const vectors = own.map(({ name }) => [name, inputs.get(name) ?? new BigUint64Array(computed.get(name)!.buffer)] as const);
  // What was only on the way.
  for (const [name, values] of computed) if (!asked.has(name)) values.fill(0n);
  return { vectors: new Map(vectors), isComputed: asked.size > 0, wipe };
}

function compute(plan: Plan, asked: ReadonlySet<string>, inputs: ReadonlyMap<string, BigUint64Array>, computed: Map<string, Integers>): void {
  const types = checkPlan(plan);
  const value = (name: string): Integers => {
    const given = inputs.get(name);
    return given ? new BigInt64Array(given.buffer, given.byteOffset, given.length) : computed.get(name)!;
  };
  for (const step of needed(plan.steps, asked)) {
    const made = evaluated(step, { value, typeOf: (name) => types.get(name)! });
    computed.set(step.out, made);
    checkRange(step.out, made, types.get(step.out)!);
  }
}

type ValueStep = Exclude<PlanStep, { op: 'require_at_least' | 'require_within' }>;

/** The steps that some values follow from, in order. */
function needed(steps: readonly PlanStep[], asked: ReadonlySet<string>): ValueStep[] {
  const names = new Set(asked);
  return steps.toReversed().filter((step): step is ValueStep => {
    if (isRequirement(step) || !names.has(step.out)) return false;
    for (const name of operandsOf(step)) names.add(name);
    return true;
  }).toReversed();
}

/** Inputs are rounded from doubles, and what a program states of a value holds before it is rounded. */
function checkRange(name: string, values: Integers, { range }: TensorType): void {
  if (!range) return;
  const slack = 2n + ((range.max - range.min) >> 24n);
  const [least, most] = [range.min - slack, range.max + slack];
  let isWithin = true;
  for (const each of values) isWithin = isWithin && each >= least && each <= most;
  if (!isWithin) throw new PlanError('CS0674', `\`${name}\`, which its owner computes alone, leaves the range that the plan states`);
}
