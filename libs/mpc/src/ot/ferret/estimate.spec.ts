import { type FerretParameters, ferretSets, sizesOf } from '#program/plans';

/**
 * What the parameters of the code with regular noise are worth, by formulas in the literature, so that a change of parameters shows. n outputs, secret of k bits, one noisy
 * position in each of t blocks of b = n/t. Bits are log₂ of operations.
 *
 *   pooled Gauss   guesses k outputs without noise and solves: 1/P · k^2.8, P = C(n−k, t)/C(n, t) (Esser, Kübler, May: CRYPTO 2017; for these parameters Liu, Wang, Yang, Yu: ePrint 2022/712).
 *   regular Gauss  the same, k/b of each block, after the t sums of the blocks have taken t bits off the secret: P = (1 − (k−t)/n)^t (Esser, Santini: ePrint 2023/1568).
 *   algebraic      guesses f positions of each block without noise, and solves for the rest by its quadratic equations e_i·e_j = 0 in a block: Briaud, Øygarden (EUROCRYPT 2023, ePrint
 *                  2023/176). The degree D is that of the first coefficient of (1 + (b−f−1)·z)^t / (1 + z)^(n−k) that is not positive; solving takes M^2.807 or 3·w·M² for M monomials of
 *                  degree D and less and w to a row, and substituting the guess (f·t)^2.8.
 *
 * Attacks that these do not cover (BJMM, statistical decoding) are `lpnestimator`'s, which libs/program/src/traffic/transfers/ferret.ts quotes; for noise as rare as here they gain little on Gauss.
 */
const logGamma = (x: number): number => (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + 1 / (12 * x) - 1 / (360 * x ** 3);
const logBinomial = (n: number, k: number): number => (logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)) / Math.LN2;
const binomial = (n: bigint, k: number): bigint => {
  let result = 1n;
  for (let i = 0n; i < BigInt(k); i++) result = (result * (n - i)) / (i + 1n);
  return result;
};
const logSum = (a: number, b: number): number => Math.max(a, b) + Math.log2(1 + 2 ** -Math.abs(a - b));
const elimination = 2.8;

function gauss(n: number, k: number, t: number): number {
  let attempts = 0;
  for (let i = 0; i < t; i++) attempts -= Math.log2((n - k - i) / (n - i));
  return attempts + elimination * Math.log2(k);
}

const regularGauss = (n: number, k: number, t: number): number => -t * Math.log2(1 - (k - t) / n) + elimination * Math.log2(k - t);

/** The first coefficient that is not positive, up to z^5. */
function degreeOf(n: number, k: number, t: number, left: number): number | undefined {
  const coefficient = (degree: number): bigint => {
    let sum = 0n;
    for (let j = 0; j <= degree; j++) {
      const rest = degree - j;
      sum += binomial(BigInt(t), j) * BigInt(left) ** BigInt(j) * (rest % 2 === 0 ? 1n : -1n) * binomial(BigInt(n - k + rest - 1), rest);
    }
    return sum;
  };
  return [2, 3, 4, 5].find((degree) => coefficient(degree) <= 0n);
}

function algebraic(n: number, k: number, t: number): number {
  const block = n / t;
  let least = Infinity;
  for (let f = 0; f < block - 2 && k - t - f * t > 2; f++) {
    const unknown = k - t - f * t;
    const degree = degreeOf(n, k, t, block - f - 1);
    if (degree === undefined) continue;
    const monomials = logBinomial(unknown + degree, degree);
    const solving = Math.min(2.807 * monomials, Math.log2(3) + 2 * monomials + logBinomial(unknown + 2, 2));
    least = Math.min(least, -t * Math.log2(1 - f / block) + logSum(solving, elimination * Math.log2(Math.max(2, f * t))));
  }
  return least;
}

const bitsOf = (parameters: FerretParameters): { readonly gauss: number; readonly regular: number; readonly algebraic: number } => {
  const { outputs: n, secret: k } = sizesOf(parameters);
  const { trees: t } = parameters;
  return { gauss: gauss(n, k, t), regular: regularGauss(n, k, t), algebraic: algebraic(n, k, t) };
};

test.each<[FerretParameters, number, number, number]>([[ferretSets.b10, 140, 139, 132], [ferretSets.b11, 142, 141, 131]])('a set has 128 bits and more by all three', (parameters, ...expected) => {
  const bits = bitsOf(parameters);
  expect([bits.gauss, bits.regular, bits.algebraic].map(Math.floor)).toEqual(expected);
  expect(Math.min(...expected)).toBeGreaterThanOrEqual(128);
});

test('half the secret is worth far less, and so is half the noise in as many outputs', () => {
  for (const set of [ferretSets.b10, ferretSets.b11]) {
    expect(bitsOf({ ...set, secretLog: set.secretLog - 1 }).algebraic).toBeLessThan(100);
    expect(bitsOf({ ...set, trees: set.trees / 2, depth: set.depth + 1 }).algebraic).toBeLessThan(100);
  }
});

test('regular noise is weaker than any noise of that weight, and a short secret with little noise is weak', () => {
  const { gauss: any, regular } = bitsOf(ferretSets.b10);
  expect(regular).toBeLessThan(any);
  expect(bitsOf({ name: 'few', trees: 100, depth: 10, secretLog: 12 }).gauss).toBeLessThan(45);
});
