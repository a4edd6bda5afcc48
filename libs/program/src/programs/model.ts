import { type Plan } from '../plan.js';
import { type ResultValue } from '../result.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { type OpenedTensors } from './opened.js';
import { type Feature, namedFeatures, scalesOf } from './rows.js';
import { type Standard, productWithinWords } from './standardise.js';

/** `most` bounds a weight. Opens weights and intercept in the units of scaled columns, the same of standardised columns, and which columns hardly vary. Throws CS0604 for two of one name. */
export function openModel(builder: TensorBuilder, theta: Tensor, features: readonly Feature[], { mean, variance, narrow }: Standard, most: number): void {
  const columns = features.length;
  const { fractionBits } = theta;
  const labels = [namedFeatures(features).map(({ name }) => name)];
  const [own, constant] = [theta.slice(0, 0, columns).within(-most, most), theta.slice(0, columns, columns + 1)];
  builder.output('own', own, { labels });
  builder.output('constant', constant);
  builder.output('standardised', productWithinWords(own, variance.sqrt({ fractionBits: 24 }), fractionBits), { labels });
  builder.output('intercept', constant.plus(productWithinWords(own, mean, fractionBits).sum()));
  builder.output('narrow', narrow, { labels });
}

/** In the columns' own units, x = value · 2^exponent + offset, and standardised. */
export function coefficients(opened: OpenedTensors, plan: Plan): { readonly [name: string]: ResultValue } {
  const names = plan.outputs.find(({ name }) => name === 'own')!.labels![0]!;
  const columns = scalesOf(plan, names);
  const own = opened.numbers('own').map((value, j) => value * 2 ** -columns[j]!.exponent);
  const standardised = opened.numbers('standardised');
  const narrow = opened.numbers('narrow');
  return {
    coefficients: Object.fromEntries(names.map((name, j) => [name, { coefficient: own[j]!, standardised: standardised[j]! }])),
    intercept: own.reduce((sum, value, j) => sum - value * columns[j]!.offset, opened.number('constant')),
    'standardised intercept': opened.number('intercept'),
    ...hardlyVary(names.filter((_, j) => narrow[j] === 1)),
  };
}

/** Names columns whose spread is too small beside their declared range to be told from none, where there are any. */
export const hardlyVary = (names: readonly string[]): { readonly [name: string]: ResultValue } => (names.length === 0 ? {} : { 'hardly vary': names });
