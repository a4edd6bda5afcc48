import { defineProgram } from '../definition.js';
import { type TensorResult } from '../result.js';
import { TensorBuilder } from '../tensor/builder.js';
import { COLUMNS, NO_SPREAD, NUMERIC, rowsRole, TOO_FEW, WHERE } from './common.js';
import { CHECK } from './quality.js';
import { Floating, floatingOf } from './floating.js';
import { type Method } from './method.js';
import { centredMoments, diagonalOf, pairsOf, symmetric, spreadsOf, upperTriangle } from './moments.js';
import { numberFeatures, requireRows, summedColumns, whereOf } from './rows.js';

export const CORRELATION = defineProgram({
  v: 1,
  name: 'Correlation',
  opens: 'The receivers learn the correlation (Pearson) of every two of some columns over the rows of all data owners together that meet the conditions, to about seven digits, or which of the columns have none, and nothing else: neither means and variances nor the number of rows.',
  roles: [rowsRole({ namedBy: 'columns', types: NUMERIC })],
  parameters: [COLUMNS, WHERE, CHECK],
  rowCounts: 'hidden',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 'correlation/1' },
});

/** Σ(x − mean x)(y − mean y) / (√Σ(x − mean x)² · √Σ(y − mean y)²). */
export const correlation: Method = {
  plan(bound, { minimumGroup }) {
    const { inputs } = bound;
    const builder = new TensorBuilder();
    const features = numberFeatures(bound, inputs);
    const size = features.length;
    const { count, comoments, least } = centredMoments(builder, inputs, { name: 'moments', features, where: whereOf(bound, inputs), check: bound.parameters.check });
    requireRows(builder, count.n, inputs, minimumGroup);
    const { spread, squares } = spreadsOf(diagonalOf(comoments), least);
    const has = spread.times(count.n.atLeast(2), { fractionBits: 0 });
    builder.output('has', has);
    const roots = Floating.of(squares).sqrt();
    const both = roots.shaped((x) => x.reshape([size, 1])).times(roots.shaped((x) => x.reshape([1, size]))).shaped((x) => upperTriangle(x, false)).within(1 / 4 - 2 ** -20, 1);
    const bothHave = upperTriangle(has.reshape([size, 1]).times(has.reshape([1, size]), { fractionBits: 0 }), false);
    Floating.of(upperTriangle(comoments, false)).over(both).open(builder, 'correlations', bothHave);
    return builder.body();
  },
  result: (opened, plan): TensorResult => {
    const names = summedColumns(plan).map(({ name }) => name);
    const has = opened.numbers('has').map((bit) => bit === 1);
    const correlations = floatingOf(opened, 'correlations').map((r) => Math.max(-1, Math.min(1, r)));
    const place = new Map(pairsOf(names.length, false).map(([i, j], at) => [i * names.length + j, at]));
    return {
      correlation: symmetric(names, (i, j) => (!has[i] || !has[j] ? null : i === j ? 1 : correlations[place.get(i * names.length + j)!]!)),
      ...(has.includes(false) && { why: has.includes(true) ? NO_SPREAD : `${TOO_FEW}, or ${NO_SPREAD}` }),
    };
  },
};
