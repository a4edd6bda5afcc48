import { type Computation } from './definition.js';
import { PlanError } from './errors.js';
import { programByName } from './library.js';
import { noiseOf } from './noise/draw.js';
import { noiseQuantile } from './noise/quantile.js';
import { type Plan, type PlanPrivacy } from './plan.js';
import { type Errors, type MeanResult, type AggregateResult, type ProgramResult, type StandardDeviationResult } from './result.js';
import { originOf } from './source-of.js';

/** How often a number may be farther off than its error says. */
const RISK = 0.05;

type AggregateKind = Extract<Computation, { result: string }>['result'];

/** What is known of an opened value of a private plan, in units of the value. */
interface Opened {
  /** At most this far off, but with a probability of RISK / `among`: a number made of that many values is off by more in RISK of all cases. */
  error(among: number): number;
  /** The most that one row adds to it. */
  readonly reach: number;
}

function opened(plan: Plan, name: string): Opened {
  const output = plan.outputs.find((each) => each.name === name);
  if (!output) throw new PlanError('CS0626', `the plan does not open \`${name}\``);
  const unit = 2 ** -output.fractionBits;
  const known = new Map<number, number>();
  return {
    reach: Number(noiseOf(plan, name).sensitivity) * unit,
    error: (among) => {
      if (!known.has(among)) known.set(among, noiseQuantile(plan, name, RISK / among) * unit + Number(output.errorBound ?? 0));
      return known.get(among)!;
    },
  };
}

/**
 * The result with what noise does to it. Nothing is clamped, so that counts and sums are right on average, below 0 or not; a mean or deviation
 * that the noise could explain alone is null.
 */
export function privateResult(plan: Plan, { mechanism, epsilon, ...more }: PlanPrivacy, result: AggregateResult): ProgramResult {
  const { told, error95 } = withErrors(plan, result);
  return { ...told, privacy: { mechanism, epsilon, ...(more.delta !== undefined && { delta: more.delta }), error95 } };
}

function withErrors(plan: Plan, result: AggregateResult): { told: AggregateResult; error95: Errors } {
  if ('scores' in result) throw new PlanError('CS0626', 'a plan for scores states privacy');
  if ('counts' in result) {
    const error = opened(plan, plan.outputs[0]!.name).error(1);
    return { told: result, error95: { counts: each(result.counts, () => error) } };
  }
  if ('groups' in result) {
    const mean = meanOf(plan, opened(plan, 'count_by'), opened(plan, 'sum_by'));
    const groups = each(result.groups, mean);
    return { told: { groups: each(groups, ({ told }) => told) }, error95: { groups: each(groups, ({ error95 }) => error95) } };
  }
  const count = opened(plan, 'count');
  if ('std' in result) return deviationOf(plan, result);
  if ('mean' in result) return meanOf(plan, count, opened(plan, 'sum'))(result);
  if ('sum' in result) {
    return { told: result, error95: { sum: opened(plan, 'sum').error(2) + Math.abs(originOf(plan)) * count.error(2), count: count.error(1) } };
  }
  return { told: result, error95: { count: count.error(1) } };
}

/**
 * How far a noisy ratio r = (S + a) / m with m = N + b > |b| is from S / N, where |a| ≤ `top` and |b| ≤ `bottom`: r − S/N = (a − (S/N)·b) / m,
 * and |S/N| is at most `reach`, and at most |r| and this error.
 */
const ratioError = (ratio: number, m: number, { top, bottom, reach }: { top: number; bottom: number; reach: number }): number =>
  Math.min((top + reach * bottom) / m, (top + Math.abs(ratio) * bottom) / (m - bottom));

/** A mean is told when so many rows cannot be noise alone. */
function meanOf(plan: Plan, count: Opened, sum: Opened): (result: MeanResult) => { told: MeanResult; error95: Errors } {
  const centre = originOf(plan);
  return (result) => {
    const countError = count.error(1);
    if (result.mean === null || result.count <= count.error(2)) return { told: { ...result, mean: null }, error95: { mean: null, count: countError } };
    const error = ratioError(result.mean - centre, result.count, { top: sum.error(2), bottom: count.error(2), reach: sum.reach });
    return { told: result, error95: { mean: error, count: countError } };
  };
}

/** With e₁ and e₂ the errors of mean and mean square, the variance is off by at most e₂ + e₁·(2·|mean| + e₁), all around the centre. */
function deviationOf(plan: Plan, result: StandardDeviationResult): { told: StandardDeviationResult; error95: Errors } {
  const [count, sum, squares] = ['count', 'sum', 'sum_of_squares'].map((name) => opened(plan, name));
  const { told, error95 } = meanOf(plan, count, sum)(result);
  // A variance of 0 or less was 0 in `result`: what is left when noise outweighs the spread.
  if (result.mean === null || !result.std || result.count <= count.error(3)) return { told: { ...told, std: null }, error95: { std: null, ...error95 } };
  const [mean, variance] = [result.mean - originOf(plan), result.std ** 2];
  const bottom = count.error(3);
  const e1 = ratioError(mean, result.count, { top: sum.error(3), bottom, reach: sum.reach });
  const e2 = ratioError(variance + mean ** 2, result.count, { top: squares.error(3), bottom, reach: squares.reach });
  const off = e2 + e1 * (2 * Math.abs(mean) + e1);
  const std = Math.max(Math.sqrt(variance + off) - result.std, result.std - Math.sqrt(Math.max(0, variance - off)));
  return { told: { ...told, std: result.std }, error95: { std, ...error95 } };
}

const each = <T, U>(groups: Readonly<Record<string, T>>, of: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, of(value)]));

/** How far off a number of the result may be, before anything is known of the data; null where the noise leaves nothing to tell. */
export interface ExpectedError {
  /** As in the result, `each …` in one with groups. */
  readonly name: string;
  readonly error95: number | null;
}

/** The errors of a private plan's result over so many records, all in one group, whose values are as the noise harms most; none without privacy. */
export function expectedErrors(plan: Plan, records: number): ExpectedError[] {
  const computation = programByName(plan.program.name)?.computation;
  const result = computation && 'result' in computation ? computation.result : undefined;
  return plan.privacy && result ? flat(withErrors(plan, supposed(plan, result, records)).error95) : [];
}

function supposed(plan: Plan, result: AggregateKind, count: number): AggregateResult {
  const reach = (): number => opened(plan, result === 'group_mean' ? 'sum_by' : 'sum').reach;
  switch (result) {
    case 'count':
      return { count };
    case 'sum':
      return { sum: 0, count };
    case 'mean':
      return { mean: originOf(plan) + reach(), count };
    case 'standard_deviation':
      return { std: reach(), mean: originOf(plan), count };
    case 'histogram':
    case 'binned_histogram':
      return { counts: { each: count } };
    case 'group_mean':
      return { groups: { each: { mean: originOf(plan) + reach(), count } } };
    case 'scores':
      return { scores: [] };
  }
}

const flat = (errors: Errors): ExpectedError[] => Object.entries(errors).flatMap(([name, error]) => {
  if (name === 'counts') return [{ name: 'each count', error95: (error as { each: number }).each }];
  if (typeof error !== 'object' || error === null) return [{ name, error95: error }];
  return flat(error).map((inner) => ({ ...inner, name: name === 'groups' ? inner.name : `each ${inner.name}` }));
});
