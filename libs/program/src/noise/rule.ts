import { PlanError } from '../errors.js';
import { atLeast, type Fraction, fraction, fractionOfDecimal, numberOf, product } from '../fraction.js';
import { type Mechanism, type PrivacyRequest } from '../plan.js';
import { gaussianVariance } from './concentrated.js';

/** How noise is made for one plan. */
export interface NoiseRule {
  readonly mechanism: Mechanism;
  /** The `scale` of the noise for a value of this sensitivity. */
  scaleOf(sensitivity: bigint): Fraction;
  /** What all noises on one element reach together, in sensitivities; more with a probability below 2^-80. */
  readonly reach: number;
}

interface Setting {
  /** How many values are opened; each gets the same part of the budget. */
  readonly values: number;
  readonly parties: number;
  /** The most rows that all inputs have together. */
  readonly rows: number;
}

/** P(|x| > 64·scale) < 2^-91 for the Laplace, P(|x| > 16·√scale) < 2^-183 for the Gaussian: so below 2^-86 for sixteen parties together on one element. */
const LAPLACE_REACH = 64;
const GAUSSIAN_REACH = 16;
/** With a delta of 1/rows, showing a random row would count as private. */
const ROWS_PER_DELTA = 100;
const MOST_EPSILON = fraction(1000n);
const LEAST_DELTA = fraction(1n, 10n ** 30n);

/** The rule for a request. @throws PlanError CS0631, CS0632 */
export function noiseRule(privacy: PrivacyRequest, { values, parties, rows }: Setting): NoiseRule {
  const epsilon = fractionOfDecimal(privacy.epsilon);
  if (!epsilon || epsilon.n === 0n || !atLeast(MOST_EPSILON, epsilon)) throw new PlanError('CS0632', `epsilon is \`${privacy.epsilon}\`, and has to be a decimal number above 0 and up to 1000`, ['0.5 is a usual value; the smaller, the more private']);
  const laplace = privacy.mechanism === 'discrete-laplace';
  const unit = laplace ? product(fraction(BigInt(values)), { n: epsilon.d, d: epsilon.n }) : gaussianVariance(epsilon, deltaOf(privacy.delta, rows), values);
  // Var ≤ 2·scale² and Var ≤ scale, times the parties.
  const variance = product(laplace ? product(unit, unit) : unit, fraction(BigInt(laplace ? 2 * parties : parties)));
  const deviation = Math.sqrt(numberOf(variance));
  // Two standard deviations: about nineteen of twenty times the noise is smaller.
  if (atLeast(product(variance, fraction(4n)), fraction(BigInt(rows) ** 2n))) {
    throw new PlanError('CS0631', `with epsilon ${privacy.epsilon} the noise is as large as ${Math.ceil(2 * deviation)} records, and all inputs together have at most ${rows}`, [
      'ask for a larger epsilon, or about more records',
    ]);
  }
  const each = laplace ? LAPLACE_REACH * numberOf(unit) : GAUSSIAN_REACH * Math.sqrt(numberOf(unit));
  return {
    mechanism: privacy.mechanism,
    reach: parties * each,
    scaleOf: (sensitivity) => product(unit, fraction(laplace ? sensitivity : sensitivity * sensitivity)),
  };
}

function deltaOf(text: string, rows: number): Fraction {
  const delta = fractionOfDecimal(text);
  if (!delta || !atLeast(delta, LEAST_DELTA)) throw new PlanError('CS0632', `delta is \`${text}\`, and has to be a decimal number of at least 10^-30`);
  if (atLeast(product(delta, fraction(BigInt(ROWS_PER_DELTA) * BigInt(rows))), fraction(1n))) {
    throw new PlanError('CS0632', `delta ${text} would allow to show whole records: with up to ${rows} rows it has to be below ${Number((1 / (ROWS_PER_DELTA * rows)).toPrecision(2))}`, [
      'choose a smaller delta, or `laplace`, which needs none',
    ]);
  }
  return delta;
}
