import { type TensorType, lengthOf } from '../tensor/operator.js';
import { operandsOf } from '../tensor/operands.js';
import { type ValueStep } from '../tensor/operators/index.js';
import { matrixShape } from '../tensor/operators/product.js';
import { type OwnPart, type OwnTask, ownTask } from './task.js';

/** Nobody sees more than this of how long anything takes. */
const GRAIN_MS = 50;
/** The most that a party is given, and the others wait: what takes longer stays on shares. */
export const MOST_OWN_MS = 10_000;
/** What an element costs in 64-bit arrays, and by exact arithmetic, several times what was measured; the latter takes longer for some values than for others. */
const QUICK_MS = 30e-6;
const EXACT_MS = 8e-3;
/** One level of sorting: of an order that is there already ten times less. */
const LEVEL_MS = 1.5e-3;

const EXACT: ReadonlySet<ValueStep['op']> = new Set(['combine', 'max', 'min', 'argmax', 'divide', 'reciprocal', 'sqrt', 'exp', 'log', 'sigmoid', 'softmax', 'lookup', 'normaliser', 'sort', 'median']);

/** Whether a step is taken by exact arithmetic, one element after the other. */
export const isExact = ({ op }: ValueStep): boolean => EXACT.has(op);

/**
 * How long a party's own work is given, in milliseconds, 0 where it has none: a function of the plan alone, and more than it takes. INVARIANT: what it computes with shows in
 * no moment at which it sends; a program could else make its time tell of rows what it does not open.
 */
export const ownMilliseconds = (part: OwnPart, party: number): number => taskMilliseconds(ownTask(part, party));

export function taskMilliseconds({ steps, types }: OwnTask): number {
  if (steps.length === 0) return 0;
  const spent = steps.reduce((sum, step) => sum + millisecondsOf(step, (name) => types.get(name)!), 0);
  return GRAIN_MS * Math.max(1, Math.ceil(spent / GRAIN_MS));
}

/** Whether work is over sooner than a thread for it would have started, about: what is given a single grain. */
export const isBrief = (task: OwnTask): boolean => taskMilliseconds(task) <= GRAIN_MS;

function millisecondsOf(step: ValueStep, typeOf: (name: string) => TensorType): number {
  const elements = [step.out, ...operandsOf(step)].reduce((sum, name) => sum + lengthOf(typeOf(name).shape), 0);
  if (step.op === 'matmul') {
    const { rows, inner, columns } = matrixShape(step.out, typeOf(step.left), typeOf(step.right));
    return QUICK_MS * (elements + rows * inner * columns);
  }
  if (!isExact(step)) return QUICK_MS * elements;
  const row = 'value' in step ? typeOf(step.value).shape.at(-1) ?? 1 : 1;
  if (step.op === 'sort' || step.op === 'median') return elements * (EXACT_MS + LEVEL_MS * Math.log2(Math.max(2, row)));
  return EXACT_MS * elements * (step.op === 'softmax' ? Math.max(1, row) : 1);
}
