import { defineProgram } from '../definition.js';
import { PlanError } from '../errors.js';
import { type Condition } from '../plan.js';
import { type BoundRequest } from '../request.js';
import { TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { COLUMN_PAIR, rowsRole, WHERE } from './common.js';
import { CHECK } from './quality.js';
import { type Method } from './method.js';
import { momentsOf } from './moments.js';
import { categoriesOfAll, indicatorFeature, PRESENT, requireRows, rowBoundOf, whereOf } from './rows.js';

export const TWO_WAY_TABLE = defineProgram({
  v: 1,
  name: 'Two-Way Table',
  opens: 'The receivers learn, for each pair of declared values of two category columns, the number of rows of all data owners together that meet the conditions and have both, and nothing else.',
  roles: [rowsRole({ namedBy: 'row', types: ['category'] }, { namedBy: 'column', types: ['category'] })],
  parameters: [...COLUMN_PAIR, WHERE, CHECK],
  rowCounts: 'hidden',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 'two-way-table/1' },
});

/** [rows, columns]: owners count alone; adding the counts is local. */
export function countsOf(builder: TensorBuilder, { inputs, parameters: { row, column, check } }: BoundRequest, where: readonly Condition[]): { counts: Tensor; rows: readonly string[]; columns: readonly string[] } {
  if (row === column) throw new PlanError('CS0604', 'a two-way table needs two columns');
  const [rows, columns] = [categoriesOfAll(inputs, row!), categoriesOfAll(inputs, column!)];
  const values = [...rows.map((value) => indicatorFeature(row!, value)), ...columns.map((value) => indicatorFeature(column!, value))];
  const features = check === 'shares' ? [PRESENT, ...values] : values;
  const moments = momentsOf(builder, inputs, { name: 'counts', features, where, fractionBits: 0 }, check);
  const first = features.length - values.length;
  return { counts: moments.slice(0, first, first + rows.length).slice(1, first + rows.length, features.length).within(0, rowBoundOf(inputs)), rows, columns };
}

export const twoWayTable: Method = {
  plan(bound, { minimumGroup }) {
    const builder = new TensorBuilder();
    const { counts, rows, columns } = countsOf(builder, bound, whereOf(bound, bound.inputs));
    requireRows(builder, counts, bound.inputs, minimumGroup);
    builder.output('counts', counts, { labels: [rows, columns] });
    return builder.body();
  },
  result: (opened) => ({ counts: opened.value('counts') }),
};
