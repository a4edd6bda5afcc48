import { type AheParameters, errorBound, errorVariance } from './parameters.js';
import { product } from './sizes.js';

/** What an answer multiplies by: how many coefficients of multipliers meet one coefficient of an answer, and how large they are at most. */
export interface Load {
  readonly terms: number;
  readonly bound: number;
  /** Coefficients that the owner gets. */
  readonly coefficients: number;
}

const modulusOf = ({ primes, slotPrimes }: AheParameters): { q: number; t: number } => (
  { q: Number(product(primes)), t: slotPrimes === 0 ? 2 ** 64 : Number(product(primes.slice(0, slotPrimes))) });

/** Plaintexts that multiply `count` ciphertexts whole. */
export const wholeLoad = (parameters: AheParameters, count: number): Load => ({ terms: count * parameters.degree, bound: modulusOf(parameters).t / 2, coefficients: parameters.degree });

/**
 * Standard deviation, over the owner's errors and u, of one coefficient of v + e_1·s (see libs/mpc/src/ahe/scheme.ts), for the worst multipliers: errors and rounding are of mean 0, independent of them and
 * of each other.
 */
export function leakDeviation({ degree, slotPrimes }: AheParameters, { terms, bound }: Load): number {
  const rounding = slotPrimes === 0 ? 1 / 4 : 0;
  const ofZero = 2 * (2 / 3) * degree * errorVariance;
  return Math.sqrt(terms * (errorVariance + rounding) * bound ** 2 + ofZero);
}

/** What the owner's view of an answer and one that is made of its plaintext alone differ by, at most, as a statistical distance. */
export function answerDistance(parameters: AheParameters, load: Load): number {
  const { primes, bodyBits } = parameters;
  const { q } = modulusOf(parameters);
  // Each constant of a fraction is short by less than 2^-155, a fraction by less than 2^-128; bits of it below the last of U are not flooded.
  const arithmetic = primes.reduce((sum, prime) => sum + prime, 0) * 2 ** -155 + 2 ** -128 + Math.max(2 ** (-64 - bodyBits), 2 ** -128);
  return load.coefficients * 2 ** bodyBits * (leakDeviation(parameters, load) / q + arithmetic);
}

/** How far d'_0 + d'_1·s may lie from T's next multiple, in units of 2^-w_1, after the body's part is taken off; see `failureProbability`. */
export function roundingBudget(parameters: AheParameters, load: Load): number {
  const { degree, bodyBits, maskBits } = parameters;
  const { q, t } = modulusOf(parameters);
  const ofErrors = load.terms * load.bound * (errorBound + 1) + 2 * degree * errorBound;
  return 2 ** maskBits * (1 / (2 * t) - 2 ** -bodyBits - ofErrors / q - 2 ** -120);
}

/**
 * That some coefficient of an answer decrypts wrongly, at most: Hoeffding's bound on N numbers uniform in [−1/2, 1/2], the rounding of the mask times the secret. Errors count at
 * their largest.
 */
export function failureProbability(parameters: AheParameters, load: Load): number {
  const budget = roundingBudget(parameters, load);
  return budget <= 0 ? 1 : 2 * load.coefficients * Math.exp((-2 * budget ** 2) / parameters.degree);
}
