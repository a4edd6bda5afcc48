import { defineProgram } from '../definition.js';
import { PlanError } from '../errors.js';
import { modelFeatures } from '../linear-score.js';
import { exponentAbove, type NumericDeclaration } from '../ranges.js';
import { type BoundInput, columnOf } from '../request.js';
import { TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { SPLINE_ERROR } from '../tensor/operators/spline.js';
import { NUMERIC } from './common.js';
import { type Method } from './method.js';
import { CHECK, requireDeclared } from './quality.js';
import { type Feature } from './rows.js';
import { WORK_BITS } from './standardise.js';

const INTERCEPT = 'intercept';
const PROBABILITY_BITS = 20;
const LEAST_BITS = 12;

export const LOGISTIC_SCORE = defineProgram({
  v: 1,
  name: 'Logistic Score',
  opens: 'The receivers learn one probability for each row of the data owner, in its row order: the logistic function of the weighted sum of the row plus the intercept; all parties learn how many rows there are; and nothing else.',
  roles: [
    { name: 'model', inputs: 'one', rows: 'one', columns: [{ name: INTERCEPT, types: NUMERIC }, { each: 'feature', types: NUMERIC }] },
    { name: 'rows', inputs: 'one', rows: 'any', columns: [{ each: 'feature', types: NUMERIC }] },
  ],
  parameters: [CHECK],
  rowCounts: 'disclosed',
  minimumGroup: 'unsupported',
  computation: { kind: 'tensor', method: 'logistic-score/1' },
});

/** The greatest magnitude of a declared column. */
function reachOf(input: BoundInput, column: string): number {
  const { min, max } = columnOf(input, column, NUMERIC);
  return Math.max(Math.abs(min), Math.abs(max));
}

const scaledEnds = ({ min, max }: NumericDeclaration, { exponent }: Feature): Pick<NumericDeclaration, 'min' | 'max'> => ({ min: min * 2 ** -exponent, max: max * 2 ** -exponent });

/** σ(Σ x_j · w_j + b): a column is scaled to [−1, 1], and its weight the other way round. Checked, rows and model both. */
export const logisticScore: Method = {
  plan({ inputs, values }, context) {
    const model = inputs.find(({ role }) => role === 'model')!;
    const rows = inputs.find(({ role }) => role === 'rows')!;
    const names = modelFeatures(model);
    const exponents = names.map((name) => { const reach = reachOf(rows, name); return reach === 0 ? 0 : exponentAbove(reach); });
    const weights = names.map((name, j) => reachOf(model, name) * 2 ** exponents[j]!);
    const bound = weights.reduce((sum, weight) => sum + weight, reachOf(model, INTERCEPT));
    const bits = WORK_BITS - 1 - Math.max(0, Math.ceil(Math.log2(Math.max(bound, 1))));
    const [rowBits, weightBits] = [Math.floor(bits / 2), Math.ceil(bits / 2)];
    if (rowBits < LEAST_BITS + Math.ceil(Math.log2(Math.max(1, ...weights)))) {
      throw new PlanError('CS0620', `scores by \`${model.descriptor.name}\` of \`${model.descriptor.node}\` may be as large as ${bound.toPrecision(2)}, which leaves too little precision`, ['declare narrower ranges of its weights, or of the columns of the rows']);
    }
    const builder = new TensorBuilder();
    const feature = (name: string, exponent: number): Feature => ({ name, column: { column: name, offset: '0', exponent }, offset: 0, exponent, reach: 1 });
    const count = context.rowsOf(rows);
    const checked = values.check === 'shares';
    const matrix = (name: string, owner: BoundInput, height: number, features: readonly Feature[], most: number, fractionBits: number): Tensor => {
      const { party, descriptor } = owner;
      const made = builder.input({
        name, party, dataset: descriptor.name, fractionBits, shape: [height, features.length], least: -most, most, source: { of: 'matrix', rows: height, columns: features.map(({ column }) => column) },
        ...(checked && { onShares: true as const }),
      });
      if (checked) requireDeclared(builder, made, features.map((each) => scaledEnds(columnOf(owner, each.name, NUMERIC), each)), party);
      return made;
    };
    const x = matrix('rows', rows, count, names.map((name, j) => feature(name, exponents[j]!)), 1, rowBits);
    const w = matrix('weights', model, 1, names.map((name, j) => feature(name, -exponents[j]!)), Math.max(...weights), weightBits);
    const b = matrix('intercept', model, 1, [feature(INTERCEPT, 0)], reachOf(model, INTERCEPT), bits);
    const logits = x.matmul(w.reshape([names.length]), { fractionBits: bits, between: [-bound, bound] }).plus(b.reshape([1])).within(-2 * bound, 2 * bound);
    // A logit may be as far off as makes as much of it as the spline.
    builder.output('probabilities', logits.sigmoid({ fractionBits: PROBABILITY_BITS }), { errorBound: 2 * SPLINE_ERROR });
    return builder.body();
  },
  result: (opened) => ({ probabilities: opened.numbers('probabilities') }),
};
