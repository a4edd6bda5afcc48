import { defineProgram } from '../definition.js';
import { TensorBuilder } from '../tensor/builder.js';
import { KEY, requireMatches, sideOf, tableRole, tablesOf } from './join.js';
import { type Method } from './method.js';

export const JOIN_COUNT = defineProgram({
  v: 1,
  name: 'Join Count',
  opens: 'The receivers learn how many rows of two tables, each of another data owner, have the same key, and nothing else: neither which rows these are nor how many rows the tables have.',
  roles: [tableRole('left'), tableRole('right')],
  parameters: [KEY],
  rowCounts: 'hidden',
  minimumGroup: 'checked',
  computation: { kind: 'tensor', method: 'join-count/1' },
});

export const joinCount: Method = {
  plan(bound, { minimumGroup }) {
    const { left, right, most } = tablesOf(bound);
    const builder = new TensorBuilder();
    const { match } = builder.join({ name: 'join', left: sideOf(left, bound.parameters.key!), right: sideOf(right, bound.parameters.key!), columns: [] });
    const count = match.reshape([1, match.length]).sum(1).within(0, most);
    requireMatches(builder, count, most, minimumGroup);
    builder.output('count', count);
    return builder.body();
  },
  result: (opened) => ({ count: opened.number('count') }),
};
