import { type ParameterDefinition } from '../parameters.js';
import { type NumericDeclaration } from '../ranges.js';
import { type BoundInput } from '../request.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { everyMark, isMark, ownMark, requireMarks } from './marks.js';
import { type Feature, PRESENT, type RowsOptions, declaredOf, keyOf } from './rows.js';

/**
 * Data quality on shares. By default an owner's worker alone holds rows against what is declared of them, before it shares sums. With `shares` owners share their rows
 * themselves, and all parties check them together: marks of rows are 0 or 1, every row has one of the declared values of a category and no blank, numbers lie in the
 * range that their own node declares, and padding is 0. One bit for each owner is opened; where it is 0, the session ends with CS0660 and the owner's name.
 */
export const CHECK: ParameterDefinition = {
  name: 'check', kind: 'choice', of: ['owner', 'shares'], default: 'owner',
  meaning: 'who holds rows against their declaration: each owner its own, or all parties together on shares, which takes longer and rounds numbers to about six digits of their range',
};

/** The rows of one owner, checked: columns of any of its features, in any order. Numbers have the fraction bits that they are first asked for with. */
export interface CheckedRows {
  /** [rows, features] */
  columns(features: readonly Feature[], fractionBits: number): Tensor;
}

export interface CheckedOptions extends RowsOptions {
  /** Whether everybody knows that there is no padding, which is checked then. */
  readonly full?: boolean;
}

/** As `allRows`, checked. */
export const checkedRows = (builder: TensorBuilder, inputs: readonly BoundInput[], options: CheckedOptions): Tensor =>
  builder.concat(checkedByOwner(builder, inputs, options).map((rows) => rows.columns(options.features, options.fractionBits)));

/** As `rowsByOwner`, checked. */
export function checkedByOwner(builder: TensorBuilder, inputs: readonly BoundInput[], options: Omit<CheckedOptions, 'fractionBits'>): CheckedRows[] {
  const { rowsOf = ({ descriptor }): number => descriptor.maxRows } = options;
  const features = new Map([PRESENT, ...options.features.flatMap((feature) => everyMark(inputs, feature))].map((feature) => [keyOf(feature), feature]));
  const all = [...features.values()];
  return inputs.flatMap((input, i) => (rowsOf(input) === 0 ? [] : [ownRows(builder, input, all, { ...options, name: `${options.name}.${i}`, rows: rowsOf(input) })]));
}

/** Columns of one row at several owners, whose rows stand in one order; the first of them says how many there are, which everybody knows. */
interface OwnedColumns {
  readonly input: BoundInput;
  readonly features: readonly Feature[];
}

/** The rows of several owners' columns, checked: every owner has as many as the first, and no padding. */
export function checkedByColumns(builder: TensorBuilder, owned: readonly OwnedColumns[], { name, part, rows }: Pick<CheckedOptions, 'name' | 'part'> & { readonly rows: number }): CheckedRows {
  const tables = owned.filter(({ features }, i) => i === 0 || features.length > 0).map(({ input, features }, i) => {
    const [table] = checkedByOwner(builder, [input], { name: `${name}.${i}`, features, where: [], part, rowsOf: () => rows, full: true });
    return { table: table!, keys: new Set(features.map(keyOf)) };
  });
  const tableOf = (feature: Feature): CheckedRows => (tables.find(({ keys }) => keys.has(keyOf(feature))) ?? tables[0]!).table;
  return {
    columns: (wanted, fractionBits) => {
      const runs: { table: CheckedRows; features: Feature[] }[] = [];
      for (const feature of wanted) {
        const [table, last] = [tableOf(feature), runs.at(-1)];
        if (last?.table === table) last.features.push(feature);
        else runs.push({ table, features: [feature] });
      }
      // By owner, so that the first of them shares first.
      const made = new Map(tables.flatMap(({ table }) => runs.filter((run) => run.table === table)).map((run) => [run, run.table.columns(run.features, fractionBits)]));
      return builder.concat(runs.map((run) => made.get(run)!), 1);
    },
  };
}

interface OwnOptions extends Omit<CheckedOptions, 'fractionBits'> {
  readonly rows: number;
}

function ownRows(builder: TensorBuilder, input: BoundInput, features: readonly Feature[], { name, where, part, rows, full = false }: OwnOptions): CheckedRows {
  const { party, descriptor: { name: dataset } } = input;
  const [marks, numbers] = [features.filter(isMark), features.filter((feature) => !isMark(feature))];
  const shared = (which: string, of: readonly Feature[], fractionBits: number, least: number): Tensor => builder.input({
    name: `${name}.${which}`, party, dataset, fractionBits, shape: [rows, of.length], least, most: 1, onShares: true,
    source: { of: 'matrix', rows, columns: of.map(({ column }) => ownMark(input, column)), ...(where.length > 0 && { where }), ...(part && { part }) },
  });
  const marked = shared('marks', marks, 0, 0);
  const present = marked.slice(1, 0, 1);
  requireMarks(builder, marked, marks, input);
  if (full) builder.requireWithin(present, 1, 1, party);
  let values: Tensor | undefined;
  const valuesAt = (fractionBits: number): Tensor => {
    if (values) return values.at(fractionBits);
    values = shared('values', numbers, fractionBits, -1);
    const [least, most] = [endsOf(builder, input, numbers, fractionBits, 'min'), endsOf(builder, input, numbers, fractionBits, 'max')];
    // Where no row is, both are 0 just for a value of 0.
    builder.requireWithin(builder.concat([values.minus(present.times(least, { fractionBits })), present.times(most, { fractionBits }).minus(values)], 1), 0, 2, party);
    return values;
  };
  const places = new Map([marks, numbers].flatMap((of) => of.map((feature, at) => [keyOf(feature), { of, at }] as const)));
  return {
    columns: (wanted, fractionBits) => builder.concat(runsOf(wanted.map((feature) => places.get(keyOf(feature))!)).map(({ of, at, length }) => {
      const whole = of === marks ? marked.at(fractionBits) : valuesAt(fractionBits);
      return length === of.length ? whole : whole.slice(1, at, at + length);
    }), 1),
  };
}

/** Places that follow one another, as one. */
function runsOf<Of>(places: readonly { readonly of: Of; readonly at: number }[]): { of: Of; at: number; length: number }[] {
  const runs: { of: Of; at: number; length: number }[] = [];
  for (const { of, at } of places) {
    const last = runs.at(-1);
    if (last?.of === of && last.at + last.length === at) last.length++;
    else runs.push({ of, at, length: 1 });
  }
  return runs;
}

/** The ends of what the node itself declares of each column, in the column's unit; outwards to the scale of the values. */
const endsOf = (builder: TensorBuilder, input: BoundInput, numbers: readonly Feature[], fractionBits: number, end: 'min' | 'max'): Tensor =>
  builder.constant(numbers.map((feature) => ownEnd(input, feature, fractionBits, end)), { shape: [1, numbers.length], fractionBits });

/** The same of one column, as a number. */
export function ownEnd(input: BoundInput, { column, offset, exponent }: Feature, fractionBits: number, end: 'min' | 'max'): number {
  const outwards = end === 'min' ? Math.floor : Math.ceil;
  return outwards((declaredOf(input, column)[end] - offset) * 2 ** (fractionBits - exponent)) * 2 ** -fractionBits;
}

/** What a column may be, in the unit in which it is shared. */
type Ends = Pick<NumericDeclaration, 'min' | 'max'>;

/** Ends the session unless every column is within what its owner declares of it, in the unit of the values and outwards to their scale. */
export function requireDeclared(builder: TensorBuilder, values: Tensor, declared: readonly Ends[], party: number): void {
  const unit = 2 ** -values.fractionBits;
  const ends = (round: (x: number) => number, of: (each: Ends) => number): Tensor =>
    builder.constant(declared.map((each) => round(of(each) / unit) * unit), { shape: [1, declared.length], fractionBits: values.fractionBits }).broadcast([...values.shape]);
  const [least, most] = [ends(Math.floor, ({ min }) => min), ends(Math.ceil, ({ max }) => max)];
  const widest = Math.max(...declared.map(({ min, max }) => max - min)) + 2 * unit;
  builder.requireWithin(builder.concat([values.minus(least), most.minus(values)], 1), 0, widest, party);
}
