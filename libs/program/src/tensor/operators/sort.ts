import { type Dyadic, compare } from '../../dyadic.js';
import { type Emitter } from '../../machine/emitter.js';
import { type Register } from '../../machine/instructions.js';
import { type PlanStep } from '../../plan.js';
import { type Lowering, type Operator, type TensorType, lengthOf, malformed } from '../operator.js';
import { lessThan } from './compare.js';

type Step<Op extends 'sort' | 'median'> = Extract<PlanStep, { op: Op }>;

/** Places low < high whose elements change places where they are out of order. */
export type Comparator = readonly [low: number, high: number];

/**
 * Batcher's merge exchange for any length (Knuth, The Art of Computer Programming 3, 5.2.2, Algorithm M): ⌈log₂ n⌉ · (⌈log₂ n⌉ + 1) / 2 layers of comparators
 * that do not touch each other. Which they are depends on the length only.
 */
export function mergeExchange(length: number): Comparator[][] {
  const layers: Comparator[][] = [];
  const top = 1 << Math.max(0, Math.ceil(Math.log2(length)) - 1);
  for (let p = length < 2 ? 0 : top; p > 0; p >>= 1) {
    for (let q = top, r = 0, d = p; ; d = q - p, q >>= 1, r = p) {
      layers.push(Array.from({ length: length - d }, (_, i) => i).filter((i) => (i & p) === r).map((i): Comparator => [i, i + d]));
      if (q === p) break;
    }
  }
  return layers;
}

/** Without the comparators that the elements at the wanted places do not depend on. */
export function reaching(layers: readonly (readonly Comparator[])[], wanted: readonly number[]): Comparator[][] {
  const needed = new Set(wanted);
  return layers
    .toReversed()
    .map((layer) => layer.filter(([low, high]) => {
      if (!needed.has(low) && !needed.has(high)) return false;
      needed.add(low).add(high);
      return true;
    }))
    .toReversed();
}

/** Every row of rows × columns elements through a network. */
function through(lowering: Lowering, value: Register, rows: number, columns: number, layers: readonly (readonly Comparator[])[]): Register {
  const { emit } = lowering;
  return layers.filter((layer) => layer.length > 0).reduce((x, layer) => {
    const places = (of: (comparator: Comparator) => number): Uint32Array => Uint32Array.from({ length: rows * layer.length }, (_, i) => Math.floor(i / layer.length) * columns + of(layer[i % layer.length]!));
    const [lows, highs] = [places(([low]) => low), places(([, high]) => high)];
    const [low, high] = [emit.gather(x, lows), emit.gather(x, highs)];
    const moved = emit.multiply(lessThan(lowering, high, low), emit.subtract(high, low));
    return replaced(emit, x, [[lows, emit.add(low, moved)], [highs, emit.subtract(high, moved)]]);
  }, value);
}

/** x with other elements at some places. */
function replaced(emit: Emitter, x: Register, parts: readonly (readonly [places: Uint32Array, values: Register])[]): Register {
  const length = emit.lengthOf(x);
  const indices = Uint32Array.from({ length }, (_, i) => i);
  let from = length;
  for (const [places] of parts) {
    places.forEach((place, i) => (indices[place] = from + i));
    from += places.length;
  }
  return emit.gather(emit.concat([x, ...parts.map(([, values]) => values)]), indices);
}

function sortedType({ out, value }: { readonly out: string; readonly value: string }, typeOf: Lowering['typeOf']): TensorType {
  const type = typeOf(value);
  if (type.shape.length === 0) throw malformed(`\`${out}\` works along an axis that its operand lacks`);
  const { range } = type;
  return { ...type, open: false, ...(range && { peak: { min: range.min - range.max, max: range.max - range.min } }) };
}

const inRows = ({ shape }: TensorType): { rows: number; columns: number } => ({ rows: lengthOf(shape.slice(0, -1)), columns: shape.at(-1)! });

const sortedRows = (values: readonly Dyadic[], { rows, columns }: { rows: number; columns: number }): Dyadic[][] =>
  Array.from({ length: rows }, (_, i) => values.slice(i * columns, (i + 1) * columns).sort(compare));

/** The elements of the last axis in ascending order, exactly. One comparison and one product a layer. */
export const sort: Operator<Step<'sort'>> = {
  infer: sortedType,
  lower: ({ value }, lowering) => {
    const { rows, columns } = inRows(lowering.typeOf(value));
    return through(lowering, lowering.emit.shared(lowering.register(value)), rows, columns, mergeExchange(columns));
  },
  clear: ({ value }, valueOf, typeOf) => sortedRows(valueOf(value), inRows(typeOf(value))).flat(),
};

const middle = (columns: number): number => (columns - 1) >> 1;

/** The element in the middle of the last axis, the lower of two, exactly: as `sort`, of which comparators that do not matter are left out. */
export const median: Operator<Step<'median'>> = {
  infer: (step, typeOf) => {
    const type = sortedType(step, typeOf);
    if (type.shape.at(-1)! < 1) throw malformed(`\`${step.out}\` looks for an element along an axis that has none`);
    return { ...type, shape: type.shape.slice(0, -1) };
  },
  lower: ({ value }, lowering) => {
    const { emit } = lowering;
    const { rows, columns } = inRows(lowering.typeOf(value));
    const sorted = through(lowering, emit.shared(lowering.register(value)), rows, columns, reaching(mergeExchange(columns), [middle(columns)]));
    return emit.gather(sorted, Uint32Array.from({ length: rows }, (_, i) => i * columns + middle(columns)));
  },
  clear: ({ value }, valueOf, typeOf) => sortedRows(valueOf(value), inRows(typeOf(value))).map((row) => row[middle(row.length)]!),
};
