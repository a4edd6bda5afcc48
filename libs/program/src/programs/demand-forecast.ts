import { type PlanBody } from '../aggregate.js';
import { defineProgram } from '../definition.js';
import { PlanError } from '../errors.js';
import { type ParameterDefinition, conditionOf } from '../parameters.js';
import { type Condition, type Plan } from '../plan.js';
import { type BoundInput, type BoundRequest, columnOfAll } from '../request.js';
import { type ResultValue, type TensorResult } from '../result.js';
import { TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { NUMERIC, rowsRole, WHERE } from './common.js';
import { Floating, floatingOf } from './floating.js';
import { type Fit, type PartSums, leastSquares, openErrors, openFit, partMoments, partSums } from './least-squares.js';
import { LOGARITHMS, RIDGE, regressionFeatures, regressionResult } from './linear-regression.js';
import { FEATURES } from './logistic-training.js';
import { type Method } from './method.js';
import { type OpenedTensors } from './opened.js';
import { type Part, TEST, partsOf } from './parts.js';
import { CHECK } from './quality.js';
import { type Clip, type Feature, PRESENT, indicatorFeature, requireRows, summedColumns, valuesOfAll, whereOf } from './rows.js';

const MOST_PERIODS = 400;
/** What a region's own slopes, in the units of scaled columns, are brought to before they are shared. */
const OWN_REACH = 2 ** 10;
const OWN_BITS = 30;
/** Fraction bits of one over how many are left: those of a sum of them leave no more. */
const SHARE_BITS = 15;

const CLIP: ParameterDefinition = { name: 'clip', kind: 'conditions', default: [], meaning: 'ends that each owner brings its values to before anything is made of them, such as `units <= 900`' };
const TRIM: ParameterDefinition = {
  name: 'trim', kind: 'integer', least: 0, most: 2, default: 0,
  meaning: 'how many regions’ coefficients at either end are left out of the mean of all regions’, coefficient by coefficient, so that one region’s wrong numbers do not decide; 0 makes one model of all rows',
};

export const DEMAND_FORECAST = defineProgram({
  v: 1,
  name: 'Demand Forecast',
  opens: 'The receivers learn the coefficients of one linear model of demand on the rows of all regions together, which columns hardly vary or that some follow from others, and, for every period that is forecast, the number of rows, their mean demand and its mean forecast, with the root mean square error and the part of the variance that is explained over them all; all parties learn how many rows each owner has; and nothing else.',
  roles: [rowsRole({ namedBy: 'demand', types: NUMERIC }, { namedBy: 'features', types: [...NUMERIC, 'category'] }, { namedBy: 'period', types: ['integer', 'category'] })],
  parameters: [
    { name: 'demand', kind: 'column', meaning: 'the column of numbers that is forecast' },
    { ...FEATURES, meaning: 'the columns that the forecast looks at, such as earlier demand, prices and promotions: of numbers, or of categories, of which each value but the first counts as a column of its own' },
    { name: 'period', kind: 'column', meaning: 'the column that says which period a row belongs to: of integers or categories' },
    TEST, RIDGE, LOGARITHMS, CLIP, TRIM, WHERE, CHECK,
  ],
  rowCounts: 'disclosed',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 'demand-forecast/1' },
});

/** All periods that a row may belong to, in order. Throws CS0604. */
function periodsOf(inputs: readonly BoundInput[], column: string): readonly string[] {
  const [first] = columnOfAll(inputs, column, ['integer', 'category']);
  if (first!.type === 'integer') {
    const ends = columnOfAll(inputs, column, ['integer']).flatMap(({ min, max }) => [min, max]);
    const many = Math.max(...ends) - Math.min(...ends) + 1;
    if (many > MOST_PERIODS) throw new PlanError('CS0604', `\`${column}\` may have ${many} values, of which a forecast takes ${MOST_PERIODS} at most`, ['declare a narrower range, or number the periods']);
  }
  return valuesOfAll(inputs, column);
}

/** The ends that the parameter `clip` brings columns to. Throws CS0604. */
function clipsOf({ values }: BoundRequest): ReadonlyMap<string, Clip> {
  const clips = new Map<string, Clip>();
  for (const { column, is, value } of (values.clip as readonly string[]).map(conditionOf)) {
    if ((is !== '<=' && is !== '>=') || !Number.isFinite(Number(value))) throw new PlanError('CS0604', '`clip` takes ends such as `units <= 900` and `units >= 0`');
    clips.set(column, { ...clips.get(column), ...(is === '<=' ? { most: Number(value) } : { least: Number(value) }) });
  }
  return clips;
}

/** One model from those that regions make alone: the mean of each coefficient without the greatest and the least. */
function trimmedFit(builder: TensorBuilder, inputs: readonly BoundInput[], features: readonly Feature[], { part }: Part, { where, ridge, trim }: { where: readonly Condition[]; ridge: string; trim: number }): Fit {
  if (inputs.length <= 2 * trim) throw new PlanError('CS0604', `of ${inputs.length} regions ${2 * trim} cannot be left out`, ['ask for a smaller `trim`']);
  const own = builder.concat(inputs.map(({ party, descriptor }, i) => builder.input({
    name: `fit.${i}`, party, dataset: descriptor.name, fractionBits: OWN_BITS, shape: [features.length, 1], least: -OWN_REACH, most: OWN_REACH,
    source: { of: 'fit', columns: features.map(({ column }) => column), ridge, within: OWN_REACH, ...(where.length > 0 && { where }), ...(part && { part }) },
  })), 1);
  const left = inputs.length - 2 * trim;
  const mean = own.sort().slice(1, trim, trim + left).sum(1).times(builder.constant(1 / left, { fractionBits: left === 1 ? 0 : SHARE_BITS }), { fractionBits: OWN_BITS });
  const exponent = builder.constant(Array.from({ length: features.length }, () => 0));
  const all = Floating.scaled(mean, exponent).normalised();
  const columns = features.length - 1;
  return {
    slopes: all.shaped((x) => x.slice(0, 0, columns)), intercept: all.shaped((x) => x.slice(0, columns, columns + 1)), determined: builder.constant([1]),
    narrow: builder.constant(Array.from({ length: columns }, () => 0)),
  };
}

/** For every period the number of rows, the sum of demand, and the sum of its forecasts: sums of rows tell sums of forecasts. */
function openSeries(builder: TensorBuilder, { products }: PartSums, features: readonly Feature[], periods: readonly Feature[], fit: Fit, part: Part, minimumGroup: number): void {
  const { most } = part;
  const [columns, many] = [features.length - 1, periods.length];
  const fractionBits = Math.min(30, 56 - Math.ceil(Math.log2(most + 1)));
  const moments = products('series', part, [...periods, ...features, PRESENT], fractionBits).slice(0, 0, many);
  const sums = moments.slice(1, many, many + columns + 1);
  const counts = moments.pick(1, many + columns + 1).floor().within(0, most);
  if (minimumGroup > 1) builder.requireAtLeast(counts.plus(counts.equals(0).times(minimumGroup)), minimumGroup);
  const labels = [periods.map(({ column }) => ('equals' in column ? column.equals : ''))];
  builder.output('series.rows', counts, { labels });
  builder.output('series.demand', sums.pick(1, columns), { labels });
  const wide = (values: Floating, height: number): Floating => values.shaped((x: Tensor) => x.reshape([height, 1]).broadcast([height, many]));
  const known = Floating.of(sums.slice(1, 0, columns).transpose());
  const level = wide(fit.intercept.shaped((x) => x.reshape([1])), 1).times(Floating.of(counts.reshape([1, many]).at(20)));
  Floating.joined([wide(fit.slopes, columns).times(known), level]).total().open(builder, 'series.forecast', fit.determined.broadcast([many]), { labels });
}

function plan(bound: BoundRequest, context: Parameters<Method['plan']>[1]): PlanBody {
  const { inputs, values, parameters } = bound;
  const where = whereOf(bound, inputs);
  const { train, test } = partsOf(bound, inputs, context, where);
  const features = regressionFeatures(bound, inputs, 'demand', clipsOf(bound));
  const periods = periodsOf(inputs, parameters.period!).map((value) => indicatorFeature(parameters.period!, value));
  const builder = new TensorBuilder();
  const sums = partSums(builder, inputs, [...periods, ...features], { where, check: values.check as string });
  const moments = partMoments(builder, inputs, sums, 'moments', features, train);
  requireRows(builder, moments.count.n, inputs, context.minimumGroup, train.count);
  const trim = values.trim as number;
  if (trim > 0 && values.check === 'shares') throw new PlanError('CS0604', '`trim` takes what regions make of their rows alone, which `check` cannot look into', ['leave one of them out']);
  const fit = trim === 0 ? leastSquares(builder, moments, Number(values.ridge)) : trimmedFit(builder, inputs, features, train, { where, ridge: values.ridge as string, trim });
  openFit(builder, fit, features);
  openErrors(builder, fit, test ? partMoments(builder, inputs, sums, 'test', features, test) : moments);
  openSeries(builder, sums, features, periods, fit, test ?? train, context.minimumGroup);
  return builder.body();
}

export const demandForecast: Method = {
  plan,
  result(opened, made): TensorResult {
    const { test, ...model } = regressionResult(opened, made);
    return test === undefined ? model : { ...model, errors: test, series: series(opened, made) };
  },
};

/** Mean demand and mean forecast of every period that has rows, to be drawn one beside the other. */
function series(opened: OpenedTensors, plan: Plan): ResultValue {
  const demand = summedColumns(plan).at(-1)!;
  const inUnits = (sum: number, rows: number): number => (sum / rows) * 2 ** demand.exponent + demand.offset;
  const [rows, sums, forecasts] = [opened.numbers('series.rows'), opened.numbers('series.demand'), floatingOf(opened, 'series.forecast')];
  const periods = plan.outputs.find(({ name }) => name === 'series.rows')!.labels![0]!;
  return Object.fromEntries(periods.flatMap((period, i) => (rows[i] === 0 ? [] : [[period, { rows: rows[i]!, demand: inUnits(sums[i]!, rows[i]!), forecast: inUnits(forecasts[i]!, rows[i]!) }]])));
}
