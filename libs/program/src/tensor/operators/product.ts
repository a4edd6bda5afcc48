import { add, ceilOf, type Dyadic, dyadic, multiply as times, negate, ZERO } from '../../dyadic.js';
import { truncate } from '../../machine/conversions.js';
import { type Register } from '../../machine/instructions.js';
import { nearlyError, truncateNearly } from '../../machine/nearly.js';
import { type PlanStep } from '../../plan.js';
import { MAX_PARTIES } from '../../suites.js';
import { type Lowering, type Operator, type Range, type TensorType, bitsOf, commonShape, lengthOf, malformed, productRange, rangeOf, shifted } from '../operator.js';
import { at, one } from './linear.js';
import { expectWithin, narrowed } from './within.js';

type Step<Op extends PlanStep['op']> = Extract<PlanStep, { op: Op }>;

/** What is left of a product at scale `has` when it is truncated to `wanted`. */
function truncatedType(type: TensorType, wanted: number, out: string): TensorType {
  const bits = type.fractionBits - wanted;
  if (!Number.isSafeInteger(wanted) || Math.abs(bits) > 62) throw malformed(`\`${out}\` has a scale that no truncation reaches`);
  return { ...type, fractionBits: wanted, ...(type.range && { range: shifted(type.range, bits), peak: type.range }) };
}

/** The same number with so many fraction bits less, or more. `type` is that of the result. */
function rescaled({ emit }: Lowering, value: Register, bits: number, { peak }: TensorType): Register {
  if (bits === 0) return value;
  return bits > 0 ? truncate(emit, value, bits, peak && bitsOf(peak)) : emit.times(value, 1n << BigInt(-bits));
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
  infer: ({ out, left, right, fractionBits, bound }, typeOf) => {
    const whole = elementwise(out, typeOf(left), typeOf(right));
    return truncatedType(bound ? narrowed(whole, bound, out) : whole, fractionBits, out);
  },
  lower: ({ out, left, right, fractionBits }, lowering) => {
    const bits = lowering.typeOf(left).fractionBits + lowering.typeOf(right).fractionBits - fractionBits;
    return rescaled(lowering, multiplied(lowering, lowering.register(left), lowering.register(right)), bits, lowering.typeOf(out));
  },
  clear: (step, value, typeOf) => {
    const products = productOf(step, value, lengthOf(product.infer(step, typeOf).shape));
    if (step.bound) expectWithin(products, step.bound, typeOf(step.left).fractionBits + typeOf(step.right).fractionBits, step.out);
    return products;
  },
};

export const rescale: Operator<Step<'rescale'>> = {
  infer: ({ out, value, fractionBits }, typeOf) => truncatedType(typeOf(value), fractionBits, out),
  lower: ({ out, value, fractionBits }, lowering) => rescaled(lowering, lowering.register(value), lowering.typeOf(value).fractionBits - fractionBits, lowering.typeOf(out)),
  clear: ({ value }, valueOf) => valueOf(value),
};

/** ⌊value⌋: `rescale` to 0 bits, but that its exact value is an integer, too. */
export const floor: Operator<Step<'floor'>> = {
  infer: ({ out, value }, typeOf) => truncatedType(typeOf(value), 0, out),
  lower: ({ out, value }, lowering) => rescaled(lowering, lowering.register(value), lowering.typeOf(value).fractionBits, lowering.typeOf(out)),
  clear: ({ value }, valueOf) => valueOf(value).map((x) => dyadic(-ceilOf(negate(x)))),
};

interface MatrixSizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** Up to so many products, those of a matrix that everybody knows are written out, and cost no message. */
export const MOST_WRITTEN_OUT = 2 ** 20;

/** A product of matrices, shared or known. */
export function matrixProduct({ emit }: Lowering, left: Register, right: Register, { rows, inner, columns }: MatrixSizes): Register {
  if (inner === 0) return emit.constant(Array.from({ length: rows * columns }, () => 0n));
  const products = rows * inner * columns;
  if ((!emit.isOpen(left) && !emit.isOpen(right)) || products > MOST_WRITTEN_OUT) return emit.matmul(emit.shared(left), emit.shared(right), rows, inner, columns);
  const each = (value: Register, index: (row: number, k: number, column: number) => number): Register => emit.gather(value, Uint32Array.from({ length: products }, (_, i) => {
    const [row, k] = [Math.floor(i / (inner * columns)), Math.floor(i / columns) % inner];
    return index(row, k, i % columns);
  }));
  return emit.sumAxis(emit.multiply(each(left, (row, k) => row * inner + k), each(right, (_, k, column) => k * columns + column)), rows, inner, columns);
}

/** At least what a near truncation is ever off by, whoever computes. */
export const NEAR_UNITS = BigInt(Math.ceil(nearlyError(MAX_PARTIES)));

/** rows, inner, columns of a product of matrices. */
export function matrixShape(out: string, left: TensorType, right: TensorType): MatrixSizes {
  const [rows, inner] = left.shape;
  const [same, columns] = right.shape;
  if (left.shape.length !== 2 || right.shape.length !== 2 || inner !== same) throw malformed(`\`${out}\` multiplies what are not matrices that fit`);
  return { rows: rows!, inner: inner!, columns: columns! };
}

const summed = ({ min, max }: Range, terms: number): Range => ({ min: min * BigInt(terms), max: max * BigInt(terms) });

export const matmul: Operator<Step<'matmul'>> = {
  infer: ({ out, left, right, fractionBits, bound, near }, typeOf) => {
    const [l, r] = [typeOf(left), typeOf(right)];
    const { rows, inner, columns } = matrixShape(out, l, r);
    const whole: TensorType = {
      shape: [rows, columns], fractionBits: l.fractionBits + r.fractionBits,
      ...(l.range && r.range && { range: summed(productRange(rangeOf(l), rangeOf(r)), inner) }),
    };
    const type = truncatedType(bound ? narrowed(whole, bound, out) : whole, fractionBits, out);
    return near && type.range ? { ...type, range: { min: type.range.min - NEAR_UNITS, max: type.range.max + NEAR_UNITS } } : type;
  },
  lower: (step, lowering) => {
    const { register, typeOf } = lowering;
    const [l, r] = [typeOf(step.left), typeOf(step.right)];
    const { rows, inner, columns } = matrixShape(step.out, l, r);
    const product = matrixProduct(lowering, register(step.left), register(step.right), { rows, inner, columns });
    const bits = l.fractionBits + r.fractionBits - step.fractionBits;
    const { peak } = typeOf(step.out);
    return step.near && peak ? truncateNearly(lowering.emit, product, bits, bitsOf(peak)) : rescaled(lowering, product, bits, typeOf(step.out));
  },
  clear: ({ out, left, right, bound }, value, typeOf) => {
    const { rows, inner, columns } = matrixShape(out, typeOf(left), typeOf(right));
    const [l, r] = [value(left), value(right)];
    const products = Array.from({ length: rows * columns }, (_, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      let total = ZERO;
      for (let k = 0; k < inner; k++) total = add(total, times(l[row * inner + k]!, r[k * columns + column]!));
      return total;
    });
    if (bound) expectWithin(products, bound, typeOf(left).fractionBits + typeOf(right).fractionBits, out);
    return products;
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
  lower: ({ columns, weights }, lowering) => {
    const { emit, register } = lowering;
    const [first] = columns as [string];
    const rows = emit.lengthOf(register(first));
    // Column by column, as they are: the transposed matrix.
    const matrix = emit.concat(columns.map((column) => emit.shared(register(column))));
    const inner = columns.length;
    const byRow = inner === 1 || rows === 1 ? matrix : emit.gather(matrix, Uint32Array.from({ length: rows * inner }, (_, i) => (i % inner) * rows + Math.floor(i / inner)));
    return matrixProduct(lowering, byRow, emit.concat(weights.map((weight) => emit.shared(register(weight)))), { rows, inner, columns: 1 });
  },
  clear: (step, value, typeOf) => Array.from({ length: lengthOf(combine.infer(step, typeOf).shape) }, (_, i) =>
    step.columns.reduce((sum, column, j) => add(sum, times(value(column)[i]!, value(step.weights[j]!)[0]!)), ZERO)),
};
