import { expect, it } from '@jest/globals';
import { column, number, program } from '../../../../libs/program/src/author.js';
import { recordingLines } from './recording.js';

const { computation } = program({ name: 'Two Things', opens: 'The receivers learn one mean.', parameters: { column: column('the column'), limit: number('the limit') } }, ({ rows, parameters, open }) => {
  const values = rows.column(parameters.column);
  open('mean', values.greaterThan(parameters.limit).sum().dividedBy(rows.count, { fractionBits: 12 }));
  open('rows', values.times(rows.present));
});
const recording = computation.kind === 'recorded' ? computation.recording : { steps: [], opens: [] };

it('shows every step and everything that is opened, whatever the author says of it', () => {
  expect(recordingLines(recording)).toEqual([
    't0 = rows: <column>', 't1 = t0.pick(1, 0)', 't2 = t1.greaterThan(<limit>)', 't3 = t2.sum()', 't4 = rows: how many rows there are', 't5 = t3.dividedBy(t4, 12 fraction bits)',
    't6 = rows: 1 for a row, 0 for padding', 't7 = t1.times(t6)', 'open mean: t5', 'open rows: t7',
  ]);
});

it('leaves out steps of a long one, and nothing that is opened', () => {
  expect(recordingLines(recording, 2)).toEqual(['t0 = rows: <column>', 't1 = t0.pick(1, 0)', '… and 6 more; --json has all', 'open mean: t5', 'open rows: t7']);
});
