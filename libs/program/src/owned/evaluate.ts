import { type TensorType } from '../tensor/operator.js';
import { type ValueStep } from '../tensor/operators/index.js';
import { type Integers, evaluated } from './integers.js';
import { type OwnWork, type SharedVector, needed } from './sharing.js';

/** What a party shares, by name, two's complement. Secret. */
export interface OwnVectors {
  readonly vectors: ReadonlyMap<string, BigUint64Array>;
  /** Whether anything of it was computed. */
  readonly isComputed: boolean;
  /** Wipes what was computed; the inputs are the caller's. */
  wipe(): void;
}

/** What is shared of a plan, and how owners compute it: of a `Lowered`. */
export interface OwnPart {
  readonly inputs: readonly SharedVector[];
  readonly own: OwnWork;
}

/** What a party shares, from its inputs by name. What leaves the range that the plan states is brought to its nearer end. */
export function ownVectors({ inputs: shared, own }: OwnPart, party: number, inputs: ReadonlyMap<string, BigUint64Array>): OwnVectors {
  const names = shared.flatMap((vector) => (vector.party === party ? [vector.name] : []));
  const asked = names.filter((name) => !inputs.has(name));
  const computed = new Map<string, Integers>();
  const wipe = (): void => computed.forEach((values) => values.fill(0n));
  try {
    compute(own, asked, inputs, computed);
  } catch (error) {
    wipe();
    throw error;
  }
  const vectors = new Map(names.map((name) => [name, inputs.get(name) ?? new BigUint64Array(computed.get(name)!.buffer)] as const));
  // What was only on the way.
  for (const [name, values] of computed) if (!vectors.has(name)) values.fill(0n);
  return { vectors, isComputed: asked.length > 0, wipe };
}

function compute({ steps, types }: OwnWork, asked: readonly string[], inputs: ReadonlyMap<string, BigUint64Array>, computed: Map<string, Integers>): void {
  const value = (name: string): Integers => {
    const given = inputs.get(name);
    return given ? new BigInt64Array(given.buffer, given.byteOffset, given.length) : computed.get(name)!;
  };
  for (const step of needed(steps, asked) as ValueStep[]) {
    const made = evaluated(step, { value, typeOf: (name) => types.get(name)! });
    saturate(made, types.get(step.out)!);
    computed.set(step.out, made);
  }
}

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
