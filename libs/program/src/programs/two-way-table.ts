import { defineProgram } from '../definition.js';
import { PlanError } from '../errors.js';
import { TensorBuilder } from '../tensor/builder.js';
import { rowsRole, WHERE } from './common.js';
import { type Method } from './method.js';
import { allMoments, categoriesOfAll, indicatorFeature, requireRows, whereOf } from './rows.js';

export const TWO_WAY_TABLE = defineProgram({
  v: 1,
  name: 'Two-Way Table',
  opens: 'The receivers learn, for each pair of declared values of two category columns, the number of rows of all data owners together that have both, and nothing else.',
  roles: [rowsRole({ namedBy: 'row', types: ['category'] }, { namedBy: 'column', types: ['category'] })],
  parameters: [
    { name: 'row', kind: 'column', meaning: 'the column of categories whose values are the rows of the table' },
    { name: 'column', kind: 'column', meaning: 'the column of categories whose values are the columns of the table' },
    WHERE,
  ],
  rowCounts: 'hidden',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 'two-way-table/1' },
});

/** Owners count alone; adding the counts is local. */
export const twoWayTable: Method = {
  plan(bound, { minimumGroup }) {
    const { inputs, parameters: { row, column } } = bound;
    if (row === column) throw new PlanError('CS0604', 'a two-way table needs two columns');
    const [rows, columns] = [categoriesOfAll(inputs, row!), categoriesOfAll(inputs, column!)];
    const features = [...rows.map((value) => indicatorFeature(row!, value)), ...columns.map((value) => indicatorFeature(column!, value))];
    const builder = new TensorBuilder();
    const moments = allMoments(builder, inputs, { name: 'counts', features, where: whereOf(bound, inputs), fractionBits: 0 });
    const counts = moments.slice(0, 0, rows.length).slice(1, rows.length, features.length);
    requireRows(builder, counts, inputs, minimumGroup);
    builder.output('counts', counts, { labels: [rows, columns] });
    return builder.body();
  },
  result: (opened) => ({ counts: opened.value('counts') }),
};
