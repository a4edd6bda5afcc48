import { defineProgram } from '../definition.js';
import { PlanError } from '../errors.js';
import { type TensorResult } from '../result.js';
import { TensorBuilder } from '../tensor/builder.js';
import { COLUMN_PAIR, rowsRole, WHERE } from './common.js';
import { CHECK } from './quality.js';
import { Floating, floatingOf } from './floating.js';
import { type Method } from './method.js';
import { requireRows, rowBoundOf, whereOf } from './rows.js';
import { chiSquareTail } from './tails.js';
import { countsOf } from './two-way-table.js';

export const CHI_SQUARE = defineProgram({
  v: 1,
  name: 'Chi-Square',
  opens: 'The receivers learn, of two category columns over the rows of all data owners together that meet the conditions, the chi-square statistic of their independence (Pearson) and its degrees of freedom, or that there are none, and nothing else: neither the table of counts nor any part of it.',
  roles: [rowsRole({ namedBy: 'row', types: ['category'] }, { namedBy: 'column', types: ['category'] })],
  parameters: [...COLUMN_PAIR, WHERE, CHECK],
  rowCounts: 'hidden',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 'chi-square/1' },
});

/** Products of two counts are integers below this. */
const MOST_ROWS = 2 ** 28;

/** Σ (n·O − R·C)² / (R·C) / n over the cells O with sums of rows R and of columns C; values that no row has are left out. */
export const chiSquare: Method = {
  plan(bound, { minimumGroup }) {
    const { inputs } = bound;
    if (rowBoundOf(inputs) > MOST_ROWS) throw new PlanError('CS0620', `over as many as ${rowBoundOf(inputs)} rows fewer than 6 digits are left in 62 bits`, ['declare smaller row bounds, or use fewer inputs']);
    const builder = new TensorBuilder();
    const { counts } = countsOf(builder, bound, whereOf(bound, inputs));
    const [height, width] = counts.shape as [number, number];
    const [rows, columns, all] = [counts.sum(1), counts.sum(0), counts.sum()];
    requireRows(builder, all, inputs, minimumGroup);

    const [hasRow, hasColumn] = [rows.atLeast(1), columns.atLeast(1)];
    const df = hasRow.sum().minus(1).maximum(0).times(hasColumn.sum().minus(1).maximum(0), { fractionBits: 0 });
    const products = rows.reshape([height, 1]).times(columns.reshape([1, width]), { fractionBits: 0 });
    const excess = counts.times(all, { fractionBits: 0 }).minus(products);
    const terms = Floating.of(excess).squared().over(Floating.of(products.maximum(1)));
    const total = terms.shaped((x) => x.reshape([height * width])).total().shaped((x) => x.reshape([1]));
    builder.output('df', df);
    total.over(Floating.of(all.maximum(1))).open(builder, 'chiSquare', df.atLeast(1));
    return builder.body();
  },
  result: (opened): TensorResult => {
    const df = opened.number('df');
    if (df === 0) return { chiSquare: null, df, p: null, why: 'fewer than two rows or columns of the table have records' };
    const [value] = floatingOf(opened, 'chiSquare');
    return { chiSquare: value!, df, p: chiSquareTail(value!, df) };
  },
};
