import { PlanError } from '../errors.js';
import { type Condition } from '../plan.js';
import { type BoundInput, type BoundRequest, columnOf } from '../request.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { type PlanContext } from './method.js';
import { type Part, oncePerPart, partCount } from './parts.js';
import { type CheckedRows, checkedByColumns, checkedByOwner } from './quality.js';
import { type Feature, PRESENT, allMoments, featuresOf, rowsByOwner } from './rows.js';

/** The rows that a model is made of, whoever owns which part of them. Columns are in the order of `features`. */
export interface TrainingRows {
  readonly features: readonly Feature[];
  /** [1]: how many rows a part has. */
  count(name: string, part: Part): Tensor;
  /** [columns] each: Σ x and Σ x² over the rows of a part, whose own fraction bits are these. */
  sums(part: Part, fractionBits: number, rowBits: number): { readonly sums: Tensor; readonly squares: Tensor };
  /** [rows, columns + 1] for each owner of rows: the columns, and 1 for a row and 0 for padding. */
  rows(name: string, part: Part, fractionBits: number): Tensor[];
  /** [rows, 2] likewise: the label, and 1 for a row. */
  marks(name: string, part: Part): Tensor[];
  /** [1]: how many rows have the label 1. */
  ones(part: Part): Tensor;
}

const firstOf = (moments: Tensor): Tensor => moments.pick(0, 0).slice(0, 0, 1);
const diagonalOf = (builder: TensorBuilder, moments: Tensor, columns: number): Tensor => builder.concat(Array.from({ length: columns }, (_, j) => moments.pick(0, j).slice(0, j, j + 1)));

/** Rows are split over their owners, who all have all columns. */
export function splitByRows(builder: TensorBuilder, inputs: readonly BoundInput[], where: readonly Condition[], features: readonly Feature[], label: Feature): TrainingRows {
  const options = (name: string, { part, rowsOf }: Part, of: readonly Feature[], fractionBits: number): Parameters<typeof allMoments>[2] => ({ name, features: of, where, part, rowsOf, fractionBits });
  return {
    features,
    count: (name, part) => partCount(builder, inputs, name, part, where),
    sums: (part, fractionBits) => {
      const columns = features.length;
      const moments = allMoments(builder, inputs, options('moments', part, [...features, PRESENT], fractionBits));
      return { sums: moments.pick(0, columns).slice(0, 0, columns), squares: diagonalOf(builder, moments, columns).within(0, part.most) };
    },
    rows: (name, part, fractionBits) => rowsByOwner(builder, inputs, options(name, part, [...features, PRESENT], fractionBits)),
    marks: (name, part) => rowsByOwner(builder, inputs, options(name, part, [label, PRESENT], 0)),
    ones: (part) => firstOf(allMoments(builder, inputs, options('classes', part, [label, PRESENT], 0))).within(0, part.most),
  };
}

/** The same, of rows that are checked on shares, once for each part: everything that is made of them is made of these. */
export const splitByCheckedRows = (builder: TensorBuilder, inputs: readonly BoundInput[], where: readonly Condition[], features: readonly Feature[], label: Feature): TrainingRows =>
  ofChecked(builder, features, label, (name, part) => checkedByOwner(builder, inputs, { name, features: [label, ...features], where, part: part.part, rowsOf: part.rowsOf, full: part.count !== undefined }));

/** `check` shares and checks the rows of a part. */
function ofChecked(builder: TensorBuilder, features: readonly Feature[], label: Feature, check: (name: string, part: Part) => CheckedRows[]): TrainingRows {
  const tableOf = oncePerPart(check);
  const columns = (part: Part, of: readonly Feature[], fractionBits: number): Tensor[] => tableOf(part.part?.held ? 'test' : 'train', part).map((rows) => rows.columns(of, fractionBits));
  const total = (part: Part, of: Feature): Tensor => builder.concat(columns(part, [of], 0)).sum().within(0, part.most);
  return {
    features,
    count: (_, part) => (part.count === undefined ? total(part, PRESENT) : builder.constant([part.count])),
    sums: (part, fractionBits, rowBits) => {
      const rows = builder.concat(columns(part, [...features, PRESENT], rowBits));
      const moments = rows.transpose().matmul(rows, { fractionBits, between: [-part.most, part.most] });
      return { sums: moments.pick(0, features.length).slice(0, 0, features.length), squares: diagonalOf(builder, moments, features.length).within(0, part.most) };
    },
    rows: (_, part, fractionBits) => columns(part, [...features, PRESENT], fractionBits),
    marks: (_, part) => columns(part, [label, PRESENT], 0),
    ones: (part) => total(part, label),
  };
}

/** The inputs, that of the role which has what is told first: its rows are everybody's. */
export const startingWith = (role: string, inputs: readonly BoundInput[]): readonly BoundInput[] => [...inputs].sort((a, b) => Number(b.role === role) - Number(a.role === role));

/** Rows in one order are as many everywhere. Throws CS0623, once it is known how many there are. */
export function requireSameRows([first, ...others]: readonly BoundInput[], { rowsOf, rowsAreKnown }: Pick<PlanContext, 'rowsOf' | 'rowsAreKnown'>): void {
  const other = rowsAreKnown && first && others.find((input) => rowsOf(input) !== rowsOf(first));
  if (!other) return;
  const of = (input: BoundInput): string => `\`${input.descriptor.name}\` of \`${input.descriptor.node}\` has ${rowsOf(input)}`;
  throw new PlanError('CS0623', `rows in one order are as many at every node: ${of(first)}, and ${of(other)}`, ['have all nodes keep the same rows, sorted by a common key']);
}

/** Columns by who owns them: each of the named ones at exactly one of the inputs. Throws CS0604, CS0612. */
export function columnsByOwner(
  inputs: readonly BoundInput[], columns: readonly string[], featuresFor = (input: BoundInput, column: string): Feature[] => featuresOf([input], [column]),
): { input: BoundInput; features: Feature[] }[] {
  const ownersOf = (column: string): BoundInput[] => inputs.filter(({ descriptor }) => Object.hasOwn(descriptor.columns, column));
  for (const column of columns) {
    const owners = ownersOf(column);
    if (owners.length > 1) throw new PlanError('CS0604', `\`${column}\` is a column of \`${owners[0]!.descriptor.node}\` and of \`${owners[1]!.descriptor.node}\``, ['name it differently at one of them']);
    if (owners.length === 0) columnOf(inputs[0]!, column, ['number', 'integer', 'category']);
  }
  const owned = inputs.map((input) => ({ input, features: columns.filter((column) => ownersOf(column)[0] === input).flatMap((column) => featuresFor(input, column)) }));
  if (owned.every(({ features }) => features.length === 0)) throw new PlanError('CS0604', '`features` names no columns');
  return owned;
}

/** Columns are split over their owners, whose rows stand in one order; the first of them has the labels. */
export function splitByColumns(builder: TensorBuilder, owned: readonly { readonly input: BoundInput; readonly features: readonly Feature[] }[], label: Feature): TrainingRows {
  const [{ input: first }] = owned as [typeof owned[number]];
  const filled = owned.filter(({ features }) => features.length > 0);
  // The first owner's rows are everybody's.
  const options = (name: string, part: Part, features: readonly Feature[], fractionBits: number): Parameters<typeof allMoments>[2] =>
    ({ name, features, where: [], part: part.part, rowsOf: () => part.rowsOf(first), fractionBits });
  const marks = (name: string, part: Part): Tensor[] => rowsByOwner(builder, [first], options(name, part, [label, PRESENT], 0));
  return {
    features: owned.flatMap(({ features }) => features),
    count: (name, part) => partCount(builder, [first], name, part, []),
    sums: (part, fractionBits) => {
      const all = filled.map(({ input, features }, i) => {
        const moments = allMoments(builder, [input], options(`columns.${i}`, part, [...features, PRESENT], fractionBits));
        return { sums: moments.pick(0, features.length).slice(0, 0, features.length), squares: diagonalOf(builder, moments, features.length) };
      });
      return { sums: builder.concat(all.map(({ sums }) => sums)), squares: builder.concat(all.map(({ squares }) => squares)).within(0, part.most) };
    },
    rows: (name, part, fractionBits) => [builder.concat([
      ...filled.map(({ input, features }, i) => rowsByOwner(builder, [input], options(`${name}.${i}`, part, features, fractionBits))[0]!),
      rowsByOwner(builder, [first], options(`${name}.present`, part, [PRESENT], 0))[0]!.at(fractionBits),
    ], 1)],
    marks,
    ones: (part) => firstOf(allMoments(builder, [first], options('classes', part, [label, PRESENT], 0))).within(0, part.most),
  };
}

/** The same, checked on shares once for each part. */
export const splitByCheckedColumns = (builder: TensorBuilder, owned: Parameters<typeof splitByColumns>[1], label: Feature): TrainingRows =>
  ofChecked(builder, owned.flatMap(({ features }) => features), label, (name, { part, rowsOf }) => {
    const [first, ...others] = owned as [typeof owned[number]];
    return [checkedByColumns(builder, [{ input: first.input, features: [label, ...first.features] }, ...others], { name, part, rows: rowsOf(first.input) })];
  });

/** Where the label and the features come from where rows are split. Throws CS0604. */
export function withoutLabel({ parameters, values }: BoundRequest): readonly string[] {
  const columns = values.features as readonly string[];
  if (columns.includes(parameters.label!)) throw new PlanError('CS0604', 'the label is among the features');
  return columns;
}
