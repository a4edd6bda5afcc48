import { fractionOfQuotient, numberOf } from '../fraction.js';
import { type Plan } from '../plan.js';
import { noiseOf } from './draw.js';

/** Spread of the grid on which sums of noises are tabulated; wider ones are scaled down to it. Below 1/500 of the value is lost. */
const GRID_SPREAD = 250;
/** From this deviation on, a sum of discrete Gaussians differs from one discrete Gaussian by less than doubles can tell: e^(−2π²·16). */
const SMOOTH = 4;

/**
 * The least x, in units of elements, such that the noises of all parties together are farther than x from 0 with a probability of at most
 * `miss`: for people to read, so in doubles, and rounded up.
 */
export function noiseQuantile(plan: Plan, output: string, miss: number): number {
  const scale = numberOf(fractionOfQuotient(noiseOf(plan, output).scale));
  const parties = plan.parties.length;
  return plan.privacy!.mechanism === 'discrete-laplace' ? laplaceQuantile(scale, parties, miss) : gaussianQuantile(Math.sqrt(scale), parties, miss);
}

export function laplaceQuantile(scale: number, count: number, miss: number): number {
  const factor = Math.max(1, scale / GRID_SPREAD);
  const ratio = Math.exp(-factor / scale);
  const reach = Math.ceil(((40 + 2 * count) * scale) / factor);
  let table = new Float64Array(2 * reach + 1);
  table[reach] = 1;
  for (let n = 0; n < count; n++) table = withLaplace(table, ratio);
  return Math.ceil(factor * quantileOf(table, miss));
}

export function gaussianQuantile(deviation: number, count: number, miss: number): number {
  const whole = deviation * Math.sqrt(count);
  if (deviation >= SMOOTH) {
    const factor = Math.max(1, whole / GRID_SPREAD);
    return Math.ceil(factor * quantileOf(gaussian(whole / factor), miss));
  }
  const one = gaussian(deviation);
  let table = one;
  for (let n = 1; n < count; n++) table = convolved(table, one);
  return quantileOf(table, miss);
}

/** The distribution of X + Y for Y with P(y) ∝ ratio^|y|, in one sweep each way. */
function withLaplace(table: Float64Array, ratio: number): Float64Array<ArrayBuffer> {
  const sum = new Float64Array(table.length);
  for (const step of [1, -1]) {
    let carried = 0;
    for (let i = step > 0 ? 0 : table.length - 1; i >= 0 && i < table.length; i += step) {
      sum[i] += step > 0 ? table[i] + carried * ratio : carried * ratio;
      carried = table[i] + carried * ratio;
    }
  }
  return sum.map((p) => (p * (1 - ratio)) / (1 + ratio));
}

function gaussian(deviation: number): Float64Array {
  const reach = Math.ceil(12 * deviation) + 1;
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

function convolved(left: Float64Array, right: Float64Array): Float64Array {
  const sum = new Float64Array(left.length + right.length - 1);
  left.forEach((p, i) => right.forEach((q, j) => (sum[i + j] += p * q)));
  return sum;
}

/** The least x with P(|X| > x) ≤ miss, of a table that is symmetric around its middle. */
function quantileOf(table: Float64Array, miss: number): number {
  let outside = 0;
  let i = 0;
  while (2 * (outside + table[i]) <= miss) outside += table[i++];
  return (table.length - 1) / 2 - i;
}
