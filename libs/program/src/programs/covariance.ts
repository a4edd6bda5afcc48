import { defineProgram } from '../definition.js';
import { type TensorResult } from '../result.js';
import { TensorBuilder } from '../tensor/builder.js';
import { COLUMNS, NO_SPREAD, NUMERIC, OF, rowsRole, TOO_FEW, WHERE } from './common.js';
import { CHECK } from './quality.js';
import { Floating, floatingOf } from './floating.js';
import { type Method } from './method.js';
import { centredMoments, diagonalOf, divisorOf, pairsOf, symmetric, spreadsOf, upperTriangle } from './moments.js';
import { numberFeatures, requireRows, rowBoundOf, summedColumns, whereOf } from './rows.js';

export const COVARIANCE = defineProgram({
  v: 1,
  name: 'Covariance',
  opens: 'The receivers learn the covariance of every two of some columns, and the variance of each, over the rows of all data owners together that meet the conditions, to about seven digits, or that there is none, and nothing else: neither means nor the number of rows.',
  roles: [rowsRole({ namedBy: 'columns', types: NUMERIC })],
  parameters: [COLUMNS, OF, WHERE, CHECK],
  rowCounts: 'hidden',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 'covariance/1' },
});

/** Σ(x − mean x)(y − mean y) / n, or / (n − 1), as floating-point numbers. */
export const covariance: Method = {
  plan(bound, { minimumGroup }) {
    const { inputs, parameters: { of } } = bound;
    const builder = new TensorBuilder();
    const features = numberFeatures(bound, inputs);
    const { count, comoments, least } = centredMoments(builder, inputs, { name: 'moments', features, where: whereOf(bound, inputs), check: bound.parameters.check });
    requireRows(builder, count.n, inputs, minimumGroup);
    const { divisor, valid } = divisorOf(count, of!, rowBoundOf(inputs));
    const { spread, squares } = spreadsOf(diagonalOf(comoments), least);
    builder.output('valid', valid);
    Floating.of(squares).times(divisor.inverse).open(builder, 'variances', spread.times(valid, { fractionBits: 0 }));
    Floating.of(upperTriangle(comoments, false)).times(divisor.inverse).open(builder, 'covariances', valid);
    return builder.body();
  },
  result: (opened, plan): TensorResult => {
    const columns = summedColumns(plan);
    const names = columns.map(({ name }) => name);
    if (opened.number('valid') === 0) return { covariance: symmetric(names, () => null), why: TOO_FEW };
    const scale = (i: number, j: number): number => 2 ** (columns[i]!.exponent + columns[j]!.exponent);
    const variances = floatingOf(opened, 'variances').map((value, i) => (value === 0 ? null : value * scale(i, i)));
    const covariances = floatingOf(opened, 'covariances');
    const place = new Map(pairsOf(names.length, false).map(([i, j], at) => [i * names.length + j, at]));
    return {
      covariance: symmetric(names, (i, j) => (i === j ? variances[i]! : covariances[place.get(i * names.length + j)!]! * scale(i, j))),
      ...(variances.includes(null) && { why: NO_SPREAD }),
    };
  },
};
