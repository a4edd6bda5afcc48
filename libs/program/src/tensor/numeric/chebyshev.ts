/** Σ c_i u^i for |u| ≤ 1, and how far it is from its function at most. */
export interface Polynomial {
  readonly coefficients: readonly number[];
  readonly error: number;
}

/**
 * Chebyshev coefficients c_0 … c_16 of functions on [−1, 1]: f(u) = Σ c_k T_k(u). As |T_k| ≤ 1, leaving out those from some k on costs no more
 * than the sum of their magnitudes (Mason, Handscomb, Chebyshev Polynomials, 2003, §5.2). From 2/128 · Σ f(cos θ_i) cos(kθ_i) at 128 nodes in
 * 40 decimals; the spec derives them anew.
 */
export const SERIES = {
  /** 1/M for M = (u + 3)/4 in [1/2, 1] */
  reciprocal: [
    1.4142135623730951, -0.4852813742385703, 0.08326112068523166, -0.014285349872819663, 0.002450978551686317, -0.00042052143729824013, 7.21500721031238e-05,
    -1.237899532050265e-05, 2.1238998198920976e-06, -3.644035988499362e-07, 6.252177320751949e-08, -1.0727040395180735e-08, 1.840469163564924e-09, -3.1577458620880855e-10,
    5.4178353687927354e-11, -9.295535918755551e-12, 1.5948618246059554e-12,
  ],
  /** √M for M = (u + 3)/4 */
  squareRoot: [
    0.8598466001022378, 0.1459057348496806, -0.006235123598338358, 0.0005338902157771418, -5.718633032911417e-05, 6.862979719251936e-06, -8.826516039474601e-07,
    1.1893986739664648e-07, -1.6575365758602577e-08, 2.3693071931285915e-09, -3.4546145137377175e-10, 5.1180516594198186e-11, -7.682424573299868e-12, 1.1658625954451543e-12,
    -1.7857930012231411e-13, 2.7572823690964948e-14, -4.286883668824529e-15,
  ],
  /** ln M for M = (u + 3)/4 */
  logarithm: [
    -0.3166943676407499, 0.3431457505076198, -0.029437251522859413, 0.0033670892555643893, -0.00043327588861004444, 5.9470711989579834e-05, -8.502967541202865e-06,
    1.250467362200566e-06, -1.8772799565082365e-07, 2.8630250648396918e-08, -4.420956980684443e-09, 6.895602732267564e-10, -1.0845068551012423e-10, 1.7175873171894198e-11,
    -2.7364200918754734e-12, 4.381957655276783e-13, -7.048360070215132e-14,
  ],
  /** 2^F for F = (u + 1)/2 in [0, 1] */
  exponential: [
    1.456999875012963, 0.49752486781044186, 0.04289311198967964, 0.0024714281639958507, 0.00010690611635808512, 3.7013814277244363e-06, 1.0682375375401699e-07,
    2.6430327628977725e-09, 5.722647570618294e-11, 1.1014762141606643e-12, 1.9081920420290866e-14, 3.0053572100519623e-16, 4.339070906698123e-18, 5.782920556610152e-20,
    7.156860824424656e-22, 8.266895613797936e-24, 8.952410808530948e-26,
  ],
} as const satisfies Record<string, readonly number[]>;

/** The polynomial of least degree that comes within `error` of the function. Only sums and products of doubles: the same on every machine. */
export function polynomialWithin(series: readonly number[], error: number): Polynomial {
  const rest = (degree: number): number => series.slice(degree + 1).reduce((sum, c) => sum + Math.abs(c), 0);
  let degree = 1;
  while (degree < series.length - 2 && rest(degree) > error) degree++;
  const coefficients = Array.from({ length: degree + 1 }, () => 0);
  // T_0 = 1, T_1 = u, T_(k+1) = 2u·T_k − T_(k−1)
  let [before, last] = [[1], [0, 1]];
  for (let k = 0; k <= degree; k++) {
    before.forEach((c, i) => (coefficients[i]! += c * series[k]!));
    const next = [0, ...last.map((c) => 2 * c)].map((c, i) => c - (before[i] ?? 0));
    [before, last] = [last, next];
  }
  return { coefficients, error: rest(degree) };
}
