import { PlanError } from '../errors.js';
import { type ParameterDefinition } from '../parameters.js';
import { at } from '../ranges.js';
import { type BoundInput, type BoundRequest, columnOfAll } from '../request.js';
import { type Feature, categoriesOfAll, indicatorFeature } from './rows.js';

export const LABEL: ParameterDefinition = { name: 'label', kind: 'column', meaning: 'the column that the model is to tell: of categories, or of integers 0 and 1' };
export const POSITIVE: ParameterDefinition = { name: 'positive', kind: 'text', default: '1', meaning: 'the value of the label that counts as 1' };

/** 1 where the label is `positive`, else 0. Throws CS0604, CS0621. */
export function labelFeature({ parameters, values }: BoundRequest, inputs: readonly BoundInput[]): Feature {
  const [column, positive] = [parameters.label!, values.positive as string];
  const declarations = columnOfAll(inputs, column, ['category', 'integer']);
  if (declarations[0]!.type === 'category') {
    const categories = categoriesOfAll(inputs, column);
    if (!categories.includes(positive)) throw new PlanError('CS0604', `\`positive\` is \`${positive}\`, which \`${column}\` never is`, [`it may be ${categories.slice(0, 20).map((each) => `\`${each}\``).join(', ')}`]);
    return indicatorFeature(column, positive);
  }
  if (positive !== '1') throw new PlanError('CS0604', `\`${column}\` holds integers, of which 1 counts as 1`, ['leave `positive` out']);
  declarations.forEach((declaration, i) => {
    if (declaration.type !== 'integer' || declaration.min < 0 || declaration.max > 1) {
      const { node, name: dataset } = inputs[i]!.descriptor;
      throw new PlanError('CS0621', `${at({ node, dataset, column })} is a label and may be other than 0 and 1`, ['declare it from 0 to 1']);
    }
  });
  return { name: column, column: { column, offset: '0', exponent: 0 }, offset: 0, exponent: 0, reach: 1, mark: true };
}
