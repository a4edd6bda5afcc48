import { type TensorType } from '../tensor/operator.js';
import { type Integers, evaluated } from './integers.js';
import { type OwnPart, type OwnTask, ownTask } from './task.js';

/** Vectors of words by name. */
export type Vectors = ReadonlyMap<string, BigUint64Array>;

/** What a party shares, by name, two's complement. Secret. */
export interface OwnVectors {
  readonly vectors: Vectors;
  /** Wipes what was computed; the inputs are the caller's. */
  wipe(): void;
}

/** What a party shares, from its inputs by name. What leaves the range that the plan states is brought to its nearer end. */
export function ownVectors(part: OwnPart, party: number, inputs: Vectors): OwnVectors {
  const task = ownTask(part, party);
  const computed = new Map(task.makes.map(({ name, length }) => [name, new BigUint64Array(length)]));
  computeTask(task, inputs, computed);
  return ownVectorsOf(part, party, inputs, computed);
}

/** The own inputs that are shared, and what was computed of inputs, in the order of the plan. */
export function ownVectorsOf({ inputs: shared }: OwnPart, party: number, inputs: Vectors, computed: Vectors): OwnVectors {
  const names = shared.flatMap((vector) => (vector.party === party ? [vector.name] : []));
  return {
    vectors: new Map(names.map((name) => [name, computed.get(name) ?? inputs.get(name)!])),
    wipe: () => computed.forEach((values) => values.fill(0n)),
  };
}

/** Computes what a task makes into the vectors of these names. All that is made on the way is wiped. */
export function computeTask({ steps, types }: OwnTask, inputs: Vectors, outputs: Vectors): void {
  const made = new Map<string, Integers>();
  const value = (name: string): Integers => made.get(name) ?? integersOf(inputs.get(name)!);
  try {
    for (const step of steps) {
      const values = evaluated(step, { value, typeOf: (name) => types.get(name)! });
      made.set(step.out, values);
      saturate(values, types.get(step.out)!);
    }
    for (const [name, output] of outputs) integersOf(output).set(made.get(name)!);
  } finally {
    made.forEach((values) => values.fill(0n));
  }
}

const integersOf = (words: BigUint64Array): Integers => new BigInt64Array(words.buffer, words.byteOffset, words.length);

/**
 * INVARIANT: nobody sees whether a value lies where the plan states. Authors state ranges (`within`), of single rows too if they like; a refusal would answer what
 * nothing says is opened. A result is as wrong as it would be on shares, and no function is asked for what it has no value for.
 */
function saturate(values: Integers, { range }: TensorType): void {
  if (!range) return;
  const { min, max } = range;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    values[i] = value < min ? min : value > max ? max : value;
  }
}
