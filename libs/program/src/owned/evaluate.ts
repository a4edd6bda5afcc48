import { PlanError } from '../errors.js';
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

/** What a party shares, from its inputs by name. Throws CS0674, naming the value, where one leaves the range that the plan states. */
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
    computed.set(step.out, made);
    checkRange(step.out, made, types.get(step.out)!);
  }
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
