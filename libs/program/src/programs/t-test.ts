import { defineProgram } from '../definition.js';
import { PlanError } from '../errors.js';
import { columnOfAll } from '../request.js';
import { type TensorResult } from '../result.js';
import { TensorBuilder } from '../tensor/builder.js';
import { BY, COLUMN, NO_SPREAD, NUMERIC, rowsRole, TOO_FEW, WHERE } from './common.js';
import { CHECK } from './quality.js';
import { Floating, floatingOf } from './floating.js';
import { type Method } from './method.js';
import { centredMoments, isConstantWithoutSpread } from './moments.js';
import { categoriesOfAll, numberFeature, requireRows, whereOf } from './rows.js';
import { studentTail } from './tails.js';

export const T_TEST = defineProgram({
  v: 1,
  name: 'T-Test',
  opens: 'The receivers learn, of one column over the rows of all data owners together that meet the conditions, the t statistic (Welch) of the difference of its means in two groups and its degrees of freedom, or that there are none, and nothing else: neither means and variances nor numbers of rows.',
  roles: [rowsRole({ namedBy: 'column', types: NUMERIC }, { namedBy: 'by', types: ['category'] })],
  parameters: [
    COLUMN, BY,
    { name: 'first', kind: 'text', meaning: 'the value of `by` whose mean is compared' },
    { name: 'second', kind: 'text', meaning: 'the value of `by` whose mean is taken off' },
    WHERE, CHECK,
  ],
  rowCounts: 'hidden',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 't-test/1' },
});

/**
 * With q = Σ(x − mean)² / (n·(n − 1)) of each group and Q the sum of both: t = (mean₁ − mean₂) / √Q, df = 1 / Σ (q/Q)² / (n − 1) (Welch, Biometrika 34, 1947).
 */
export const tTest: Method = {
  plan(bound, { minimumGroup }) {
    const { inputs, parameters: { column, by, first, second } } = bound;
    const values = categoriesOfAll(inputs, by!);
    for (const value of [first!, second!]) {
      if (!values.includes(value)) throw new PlanError('CS0604', `column \`${by!}\` never is \`${value}\``, [`it may be ${values.slice(0, 20).map((each) => `\`${each}\``).join(', ')}`]);
    }
    if (first === second) throw new PlanError('CS0604', 'a t-test needs two different groups');
    const builder = new TensorBuilder();
    const feature = numberFeature(inputs, column!);
    const where = whereOf(bound, inputs);
    const groups = [first!, second!].map((value, i) => centredMoments(builder, inputs, { name: `group${i}`, features: [feature], where: [...where, { column: by!, is: '=', value }], check: bound.parameters.check }));
    const least = groups[0]!.least;
    const n = builder.concat(groups.map(({ count }) => count.n));
    requireRows(builder, n, inputs, minimumGroup);

    const squares = builder.concat(groups.map(({ comoments }) => comoments.reshape([1])));
    const [enough, spread] = [n.atLeast(2), squares.atLeast(least)];
    // A group of one value has its spread, 0, exactly, or not at all.
    const spreads = isConstantWithoutSpread(feature, columnOfAll(inputs, column!, NUMERIC).every(({ type }) => type === 'integer'), least) ? spread.max(0) : spread.min(0);
    const valid = enough.min(0).times(spreads, { fractionBits: 0 });
    const unit = builder.constant(2 ** -squares.fractionBits, { fractionBits: squares.fractionBits });
    const some = spread.times(squares, { fractionBits: squares.fractionBits }).within(0, Number(squares.range!.max) * 2 ** -squares.fractionBits).plus(valid.not().times(unit, { fractionBits: squares.fractionBits }));

    const one = n.minus(1).maximum(0);
    const errors = Floating.of(some).over(Floating.of(n.times(one, { fractionBits: 0 }).maximum(1))).normalised();
    const error = errors.total().within(1 / 4 - 2 ** -20, 2).shaped((x) => x.reshape([1])).normalised();
    const parts = errors.over(error).normalised().squared().over(Floating.of(one.maximum(1)));
    const df = parts.total().within(1 / 16 - 2 ** -20, 8).shaped((x) => x.reshape([1])).normalised().reciprocal();
    const difference = groups[0]!.means.minus(groups[1]!.means);
    builder.output('valid', valid);
    Floating.of(difference).over(error.sqrt().within(1 / 2 - 2 ** -20, 1)).open(builder, 't', valid);
    df.open(builder, 'df', valid);
    return builder.body();
  },
  result: (opened): TensorResult => {
    if (opened.number('valid') === 0) return { t: null, df: null, p: null, why: `${TOO_FEW}, or ${NO_SPREAD}` };
    const [[t], [df]] = [floatingOf(opened, 't'), floatingOf(opened, 'df')];
    return { t: t!, df: df!, p: studentTail(t!, df!) };
  },
};
