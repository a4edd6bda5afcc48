import { type Dyadic, toNumber } from '../dyadic.js';
import { type Plan, type PlanOutput } from '../plan.js';
import { type ResultValue } from '../result.js';

/** The opened numbers of a plan, by output: flat and row-major, and as its labels arrange them. */
export interface OpenedTensors {
  readonly names: readonly string[];
  numbers(name: string): readonly number[];
  /** The first, or only, number. */
  number(name: string): number;
  /** Named where the axis has labels, a list where not, a number where there is one alone and it has no name. */
  value(name: string): ResultValue;
}

export function openedTensors(plan: Plan, vector: (name: string) => readonly Dyadic[]): OpenedTensors {
  const outputOf = (name: string): PlanOutput => plan.outputs.find((output) => output.name === name)!;
  const numbers = (name: string): readonly number[] => vector(name).map(toNumber);
  return {
    names: plan.outputs.map(({ name }) => name),
    numbers,
    number: (name) => numbers(name)[0]!,
    value: (name) => {
      const { shape = [outputOf(name).length], labels } = outputOf(name);
      const flat = numbers(name);
      return shape.every((size) => size === 1) && !labels?.some((axis) => axis !== null) ? flat[0]! : arranged(flat, shape, labels ?? []);
    },
  };
}

function arranged(flat: readonly number[], [size, ...rest]: readonly number[], [names, ...others]: readonly (readonly string[] | null)[]): ResultValue {
  if (size === undefined) return flat[0]!;
  const width = flat.length / size;
  const parts = Array.from({ length: size }, (_, i) => arranged(flat.slice(i * width, (i + 1) * width), rest, others));
  // `fromEntries` defines own properties, so a category called `__proto__` is one too.
  return names ? Object.fromEntries(names.map((name, i) => [name, parts[i]!])) : parts;
}

/** Everything that was opened, by name. */
export const allOpened = (opened: OpenedTensors): Record<string, ResultValue> => Object.fromEntries(opened.names.map((name) => [name, opened.value(name)]));
