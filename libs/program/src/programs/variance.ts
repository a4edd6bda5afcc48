import { defineProgram } from '../definition.js';
import { type TensorResult } from '../result.js';
import { TensorBuilder } from '../tensor/builder.js';
import { columnOfAll } from '../request.js';
import { COLUMN, NO_SPREAD, NUMERIC, OF, rowsRole, TOO_FEW, WHERE } from './common.js';
import { CHECK } from './quality.js';
import { Floating, floatingOf } from './floating.js';
import { type Method } from './method.js';
import { centredMoments, divisorOf, isConstantWithoutSpread, spreadsOf } from './moments.js';
import { numberFeature, requireRows, rowBoundOf, summedColumns, whereOf } from './rows.js';

export const VARIANCE = defineProgram({
  v: 1,
  name: 'Variance',
  opens: 'The receivers learn the variance of one column over the rows of all data owners together that meet the conditions, to about seven digits, or that there is none, and nothing else: neither the mean nor the number of rows.',
  roles: [rowsRole({ namedBy: 'column', types: NUMERIC })],
  parameters: [COLUMN, OF, WHERE, CHECK],
  rowCounts: 'hidden',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 'variance/1' },
});

/** Σ(x − mean)² / n, or / (n − 1), as a floating-point number. */
export const variance: Method = {
  plan(bound, { minimumGroup }) {
    const { inputs, parameters: { column, of } } = bound;
    const builder = new TensorBuilder();
    const feature = numberFeature(inputs, column!);
    const { count, comoments, least } = centredMoments(builder, inputs, { name: 'moments', features: [feature], where: whereOf(bound, inputs), check: bound.parameters.check });
    requireRows(builder, count.n, inputs, minimumGroup);
    const { spread, squares } = spreadsOf(comoments.reshape([1]), least);
    const { divisor, valid } = divisorOf(count, of!, rowBoundOf(inputs));
    const isConstant = isConstantWithoutSpread(feature, columnOfAll(inputs, column!, NUMERIC).every(({ type }) => type === 'integer'), least);
    builder.output('valid', valid);
    Floating.of(squares).times(divisor.inverse).open(builder, isConstant ? 'variance.exact' : 'variance', valid.times(spread, { fractionBits: 0 }));
    return builder.body();
  },
  result: (opened, plan): TensorResult => {
    if (opened.number('valid') === 0) return { variance: null, why: TOO_FEW };
    const exact = opened.names.includes('variance.exact');
    const [value] = floatingOf(opened, exact ? 'variance.exact' : 'variance');
    if (value === 0 && !exact) return { variance: null, why: NO_SPREAD };
    return { variance: value! * 4 ** summedColumns(plan)[0]!.exponent };
  },
};
