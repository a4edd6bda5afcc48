/** Logistic regression in doubles, by the recipe that the programs follow: the plain twin of what is trained on shares. */
export interface PlainTraining {
  /** Of standardised columns, and the intercept last. */
  readonly weights: Float64Array;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

export interface PlainRecipe {
  readonly steps: number;
  readonly rate: number;
  readonly penalty: number;
  readonly balanced?: boolean;
  /** By what columns are standardised in place of the rows' own. */
  readonly standard?: Pick<PlainTraining, 'mean' | 'deviation'>;
}

/** Gradient descent over all rows from zero, L2 on all weights but the intercept; columns standardised by the population's deviation. */
export function trainInPlain(rows: readonly (readonly number[])[], labels: readonly number[], { steps, rate, penalty, balanced, standard: given }: PlainRecipe): PlainTraining {
  const [n, columns] = [rows.length, rows[0]!.length];
  const mean = given?.mean ?? Float64Array.from({ length: columns }, (_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / n);
  const deviation = given?.deviation ?? Float64Array.from({ length: columns }, (_, j) => Math.sqrt(rows.reduce((sum, row) => sum + (row[j]! - mean[j]!) ** 2, 0) / n));
  const standard = rows.map((row) => row.map((x, j) => (deviation[j] === 0 ? 0 : (x - mean[j]!) / deviation[j]!)));
  const ones = labels.reduce((sum, y) => sum + y, 0);
  const weightOf = (y: number): number => (balanced ? n / (2 * (y === 1 ? ones : n - ones)) : 1);
  const weights = new Float64Array(columns + 1);
  for (let step = 0; step < steps; step++) {
    const gradient = new Float64Array(columns + 1);
    standard.forEach((row, i) => {
      const residual = weightOf(labels[i]!) * (1 / (1 + Math.exp(-row.reduce((sum, x, j) => sum + x * weights[j]!, weights[columns]!))) - labels[i]!);
      row.forEach((x, j) => (gradient[j]! += x * residual));
      gradient[columns]! += residual;
    });
    weights.forEach((weight, j) => (weights[j] = weight - rate * (gradient[j]! / n + (j < columns ? penalty * weight : 0))));
  }
  return { weights, mean, deviation };
}

/** The part of pairs of a 1 and a 0 that scores order rightly; half of those with equal scores. */
export function aucInPlain(scores: readonly number[], labels: readonly number[]): number {
  const [ones, zeros] = [1, 0].map((y) => scores.filter((_, i) => labels[i] === y)) as [number[], number[]];
  return ones.reduce((sum, one) => sum + zeros.reduce((wins, zero) => wins + (one > zero ? 1 : one === zero ? 0.5 : 0), 0), 0) / (ones.length * zeros.length);
}
