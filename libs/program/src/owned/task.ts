import { type TensorType, lengthOf } from '../tensor/operator.js';
import { operandsOf } from '../tensor/operands.js';
import { type ValueStep } from '../tensor/operators/index.js';
import { type OwnWork, type SharedVector, needed } from './sharing.js';

/** What is shared of a plan, and how owners compute it: of a `Lowered`. */
export interface OwnPart {
  readonly inputs: readonly SharedVector[];
  readonly own: OwnWork;
}

/** What one party computes before it shares: data alone, which a thread can be given. */
export interface OwnTask extends OwnWork {
  /** The inputs that it takes, and what it makes of them, in the order in which they lie in its memory. */
  readonly reads: readonly TaskVector[];
  readonly makes: readonly TaskVector[];
}
export interface TaskVector {
  readonly name: string;
  readonly length: number;
}

/** The work of one party; without steps where it has none. */
export function ownTask({ inputs: shared, own: { steps: all, types } }: OwnPart, party: number): OwnTask {
  const typeOf = (name: string): TensorType => types.get(name)!;
  const made = new Set(all.map(({ out }) => out));
  const makes = shared.filter((vector) => vector.party === party && made.has(vector.name)).map(({ name, length }) => ({ name, length }));
  const steps = needed(all, makes.map(({ name }) => name)) as ValueStep[];
  const named = [...new Set(steps.flatMap((step) => [step.out, ...operandsOf(step)]))];
  return {
    reads: named.filter((name) => !made.has(name)).map((name) => ({ name, length: lengthOf(typeOf(name).shape) })),
    makes, steps,
    types: new Map(named.map((name) => [name, typeOf(name)])),
  };
}

export const taskBytes = ({ reads, makes }: OwnTask): number => 8 * [...reads, ...makes].reduce((sum, { length }) => sum + length, 0);

/** The vectors of a task in memory of `taskBytes`. */
export function taskVectors({ reads, makes }: OwnTask, memory: ArrayBufferLike): { readonly inputs: Map<string, BigUint64Array>; readonly outputs: Map<string, BigUint64Array> } {
  let at = 0;
  const placed = ({ name, length }: TaskVector): [string, BigUint64Array] => {
    const vector = new BigUint64Array(memory, at, length);
    at += vector.byteLength;
    return [name, vector];
  };
  return { inputs: new Map(reads.map(placed)), outputs: new Map(makes.map(placed)) };
}
