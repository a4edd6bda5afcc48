import canonicalize from 'canonicalize';
import { PlanError } from '../errors.js';
import { conditionOf } from '../parameters.js';
import { type Condition, type Grid, type LocalExpression, type Plan, type RowColumn, type RowPart } from '../plan.js';
import { type NumericDeclaration, at, centreOf, exponentAbove } from '../ranges.js';
import { type BoundInput, type BoundRequest, columnOf, columnOfAll } from '../request.js';
import { type Tensor } from '../tensor/tensor.js';
import { type TensorBuilder } from '../tensor/builder.js';

/** A column as a program uses it: how owners make it of their rows, and how to get back to its own units: x = value · 2^exponent + offset. */
export interface Feature {
  readonly name: string;
  readonly column: RowColumn;
  readonly offset: number;
  readonly exponent: number;
  /** |value| is at most this: 1, or less. */
  readonly reach: number;
  /** Whether it is 0 or 1 although it is a column of integers. */
  readonly mark?: true;
}

/** What tells features apart: how they are made of rows. Columns may have any names, and one the name of what is made of another. */
export const keyOf = ({ column, mark }: Feature): string => canonicalize({ column, mark: mark ?? false })!;

export const PRESENT: Feature = { name: 'rows', column: { present: true }, offset: 0, exponent: 0, reach: 1 };

/** How a column of numbers counts: by its logarithms, and with values beyond these ends brought to them. */
interface NumberOptions {
  readonly logarithm?: boolean;
  readonly clip?: Clip;
}

/** Ends that values are brought to. */
export interface Clip {
  readonly least?: number;
  readonly most?: number;
}

/** A column of numbers, or their natural logarithms, scaled to [−1, 1] around the middle of what all owners declare. Throws CS0604, CS0621. */
export function numberFeature(inputs: readonly BoundInput[], column: string, { logarithm = false, clip }: NumberOptions = {}): Feature {
  const declared = columnOfAll(inputs, column, ['number', 'integer']).map((each) => (clip ? clipped(each, clip, column) : each));
  const { centre, radius } = centreOf(logarithm ? declared.map((each, i) => logarithmOf(each, inputs[i]!, column)) : declared);
  const exponent = radius === 0 ? 0 : exponentAbove(radius);
  const name = logarithm ? logarithmName(column) : column;
  const ends = clip && ([String(clip.least ?? Math.min(...declared.map(({ min }) => min))), String(clip.most ?? Math.max(...declared.map(({ max }) => max)))] as const);
  return { name, column: { column, offset: String(centre), exponent, ...(logarithm && { logarithm }), ...(ends && { clip: ends }) }, offset: centre, exponent, reach: 1 };
}

const logarithmName = (column: string): string => `log ${column}`;

function clipped(declared: NumericDeclaration, { least = declared.min, most = declared.max }: Clip, column: string): NumericDeclaration {
  if (least > most) throw new PlanError('CS0604', `\`${column}\` is to be clipped to between ${least} and ${most}`);
  const within = (x: number): number => Math.max(least, Math.min(most, x));
  return { ...declared, type: 'number', min: within(declared.min), max: within(declared.max) };
}

/** The ends of the logarithms, outwards by what rounding can make of them. */
function logarithmOf({ min, max }: NumericDeclaration, { descriptor: { node, name } }: BoundInput, column: string): NumericDeclaration {
  if (min <= 0) throw new PlanError('CS0621', `${at({ node, dataset: name, column })} may be 0 or less, of which there is no logarithm`, ['declare a `min` above 0']);
  return { type: 'number', min: Math.log(min) - 1e-12, max: Math.log(max) + 1e-12 };
}

/** What a node itself declares of a column of numbers as a program uses it. */
export function declaredOf(input: BoundInput, column: RowColumn): NumericDeclaration {
  if (!('exponent' in column)) throw new TypeError('a column of numbers has a scale');
  const own = columnOf(input, column.column, ['number', 'integer']);
  const [least, most] = column.clip ?? [];
  const brought = column.clip ? clipped(own, { least: Number(least), most: Number(most) }, column.column) : own;
  return column.logarithm ? logarithmOf(brought, input, column.column) : brought;
}

/** Two or more different columns of numbers. Throws CS0604. */
export function numberFeatures({ values }: BoundRequest, inputs: readonly BoundInput[], parameter = 'columns'): Feature[] {
  const columns = values[parameter] as readonly string[];
  if (columns.length < 2 || new Set(columns).size !== columns.length) throw new PlanError('CS0604', `\`${parameter}\` needs two or more different columns`);
  return columns.map((column) => numberFeature(inputs, column));
}

/** The columns of numbers that a plan sums up, in the order in which they were asked for. */
export function summedColumns({ inputs }: Plan): { readonly name: string; readonly exponent: number; readonly offset: number }[] {
  for (const { source } of inputs) {
    if (source.of !== 'moments' && source.of !== 'matrix') continue;
    const columns = source.columns.flatMap((each) => ('exponent' in each ? [{ name: each.column, exponent: each.exponent, offset: Number(each.offset) }] : []));
    if (columns.length > 0) return columns;
  }
  throw new PlanError('CS0626', 'the plan sums up no columns');
}

/** How features of numbers are scaled, x = value · 2^exponent + offset; those of categories are as they are. */
export function scalesOf({ inputs }: Plan, names: readonly string[]): { readonly exponent: number; readonly offset: number }[] {
  const columns = inputs.flatMap(({ source }) => (source.of === 'moments' || source.of === 'matrix' ? source.columns : []));
  const known = new Map(columns.flatMap((each) => ('exponent' in each ? [[each.logarithm ? logarithmName(each.column) : each.column, { exponent: each.exponent, offset: Number(each.offset) }]] : [])));
  return names.map((name) => known.get(name) ?? { exponent: 0, offset: 0 });
}

/** Grids of columns have at most so many bits: an interpolation between two points of them fits the words of every suite. */
const MOST_GRID_BITS = 33;

/** The integers of a column, one by one; 2^33 points of its range where it is one of numbers, or has more integers. */
export function gridOf(inputs: readonly BoundInput[], column: string): Grid & { readonly exact: boolean } {
  const declarations = columnOfAll(inputs, column, ['number', 'integer']);
  const [min, max] = [Math.min(...declarations.map((each) => each.min)), Math.max(...declarations.map((each) => each.max))];
  const reach = max - min;
  if (reach === 0) return { least: String(min), exponent: 0, points: 1, exact: true };
  const exact = declarations.every(({ type }) => type === 'integer') && reach < 2 ** MOST_GRID_BITS;
  const exponent = exact ? 0 : exponentAbove(reach) - MOST_GRID_BITS;
  return { least: String(min), exponent, points: Math.round(reach * 2 ** -exponent) + 1, exact };
}

/** The values of a category column, sorted, so that nodes may declare them in any order. */
export const categoriesOfAll = (inputs: readonly BoundInput[], column: string): readonly string[] => [...columnOfAll(inputs, column, ['category'])[0]!.values].sort();

/** All values that a column of categories or integers may have, as texts; integers in order. */
export function valuesOfAll(inputs: readonly BoundInput[], column: string): readonly string[] {
  const declared = columnOfAll(inputs, column, ['integer', 'category']);
  if (declared[0]!.type === 'category') return categoriesOfAll(inputs, column);
  const ends = declared.flatMap((each) => (each.type === 'integer' ? [each.min, each.max] : []));
  const first = Math.min(...ends);
  return Array.from({ length: Math.max(...ends) - first + 1 }, (_, i) => String(first + i));
}

/** 1 where a column of categories has this value. */
export const indicatorFeature = (column: string, value: string): Feature =>
  ({ name: `${column}=${value}`, column: { column, equals: value }, offset: 0, exponent: 0, reach: 1 });

/** A column of numbers as one feature; a column of categories as one for each of its values but the first, sorted. */
export function featuresOf(inputs: readonly BoundInput[], columns: readonly string[]): Feature[] {
  return columns.flatMap((column) => {
    const { type } = columnOf(inputs[0]!, column, ['number', 'integer', 'category']);
    return type === 'category' ? categoriesOfAll(inputs, column).slice(1).map((value) => indicatorFeature(column, value)) : [numberFeature(inputs, column)];
  });
}

/** Features as results name them. Throws CS0604 where two have one name, as a column `log y` and the logarithm of `y`. */
export function namedFeatures(features: readonly Feature[]): readonly Feature[] {
  const twice = features.find(({ name }, i) => features.findIndex((each) => each.name === name) < i);
  if (twice) throw new PlanError('CS0604', `two features would be named \`${twice.name}\` in the result`, ['name a column differently, or leave one out']);
  return features;
}

/** The conditions of the parameter `where`, held against what every owner declares. Throws CS0604, CS0612. */
export const whereOf = ({ values }: BoundRequest, inputs: readonly BoundInput[]): readonly Condition[] =>
  checkedConditions((values.where as readonly string[] | undefined ?? []).map(conditionOf), inputs);

/** Throws CS0604, CS0612 where an owner's declaration does not fit. */
export function checkedConditions(conditions: readonly Condition[], inputs: readonly BoundInput[]): readonly Condition[] {
  for (const { column, is, value } of conditions) {
    for (const input of inputs) {
      const declaration = columnOf(input, column, ['number', 'integer', 'category']);
      const place = at({ node: input.descriptor.node, dataset: input.descriptor.name, column });
      if (declaration.type === 'category') {
        if (is !== '=' && is !== '!=') throw new PlanError('CS0604', `${place} holds categories, which \`${is}\` does not compare`, ['use `=` or `!=`']);
        if (!declaration.values.includes(value)) throw new PlanError('CS0604', `${place} never is \`${value}\``, [`it may be ${declaration.values.slice(0, 20).map((each) => `\`${each}\``).join(', ')}`]);
      } else if (value.trim() === '' || !Number.isFinite(Number(value))) {
        throw new PlanError('CS0604', `${place} holds numbers, and \`${value}\` is none`);
      }
    }
  }
  return conditions;
}

/** At most so many rows together. */
export const rowBoundOf = (inputs: readonly BoundInput[]): number => inputs.reduce((sum, { descriptor }) => sum + descriptor.maxRows, 0);

export interface RowsOptions {
  readonly name: string;
  readonly features: readonly Feature[];
  readonly where: readonly Condition[];
  readonly part?: RowPart;
  readonly fractionBits: number;
  /** What elements lie between: [−reach, reach] where left out. */
  readonly least?: number;
  readonly most?: number;
  /** How many rows an owner has of this part at most. Default: what it declares. */
  readonly rowsOf?: (input: BoundInput) => number;
}

const declaredRows = ({ descriptor }: BoundInput): number => descriptor.maxRows;
const chosen = ({ where, part }: Pick<RowsOptions, 'where' | 'part'>): Pick<LocalExpression, 'where' | 'part'> => ({ ...(where.length > 0 && { where }), ...(part && { part }) });

/** [Σ rows, features]: the rows of all owners one below the other, padded with zeros to what each may have. Owners that may have none are left out. */
export function allRows(builder: TensorBuilder, inputs: readonly BoundInput[], options: RowsOptions): Tensor {
  return builder.concat(rowsByOwner(builder, inputs, options));
}

/** The same by owner. */
export function rowsByOwner(builder: TensorBuilder, inputs: readonly BoundInput[], options: RowsOptions): Tensor[] {
  const { name, features, fractionBits, rowsOf = declaredRows } = options;
  const reach = features.reduce((widest, { reach: each }) => Math.max(widest, each), 0);
  const { least = -reach, most = reach } = options;
  return inputs.flatMap((input, i) => (rowsOf(input) === 0 ? [] : [builder.input({
    name: `${name}.${i}`, party: input.party, dataset: input.descriptor.name, fractionBits, shape: [rowsOf(input), features.length], least, most,
    source: { of: 'matrix', rows: rowsOf(input), columns: features.map(({ column }) => column), ...chosen(options) },
  })]));
}

/** [features, features]: Σ over the rows of all owners of feature i · feature j; each owner sums up its own and shares the sums. */
export function allMoments(builder: TensorBuilder, inputs: readonly BoundInput[], options: RowsOptions): Tensor {
  const { name, features, fractionBits, rowsOf = declaredRows } = options;
  const parts = inputs.map((input, i) => builder.input({
    name: `${name}.${i}`, party: input.party, dataset: input.descriptor.name, fractionBits, shape: [features.length, features.length], least: -rowsOf(input), most: rowsOf(input),
    source: { of: 'moments', columns: features.map(({ column }) => column), ...chosen(options) },
  }));
  return parts.slice(1).reduce((sum, part) => sum.plus(part), parts[0]!);
}

/** [1]: how many rows of a part all owners have together for which the conditions hold. */
export function allCounts(builder: TensorBuilder, inputs: readonly BoundInput[], options: Pick<RowsOptions, 'name' | 'where' | 'part' | 'rowsOf'>): Tensor {
  const { name, rowsOf = declaredRows } = options;
  const parts = inputs.map((input, i) => builder.input({
    name: `${name}.${i}`, party: input.party, dataset: input.descriptor.name, fractionBits: 0, shape: [1], least: 0, most: rowsOf(input), source: { of: 'count', ...chosen(options) },
  }));
  return parts.slice(1).reduce((sum, part) => sum.plus(part), parts[0]!);
}

/** Throws CS0627 where the policy asks for more records than there can be; `bound` says why not. */
export function requireReachable(minimumGroup: number, most: number, bound = `all inputs together have at most ${most}`): void {
  if (minimumGroup > most) throw new PlanError('CS0627', `the policy asks for at least ${minimumGroup} records, and ${bound}`);
}

/**
 * Ends the session before anything is opened where fewer rows take part than the policy asks for; `known` is how many do, where everybody knows. Throws CS0627 where there can
 * never be as many.
 */
export function requireRows(builder: TensorBuilder, counts: Tensor, inputs: readonly BoundInput[], minimumGroup: number, known?: number): void {
  requireReachable(minimumGroup, rowBoundOf(inputs));
  // Before the rows are counted, a plan may be made of fewer.
  if (known === undefined || known < minimumGroup) builder.requireAtLeast(counts, minimumGroup);
}
