import { type DatasetView } from '#contract';
import { type Network, networkDigest } from '#program';

/** The columns of a dataset, or what is public of a model. */
export const contentText = ({ columns, network }: Pick<DatasetView, 'columns' | 'network'>): string => (network ? networkText(network) : Object.keys(columns).join(', '));

/** What others know of a model, in a line. */
export function networkText(network: Network): string {
  const weights = network.weights.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  return `a neural network of ${network.layers.map(({ op }) => op).join(', ')}; ${weights.toLocaleString('en')} weights, which are secret; architecture ${networkDigest(network).slice(0, 16)}`;
}
