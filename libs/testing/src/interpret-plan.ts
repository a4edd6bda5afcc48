import { checkPlan, evaluateLocal, type Plan, type Table } from '#program';
import { interpretInstructions } from './interpret-instructions.js';

const lengthOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Steps that are run on plain integers; with others the plan's instructions are. */
const PLAIN: ReadonlySet<string> = new Set(['add', 'multiply', 'combine', 'require_at_least']);

/**
 * The opened elements of a plan, from running its steps on plain integers: what a session must open, bit by bit. Throws when a true
 * value does not fit 62 bits, so that agreement with Z_2^64 is never by wrapping around, and `minimum_group` as a session would end. `noise`
 * holds every noise input by name; all are 0 without it.
 */
export function interpretPlan(plan: Plan, tableOf: (node: string, dataset: string) => Table, noise?: ReadonlyMap<string, BigUint64Array>): Map<string, BigUint64Array> {
  const values = new Map<string, bigint[]>();
  const shapes = checkPlan(plan);
  const keep = (name: string, vector: bigint[]): void => {
    for (const v of vector) if (v >= 1n << 62n || v <= -(1n << 62n)) throw new Error(`${name} overflows`);
    values.set(name, vector);
  };
  const at = (name: string, i: number): bigint => values.get(name)![values.get(name)!.length === 1 ? 0 : i];
  for (const input of plan.inputs) {
    const vector = 'dataset' in input ? evaluateLocal(input, tableOf(plan.parties[input.party], input.dataset)) : noise?.get(input.name) ?? new BigUint64Array(input.length);
    keep(input.name, Array.from(vector, (v) => BigInt.asIntN(64, v)));
  }
  if (plan.steps.some(({ op }) => !PLAIN.has(op))) {
    const { outputs } = interpretInstructions(plan, values);
    return new Map([...outputs].map(([name, vector]) => [name, BigUint64Array.from(vector, (v) => BigInt.asUintN(64, v))]));
  }
  for (const step of plan.steps) {
    if (step.op === 'require_at_least') {
      if (values.get(step.value)!.some((v) => v < BigInt(step.bound))) throw new Error('minimum_group');
      continue;
    }
    if (!('out' in step)) throw new Error(`${step.op} is not a step on plain vectors`);
    keep(step.out, Array.from({ length: lengthOf(shapes.get(step.out)!.shape) }, (_, i) => {
      if (step.op === 'add') return step.terms.reduce((sum, term) => sum + at(term, i), 0n);
      if (step.op === 'multiply') return at(step.left, i) * at(step.right, i);
      if (step.op !== 'combine') throw new Error(`${step.op} is not a step on plain vectors`);
      return step.columns.reduce((sum, column, j) => sum + at(column, i) * at(step.weights[j], 0), 0n);
    }));
  }
  return new Map(plan.outputs.map(({ name, value }) => [name, BigUint64Array.from(values.get(value)!, (v) => BigInt.asUintN(64, v))]));
}
