import { type ParameterDefinition } from '../parameters.js';
import { type BoundInput, columnOf } from '../request.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { type Feature, PRESENT, type RowsOptions } from './rows.js';

/**
 * Data quality on shares. By default an owner's worker alone holds rows against what is declared of them, before it shares sums. With `shares` owners share their rows
 * themselves, and all parties check them together: marks of rows are 0 or 1, every row has one of the declared values of a category and no blank, numbers lie in the
 * range that their own node declares, and padding is 0. One bit for each owner is opened; where it is 0, the session ends with CS0660 and the owner's name.
 */
export const CHECK: ParameterDefinition = {
  name: 'check', kind: 'choice', of: ['owner', 'shares'], default: 'owner',
  meaning: 'who holds rows against their declaration: each owner its own, or all parties together on shares, which takes longer and rounds numbers to about six digits of their range',
};

const isMark = ({ column }: Feature): boolean => !('exponent' in column);

/** As `allRows`, of features that begin with `PRESENT` and end with the numbers, checked. */
export function checkedRows(builder: TensorBuilder, inputs: readonly BoundInput[], options: RowsOptions): Tensor {
  return builder.concat(inputs.map((input, i) => ownRows(builder, input, { ...options, name: `${options.name}.${i}` })));
}

function ownRows(builder: TensorBuilder, input: BoundInput, { name, features, where, fractionBits }: RowsOptions): Tensor {
  const { party, descriptor: { name: dataset, maxRows } } = input;
  const marks = features.filter(isMark);
  const numbers = features.filter((feature) => !isMark(feature));
  if (features[0] !== PRESENT || features.slice(0, marks.length).some((feature) => !isMark(feature))) throw new TypeError('the features of checked rows begin with `PRESENT` and end with numbers');
  const shared = (part: string, of: readonly Feature[], bits: number, least: number): Tensor => builder.input({
    name: `${name}.${part}`, party, dataset, fractionBits: bits, shape: [maxRows, of.length], least, most: 1, onShares: true,
    source: { of: 'matrix', rows: maxRows, columns: of.map(({ column }) => column), ...(where.length > 0 && { where }) },
  });
  const marked = shared('marks', marks, 0, 0);
  const present = marked.slice(1, 0, 1);
  builder.requireWithin(builder.concat([marked, ...blanks(marked, present, marks)], 1), 0, 1, party);
  if (numbers.length === 0) return fractionBits === 0 ? marked : marked.at(fractionBits);
  const values = shared('values', numbers, fractionBits, -1);
  const [least, most] = [endsOf(builder, input, numbers, fractionBits, 'min'), endsOf(builder, input, numbers, fractionBits, 'max')];
  const spread = { fractionBits };
  // Where no row is, both are 0 just for a value of 0.
  const inside = builder.concat([values.minus(present.times(least, spread)), present.times(most, spread).minus(values)], 1);
  builder.requireWithin(inside, 0, 2, party);
  return builder.concat([marked.at(fractionBits), values], 1);
}

/** For every column of categories, for each row: 0 where it has one value and is a row, or has none and is padding; and the same negated. */
function blanks(marked: Tensor, present: Tensor, marks: readonly Feature[]): Tensor[] {
  const columns = new Map<string, number[]>();
  marks.forEach(({ column }, i) => {
    if ('equals' in column) columns.set(column.column, [...(columns.get(column.column) ?? []), i]);
  });
  return [...columns.values()].flatMap((places) => {
    const left = places.map((i) => marked.slice(1, i, i + 1)).reduce((rest, mark) => rest.minus(mark), present);
    return [left, left.negated()];
  });
}

/** The ends of what the node itself declares of each column, in the column's unit; outwards to the scale of the values. */
function endsOf(builder: TensorBuilder, input: BoundInput, numbers: readonly Feature[], fractionBits: number, end: 'min' | 'max'): Tensor {
  const outwards = end === 'min' ? Math.floor : Math.ceil;
  return builder.constant(numbers.map(({ name, offset, exponent }) => {
    const declared = columnOf(input, name, ['number', 'integer'])[end];
    return outwards((declared - offset) * 2 ** (fractionBits - exponent)) * 2 ** -fractionBits;
  }), { shape: [1, numbers.length], fractionBits });
}
