/** Tails of distributions in doubles, to about twelve digits: what readers make of an opened statistic. */

/** P(|T| ≥ |t|) for Student's t with `df` > 0 degrees of freedom. */
export const studentTail = (t: number, df: number): number => betaRatio({ x: df / (df + t * t), rest: (t * t) / (df + t * t) }, df / 2, 1 / 2);

/** P(X ≥ x) for chi-square with `df` > 0 degrees of freedom and x ≥ 0. */
export const chiSquareTail = (x: number, df: number): number => gammaRatio(df / 2, x / 2).upper;

/** ln Γ(x) for x > 0 (Lanczos, SIAM J. Numer. Anal. B 1, 1964; g = 7, 9 terms). */
function lnGamma(x: number): number {
  const terms = [676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  const sum = terms.reduce((all, term, i) => all + term / (x + i), 0.99999999999980993);
  const t = x + 6.5;
  return Math.log(2 * Math.PI) / 2 + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

const ENOUGH = 1e-15;
const TINY = 1e-300;
const STEPS = 10_000;

/** b₀ + a₁/(b₁ + a₂/(b₂ + …)) by the modified method of Lentz (Thompson, Barnett 1986). */
function continuedFraction(b0: number, term: (i: number) => readonly [a: number, b: number]): number {
  let f = b0 || TINY;
  let [c, d] = [f, 0];
  for (let i = 1; i <= STEPS; i++) {
    const [a, b] = term(i);
    d = 1 / (b + a * d || TINY);
    c = b + a / c || TINY;
    f *= c * d;
    if (Math.abs(c * d - 1) < ENOUGH) break;
  }
  return f;
}

/** I_x(a, b), the regularised incomplete beta function (DLMF 8.17.22); `rest` is 1 − x, all of its digits. */
function betaRatio({ x, rest }: { readonly x: number; readonly rest: number }, a: number, b: number): number {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaRatio({ x: rest, rest: x }, b, a);
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log(rest)) / a;
  const fraction = continuedFraction(1, (i) => {
    const m = i >> 1;
    return [i % 2 === 0 ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)) : -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)), 1];
  });
  return front / fraction;
}

/** P(a, x), the regularised lower incomplete gamma function (DLMF 8.7.1, 8.9.2), and 1 − P. */
function gammaRatio(a: number, x: number): { lower: number; upper: number } {
  if (x <= 0) return { lower: 0, upper: 1 };
  const front = Math.exp(a * Math.log(x) - x - lnGamma(a));
  if (x < a + 1) {
    let [sum, term] = [1 / a, 1 / a];
    for (let i = 1; i <= STEPS && term > sum * ENOUGH; i++) sum += term *= x / (a + i);
    return { lower: front * sum, upper: 1 - front * sum };
  }
  const upper = front / continuedFraction(x + 1 - a, (i) => [-i * (i - a), x + 2 * i + 1 - a]);
  return { lower: 1 - upper, upper };
}
