/** Models on the rows of all files of a lab, in doubles: what those trained on shares are held against. Of columns of numbers alone. */
import { type ParameterValue, type PlainRecipe, type PlainTraining, aucInPlain, fitOf, trainInPlain } from '#program';

type Row = Readonly<Record<string, string>>;
type Parameters = Readonly<Record<string, ParameterValue>>;

const textOf = (value: ParameterValue | undefined, otherwise: string): string => (value === undefined ? otherwise : String(value));
const columnsOf = ({ features }: Parameters): string[] => (Array.isArray(features) ? (features as string[]) : String(features).split(',').map((name) => name.trim()));
const numbers = (rows: readonly Row[], columns: readonly string[]): number[][] => rows.map((row) => columns.map((column) => Number(row[column])));
const marks = (rows: readonly Row[], { label, positive }: Parameters): number[] => rows.map((row) => (row[String(label)] === textOf(positive, '1') ? 1 : 0));

const recipe = ({ steps, rate, penalty }: Parameters): PlainRecipe => ({ steps: Number(textOf(steps, '50')), rate: Number(textOf(rate, '0.5')), penalty: Number(textOf(penalty, '0.001')) });

const logitOf = ({ weights, mean, deviation }: PlainTraining, row: readonly number[]): number =>
  row.reduce((sum, x, j) => sum + ((x - mean[j]!) / deviation[j]!) * weights[j]!, weights.at(-1)!);

/** Trained on all rows but every n-th of an owner, and tested on those. */
export function logistic(byOwner: readonly (readonly Row[])[], parameters: Parameters): Record<string, unknown> {
  const [columns, every] = [columnsOf(parameters), Number(textOf(parameters.holdout, '5'))];
  const part = (held: boolean): Row[] => byOwner.flatMap((rows) => rows.filter((_, i) => (every > 0 && i % every === every - 1) === held));
  const [train, test] = [part(false), part(true)];
  const model = trainInPlain(numbers(train, columns), marks(train, parameters), recipe(parameters));
  const scores = numbers(test, columns).map((row) => logitOf(model, row));
  const labels = marks(test, parameters);
  return {
    coefficients: Object.fromEntries(columns.map((column, j) => [column, { standardised: model.weights[j]! }])), 'standardised intercept': model.weights.at(-1)!,
    test: { rows: test.length, accuracy: scores.filter((score, i) => (score >= 0 ? 1 : 0) === labels[i]).length / test.length, auc: aucInPlain(scores, labels) },
  };
}

/** Of rows by a model that others' rows are made of. */
export function probabilities(byOwner: readonly (readonly Row[])[], score: readonly Row[], parameters: Parameters): Record<string, unknown> {
  const columns = columnsOf(parameters);
  const train = byOwner.flat();
  const model = trainInPlain(numbers(train, columns), marks(train, parameters), recipe(parameters));
  return { probabilities: numbers(score, columns).map((row) => 1 / (1 + Math.exp(-logitOf(model, row)))) };
}

/** Least squares on the periods before, and the mean of each period beside its forecast. The condition on test rows is one of the kind `week >= 53`. */
export function demand(rows: readonly Row[], parameters: Parameters): Record<string, unknown> | undefined {
  const [, first] = /^\s*\S+\s*>=\s*(\d+)\s*$/.exec(textOf(parameters.test, '')) ?? [];
  if (first === undefined) return undefined;
  const [columns, period, target] = [columnsOf(parameters), String(parameters.period), String(parameters.demand)];
  const isHeld = (row: Row): boolean => Number(row[period]) >= Number(first);
  const train = rows.filter((row) => !isHeld(row));
  const table = { rows: train.length, columns: Object.fromEntries([...columns, target].map((column) => [column, Float64Array.from(train, (row) => Number(row[column]))])) };
  const fit = fitOf([...columns, target].map((column) => ({ column, offset: '0', exponent: 0 })), table, 0, Infinity);
  const [slopes, intercept] = [fit.subarray(0, columns.length), fit.at(-1)!];
  const forecastOf = (row: Row): number => columns.reduce((sum, column, j) => sum + slopes[j]! * Number(row[column]), intercept);
  const held = rows.filter(isHeld);
  const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
  const periods = [...new Set(held.map((row) => row[period]!))].sort((a, b) => Number(a) - Number(b));
  return {
    coefficients: Object.fromEntries(columns.map((column, j) => [column, slopes[j]!])), intercept,
    errors: { rows: held.length, rmse: Math.sqrt(mean(held.map((row) => (Number(row[target]) - forecastOf(row)) ** 2))) },
    series: Object.fromEntries(periods.map((each) => {
      const own = held.filter((row) => row[period] === each);
      return [each, { demand: mean(own.map((row) => Number(row[target]))), forecast: mean(own.map(forecastOf)) }];
    })),
  };
}
