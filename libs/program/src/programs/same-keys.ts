import { type ParameterDefinition } from '../parameters.js';
import { type BoundInput, type BoundRequest, columnOf } from '../request.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';

export const KEYS: ParameterDefinition = {
  name: 'key', kind: 'columns', default: [],
  meaning: 'the columns of integers that say whose a row is, the same at every owner: their values are compared row by row on shares, and the job ends where they differ; not compared where left out',
};

/**
 * Ends the session, and names the owner, unless the rows of every owner have the keys of the first one's, in its order: the one bit that is opened for each. Keys are shared, and
 * what is opened of them is whether all differences are 0. Throws PlanError CS0612, CS0613.
 */
export function requireSameKeys(builder: TensorBuilder, { values }: BoundRequest, [first, ...others]: readonly BoundInput[], rows: number): void {
  const keys = values.key as readonly string[];
  if (keys.length === 0 || !first) return;
  const shared = (input: BoundInput): Tensor => builder.concat(keys.map((column, i) => {
    const { min, max } = columnOf(input, column, ['integer']);
    return builder.input({
      name: `key.${i}.${input.party}.${input.descriptor.name}`, party: input.party, dataset: input.descriptor.name, shape: [rows, 1], fractionBits: 0, least: min, most: max, onShares: true,
      source: { of: 'column', column },
    });
  }), 1);
  const own = shared(first);
  for (const input of others) builder.requireWithin(shared(input).minus(own), 0, 0, input.party, 'order');
}
