import { add, type Dyadic, multiply as times, ZERO } from '../../dyadic.js';
import { truncate } from '../../machine/conversions.js';
import { type Register } from '../../machine/instructions.js';
import { type PlanStep } from '../../plan.js';
import { type Lowering, type Operator, type Range, type TensorType, commonShape, lengthOf, malformed, productRange, rangeOf, shifted } from '../operator.js';
import { at, one } from './linear.js';

type Step<Op extends PlanStep['op']> = Extract<PlanStep, { op: Op }>;

/** What is left of a product at scale `has` when it is truncated to `wanted`. */
export function truncatedType(type: TensorType, wanted: number, out: string): TensorType {
  const bits = type.fractionBits - wanted;
  if (!Number.isSafeInteger(wanted) || Math.abs(bits) > 62) throw malformed(`\`${out}\` has a scale that no truncation reaches`);
  return { ...type, fractionBits: wanted, ...(type.range && { range: shifted(type.range, bits), peak: type.range }) };
}

/** The same number with so many fraction bits less, or more. */
export function rescaled({ emit }: Lowering, value: Register, bits: number): Register {
  if (bits === 0) return value;
  return bits > 0 ? truncate(emit, value, bits) : emit.times(value, 1n << BigInt(-bits));
}

const elementwise = (out: string, left: TensorType, right: TensorType): TensorType => ({
  shape: commonShape([left.shape, right.shape], out),
  fractionBits: left.fractionBits + right.fractionBits,
  ...(left.range && right.range && { range: productRange(left.range, right.range) }),
  ...(left.open && right.open && { open: true }),
});

/** x · y; a single element meets the others as a product of a column and a number, which opens less. */
export function multiplied({ emit }: Lowering, left: Register, right: Register): Register {
  const [l, r] = [emit.lengthOf(left), emit.lengthOf(right)];
  if (l === r) return emit.multiply(left, right);
  const [vector, single] = l === 1 ? [right, left] : [left, right];
  if (emit.isOpen(single)) return emit.scale(vector, emit.repeat(single, emit.lengthOf(vector)));
  if (emit.isOpen(vector)) return emit.scale(emit.repeat(single, emit.lengthOf(vector)), vector);
  return emit.matmul(vector, single, emit.lengthOf(vector), 1, 1);
}

const productOf = (step: { readonly left: string; readonly right: string }, value: (name: string) => readonly Dyadic[], length: number): Dyadic[] => {
  const [left, right] = [value(step.left), value(step.right)];
  return Array.from({ length }, (_, i) => times(at(left, i), at(right, i)));
};

/** Without truncation: scales add up. */
export const multiply: Operator<Step<'multiply'>> = {
  infer: ({ out, left, right }, typeOf) => elementwise(out, typeOf(left), typeOf(right)),
  lower: ({ left, right }, lowering) => multiplied(lowering, lowering.register(left), lowering.register(right)),
  clear: (step, value, typeOf) => productOf(step, value, lengthOf(multiply.infer(step, typeOf).shape)),
};

export const product: Operator<Step<'product'>> = {
  infer: ({ out, left, right, fractionBits }, typeOf) => truncatedType(elementwise(out, typeOf(left), typeOf(right)), fractionBits, out),
  lower: ({ left, right, fractionBits }, lowering) => {
    const bits = lowering.typeOf(left).fractionBits + lowering.typeOf(right).fractionBits - fractionBits;
    return rescaled(lowering, multiplied(lowering, lowering.register(left), lowering.register(right)), bits);
  },
  clear: (step, value, typeOf) => productOf(step, value, lengthOf(product.infer(step, typeOf).shape)),
};

export const rescale: Operator<Step<'rescale'>> = {
  infer: ({ out, value, fractionBits }, typeOf) => truncatedType(typeOf(value), fractionBits, out),
  lower: ({ value, fractionBits }, lowering) => rescaled(lowering, lowering.register(value), lowering.typeOf(value).fractionBits - fractionBits),
  clear: ({ value }, valueOf) => valueOf(value),
};

/** rows, inner, columns of a product of matrices. */
export function matrixShape(out: string, left: TensorType, right: TensorType): { rows: number; inner: number; columns: number } {
  const [rows, inner] = left.shape;
  const [same, columns] = right.shape;
  if (left.shape.length !== 2 || right.shape.length !== 2 || inner !== same) throw malformed(`\`${out}\` multiplies what are not matrices that fit`);
  return { rows: rows!, inner: inner!, columns: columns! };
}

const summed = ({ min, max }: Range, terms: number): Range => ({ min: min * BigInt(terms), max: max * BigInt(terms) });

export const matmul: Operator<Step<'matmul'>> = {
  infer: ({ out, left, right, fractionBits }, typeOf) => {
    const [l, r] = [typeOf(left), typeOf(right)];
    const { rows, inner, columns } = matrixShape(out, l, r);
    return truncatedType({
      shape: [rows, columns], fractionBits: l.fractionBits + r.fractionBits,
      ...(l.range && r.range && { range: summed(productRange(rangeOf(l), rangeOf(r)), inner) }),
    }, fractionBits, out);
  },
  lower: (step, lowering) => {
    const { emit, register, typeOf } = lowering;
    const [l, r] = [typeOf(step.left), typeOf(step.right)];
    const { rows, inner, columns } = matrixShape(step.out, l, r);
    const product = emit.matmul(register(step.left), register(step.right), rows, inner, columns);
    return rescaled(lowering, product, l.fractionBits + r.fractionBits - step.fractionBits);
  },
  clear: ({ out, left, right }, value, typeOf) => {
    const { rows, inner, columns } = matrixShape(out, typeOf(left), typeOf(right));
    const [l, r] = [value(left), value(right)];
    return Array.from({ length: rows * columns }, (_, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      let total = ZERO;
      for (let k = 0; k < inner; k++) total = add(total, times(l[row * inner + k]!, r[k * columns + column]!));
      return total;
    });
  },
};

/** A matrix of columns times a vector of weights. */
export const combine: Operator<Step<'combine'>> = {
  infer: ({ out, columns, weights }, typeOf) => {
    const [columnTypes, weightTypes] = [columns.map(typeOf), weights.map(typeOf)];
    if (columnTypes.length !== weightTypes.length) throw malformed(`\`${out}\` has ${columns.length} columns and ${weights.length} weights`);
    if (weightTypes.some(({ shape }) => lengthOf(shape) !== 1)) throw malformed(`a weight of \`${out}\` is not of length 1`);
    return {
      shape: [one(columnTypes.map(({ shape }) => lengthOf(shape)), out)],
      fractionBits: one(columnTypes.map(({ fractionBits }, j) => fractionBits + weightTypes[j]!.fractionBits), out),
    };
  },
  lower: ({ columns, weights }, { emit, register }) => {
    const [first] = columns as [string];
    const rows = emit.lengthOf(register(first));
    // Column by column, as they are: the transposed matrix.
    const matrix = emit.concat(columns.map(register));
    const inner = columns.length;
    const byRow = inner === 1 || rows === 1 ? matrix : emit.gather(matrix, Uint32Array.from({ length: rows * inner }, (_, i) => (i % inner) * rows + Math.floor(i / inner)));
    return emit.matmul(byRow, emit.concat(weights.map(register)), rows, inner, 1);
  },
  clear: (step, value, typeOf) => Array.from({ length: lengthOf(combine.infer(step, typeOf).shape) }, (_, i) =>
    step.columns.reduce((sum, column, j) => add(sum, times(value(column)[i]!, value(step.weights[j]!)[0]!)), ZERO)),
};
