import { add, dyadic, type Dyadic, exactly, multiply, negate, quotient, toNumber, ZERO } from './dyadic.js';
import { type Computation } from './definition.js';
import { PlanError } from './errors.js';
import { programByName } from './library.js';
import { type Plan } from './plan.js';
import { privateResult } from './private-result.js';
import { methodOf } from './programs/index.js';
import { allOpened, openedTensors } from './programs/opened.js';
import { type AggregateResult, type MeanResult, type ProgramResult } from './result.js';
import { originOf, intervalNames, placeNames, sourceOf } from './source-of.js';

/** The result that the opened values (elements of Z_2^64 in two's complement, by output name) stand for. Throws CS0626. */
export function decodeResult(plan: Plan, outputs: ReadonlyMap<string, BigUint64Array>): ProgramResult {
  return resultOf(plan, new Map(plan.outputs.map(({ name, length, fractionBits }) => {
    const raw = outputs.get(name);
    if (raw?.length !== length) throw new PlanError('CS0626', `the opened \`${name}\` has ${raw?.length ?? 'no'} values where the plan has ${length}`);
    return [name, Array.from(raw, (element) => dyadic(BigInt.asIntN(64, element), -fractionBits))];
  })));
}

/** The result of exact values; all arithmetic up to the last rounding to a double is exact, so nothing cancels here. */
export function resultOf(plan: Plan, values: ReadonlyMap<string, readonly Dyadic[]>): ProgramResult {
  const program = programByName(plan.program.name);
  if (program && program.digest !== plan.program.digest) throw new PlanError('CS0626', `the plan is of another \`${plan.program.name}\` than this version knows`);
  const vector = (name: string): readonly Dyadic[] => {
    const found = values.get(name);
    if (!found) throw new PlanError('CS0626', `the plan does not open \`${name}\``);
    return found;
  };
  // A program of a user's own has no reader of its own: what it opens is told as it is.
  if (!program) return allOpened(openedTensors(plan, vector));
  const { computation } = program;
  if (computation.kind === 'recorded') throw new PlanError('CS0626', 'a shipped program is not recorded');
  if (computation.kind === 'tensor') return methodOf(computation.method).result(openedTensors(plan, vector), plan);
  const result = assemble(computation.result, plan, vector);
  return plan.privacy ? privateResult(plan, plan.privacy, result) : result;
}

function assemble(result: Extract<Computation, { result: string }>['result'], plan: Plan, vector: (name: string) => readonly Dyadic[]): AggregateResult {
  switch (result) {
    case 'count':
      return { count: toNumber(vector('count')[0]) };
    case 'sum':
      return { sum: toNumber(uncentred(vector('sum')[0], vector('count')[0], plan)), count: toNumber(vector('count')[0]) };
    case 'mean':
      return mean(vector('sum')[0], vector('count')[0], plan);
    case 'standard_deviation':
      return { std: deviation(vector('sum')[0], vector('sum_of_squares')[0], vector('count')[0]), ...mean(vector('sum')[0], vector('count')[0], plan) };
    case 'histogram':
      return { counts: byValue(placeNames(plan, 'count_by'), (index) => toNumber(vector('count_by')[index])) };
    case 'binned_histogram': {
      return { counts: byValue(binNames(plan), (index) => toNumber(vector('count_bins')[index])) };
    }
    case 'group_mean':
      return { groups: byValue(placeNames(plan, 'sum_by'), (index) => mean(vector('sum_by')[index], vector('count_by')[index], plan)) };
    case 'scores':
      return { scores: vector('scores').map(toNumber) };
  }
}

function mean(sum: Dyadic, count: Dyadic, plan: Plan): MeanResult {
  return { mean: count.m === 0n ? null : quotient(uncentred(sum, count, plan), count), count: toNumber(count) };
}

/** Σx = Σ(x − c) + c·n */
const uncentred = (sum: Dyadic, count: Dyadic, plan: Plan): Dyadic => add(sum, multiply(exactly(originOf(plan)), count));

/** √(Σ(x−c)²/n − (Σ(x−c)/n)²) = √(n·Σ(x−c)² − (Σ(x−c))²) / n. Rounding may leave a constant column slightly below 0. */
function deviation(sum: Dyadic, squares: Dyadic, count: Dyadic): number | null {
  if (count.m === 0n) return null;
  const spread = add(multiply(count, squares), negate(multiply(sum, sum)));
  return Math.sqrt(quotient(spread.m < 0n ? ZERO : spread, multiply(count, count)));
}

function binNames(plan: Plan): readonly string[] {
  const [labels] = plan.outputs[0]!.labels ?? [];
  return labels ?? intervalNames(sourceOf(plan, 'edges').edges);
}

/** `fromEntries` defines own properties, so a category called `__proto__` is one too. */
const byValue = <T>(values: readonly string[], of: (index: number) => T): Record<string, T> => Object.fromEntries(values.map((value, index) => [value, of(index)]));
