import { toNumber } from '../../dyadic.js';
import { toBits, toWords } from '../../machine/conversions.js';
import { type Emitter } from '../../machine/emitter.js';
import { type Register } from '../../machine/instructions.js';
import { type PlanStep } from '../../plan.js';
import { type Operator, bitLength, known, lengthOf, malformed } from '../operator.js';
import { matrixProduct } from './product.js';

type Step = Extract<PlanStep, { op: 'lookup' }>;

/**
 * Row planes 0 … rows − 1: whether the number that the planes are the bits of is that row. Halves of the bits are one-hot first and then meet, so that it takes
 * ⌈log₂ planes⌉ levels and little more than one AND for each row.
 */
function oneHot(emit: Emitter, bits: Register, rows: number): Register {
  const planes = emit.planesOf(bits);
  if (planes === 1) return emit.planesBetween(emit.stack([emit.not(bits), bits]), 0, rows);
  const half = planes >> 1;
  const low = oneHot(emit, emit.planesBetween(bits, 0, half), 1 << half);
  const high = oneHot(emit, emit.planesBetween(bits, half, planes), Math.ceil(rows / (1 << half)));
  const each = Array.from({ length: rows }, (_, row) => row);
  return emit.and(emit.planes(each.map((row) => [low, row & ((1 << half) - 1)] as const)), emit.planes(each.map((row) => [high, row >> half] as const)));
}

/** Row `index` of the table for every index. Exact. Bits of the index, a one-hot row of it, and a product of matrices with the table. */
export const lookup: Operator<Step> = {
  infer: ({ out, table, index }, typeOf) => {
    const [rows, at] = [typeOf(table), typeOf(index)];
    const { min, max } = known(at, out);
    const [count] = rows.shape;
    if (count === undefined) throw malformed(`\`${out}\` looks a row up in what has none`);
    if (at.fractionBits !== 0) throw malformed(`\`${out}\` looks up at what are not integers`);
    if (lengthOf(at.shape) > 0 && (min < 0n || max >= BigInt(count))) throw malformed(`\`${out}\` looks up rows that its table of ${count} lacks`, [`the range of \`${index}\` must lie in 0 … ${count - 1}`]);
    return { ...rows, open: false, shape: [...at.shape, ...rows.shape.slice(1)] };
  },
  lower: ({ table, index }, lowering) => {
    const { emit, register, typeOf } = lowering;
    const [type, at] = [typeOf(table), typeOf(index)];
    // Rows beyond the greatest index are never asked for.
    const rows = Number(at.range!.max) + 1;
    const width = lengthOf(type.shape.slice(1));
    const indices = lengthOf(at.shape);
    const entries = emit.slice(register(table), 0, rows * width);
    if (rows === 1) return emit.gather(entries, Uint32Array.from({ length: indices * width }, (_, i) => i % width));
    const hot = toWords(emit, oneHot(emit, toBits(emit, emit.shared(register(index)), bitLength(BigInt(rows - 1))), rows));
    const byIndex = emit.gather(hot, Uint32Array.from({ length: rows * indices }, (_, i) => (i % rows) * indices + Math.floor(i / rows)));
    return matrixProduct(lowering, byIndex, entries, { rows: indices, inner: rows, columns: width });
  },
  clear: ({ out, table, index }, value, typeOf) => {
    const width = lengthOf(typeOf(table).shape.slice(1));
    const entries = value(table);
    return value(index).map(toNumber).flatMap((row) => {
      const entry = entries.slice(row * width, (row + 1) * width);
      if (entry.length !== width) throw new RangeError(`\`${out}\` looks up row ${row}`);
      return entry;
    });
  },
};
