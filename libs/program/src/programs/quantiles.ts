import { type ParameterDefinition } from '../parameters.js';
import { defineProgram, type ProgramData } from '../definition.js';
import { PlanError } from '../errors.js';
import { type Grid, type Plan } from '../plan.js';
import { type BoundRequest } from '../request.js';
import { type TensorResult } from '../result.js';
import { TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { COLUMN, NUMERIC, rowsRole, TOO_FEW, WHERE } from './common.js';
import { type Method, type PlanContext } from './method.js';
import { type PlanBody } from '../aggregate.js';
import { CHECK } from './quality.js';
import { sortedColumn } from './order-statistics.js';
import { gridOf, requireRows, rowBoundOf, whereOf } from './rows.js';

const AT: ParameterDefinition = { name: 'at', kind: 'numbers', least: '0', most: '1', meaning: 'which parts of the rows lie below: 0.25 and 0.75 are the quartiles', default: ['0.25', '0.5', '0.75'] };

const shared = {
  v: 1,
  roles: [rowsRole({ namedBy: 'column', types: NUMERIC })],
  rowCounts: 'hidden',
  minimumGroup: 'checked',
} as const satisfies Partial<ProgramData>;

export const QUANTILES = defineProgram({
  ...shared,
  name: 'Quantiles',
  opens: 'The receivers learn quantiles of one column over the rows of all data owners together that meet the conditions, interpolated between the two nearest values, or that there are no rows, and nothing else: neither the number of rows nor any other value.',
  parameters: [COLUMN, AT, WHERE, CHECK],
  computation: { kind: 'tensor', method: 'quantiles/1' },
});

export const MEDIAN = defineProgram({
  ...shared,
  name: 'Median',
  opens: 'The receivers learn the median of one column over the rows of all data owners together that meet the conditions, between the two middle values where their number is even, or that there are no rows, and nothing else: neither the number of rows nor any other value.',
  parameters: [COLUMN, WHERE, CHECK],
  computation: { kind: 'tensor', method: 'median/1' },
});

/** Of a part of the rows, for the place where it ends: 2^−45 · rows is off by less than any digit that is shown. */
const PART_BITS = 44;
/** Of the way from one value to the next. */
const WAY_BITS = 24;
const MOST_QUANTILES = 16;

/** With h = (n − 1) · part: what is at rank ⌊h⌋, and the way h − ⌊h⌋ from there to the next (Hyndman, Fan, The American Statistician 50, 1996, type 7). */
function planQuantiles(bound: BoundRequest, { minimumGroup }: PlanContext, names: readonly string[]): PlanBody {
  const parts = names.map(Number);
  const { inputs, parameters: { column } } = bound;
  if (parts.length > MOST_QUANTILES) throw new PlanError('CS0604', `more than ${MOST_QUANTILES} quantiles`);
  if (rowBoundOf(inputs) > 2 ** WAY_BITS / 2) throw new PlanError('CS0620', `over as many as ${rowBoundOf(inputs)} rows fewer than 6 digits are left in 62 bits`, ['declare smaller row bounds, or use fewer inputs']);
  const builder = new TensorBuilder();
  const { exact, ...grid } = gridOf(inputs, column!);
  const { n, at, most } = sortedColumn(builder, inputs, { name: 'rows', column: column!, grid, where: whereOf(bound, inputs), check: bound.parameters.check });
  requireRows(builder, n, inputs, minimumGroup);
  const last = n.minus(1).maximum(0);
  const { lower, way } = between(builder, last, parts);
  const places = at(builder.concat([lower, lower.plus(1).minimum(last)])).within(0, most);
  const [from, to] = [places.slice(0, 0, parts.length), places.slice(0, parts.length, 2 * parts.length)];
  const gap = to.minus(from).within(0, grid.points);
  const valid = n.atLeast(1);
  builder.output('valid', valid);
  builder.output('places', from.at(WAY_BITS).plus(gap.times(way, { fractionBits: WAY_BITS })).times(valid, { fractionBits: WAY_BITS }), { labels: [names], ...(!exact && { errorBound: 0.5 }) });
  return builder.body();
}

/** ⌊last · part⌋ and what is left, for every part; rounded first, so that a whole number is one. */
function between(builder: TensorBuilder, last: Tensor, parts: readonly number[]): { lower: Tensor; way: Tensor } {
  const most = Number(last.range!.max);
  const bits = Math.min(PART_BITS, 57 - Math.ceil(Math.log2(most + 2)));
  const places = last.times(builder.constant(parts, { fractionBits: bits }), { fractionBits: bits }).plus(builder.constant(2 ** (-WAY_BITS - 1), { fractionBits: bits })).at(WAY_BITS);
  const lower = places.floor().within(0, most);
  return { lower, way: places.minus(lower.at(WAY_BITS)).within(0, 1) };
}

/** Places on the grid of the column, as values. */
function valuesOf({ inputs }: Plan, places: readonly number[]): number[] {
  const grids = inputs.flatMap(({ source }): Grid[] => (source.of === 'ranks' ? [source.grid] : source.of === 'matrix' ? source.columns.flatMap((each) => ('grid' in each ? [each.grid] : [])) : []));
  const { least, exponent } = grids[0]!;
  return places.map((place) => Number(least) + place * 2 ** exponent);
}

export const quantiles: Method = {
  plan: (bound, context) => planQuantiles(bound, context, bound.values.at as readonly string[]),
  result: (opened, plan) => {
    const [names] = plan.outputs.find(({ name }) => name === 'places')!.labels!;
    const values = opened.number('valid') === 0 ? undefined : valuesOf(plan, opened.numbers('places'));
    return { quantiles: Object.fromEntries(names!.map((name, i) => [name, values ? values[i]! : null])), ...(!values && { why: TOO_FEW }) };
  },
};

export const median: Method = {
  plan: (bound, context) => planQuantiles(bound, context, ['0.5']),
  result: (opened, plan): TensorResult => (opened.number('valid') === 0 ? { median: null, why: TOO_FEW } : { median: valuesOf(plan, opened.numbers('places'))[0]! }),
};
