import { describe, expect, it } from '@jest/globals';
import { durationMs } from '../amounts.js';
import { rowBoundOf, signedDataset } from './register-node.js';
import { inputsOf, partiesOf } from './submit-job.js';

describe('what a request means', () => {
  it('the short form is one input of role rows for each node', () => {
    expect(inputsOf({ dataset: 'Loans', nodes: ['A', 'B'] })).toEqual([{ node: 'A', dataset: 'Loans', role: 'rows' }, { node: 'B', dataset: 'Loans', role: 'rows' }]);
  });
  it.each([
    [['A', 'B', 'A'], 'C', ['C'], ['A', 'B']],
    [['A'], 'C', ['A'], ['A', 'C']],
    [['A'], 'A', ['A', 'B'], ['A', 'B']],
    [['A'], 'A', ['A'], ['A']],
  ])('data of %j asked for by %s for %j is computed by %j', (owners, requester, receivers, parties) => {
    expect(partiesOf(owners.map((node, index) => ({ node, dataset: `D${index}`, role: 'rows' })), requester, receivers)).toEqual(parties);
  });
});

describe('what is registered of a dataset', () => {
  it.each([[1, 1], [2, 2], [3, 4], [3286, 4096], [4096, 4096], [0, 1]])('%i rows are told as at most %i', (rows, bound) => expect(rowBoundOf({}, rows)).toBe(bound));
  it('a declared bound wins', () => expect(rowBoundOf({ maxRows: 10_000 }, 3)).toBe(10_000));
  it('ranges are decimal texts, and neither path nor query is told', () => {
    const declared = { name: 'D', base: '/secret', from: 'x.csv', tags: ['t'], columns: { a: { type: 'number' as const, min: -0.5, max: 1e21 }, c: { type: 'category' as const, values: ['u'] } } };
    expect(signedDataset(declared, { rows: 5 })).toEqual({ name: 'D', tags: ['t'], maxRows: 8, columns: { a: { type: 'number', min: '-0.5', max: '1000000000000000000000' }, c: { type: 'category', values: ['u'] } } });
  });
});

it.each([['90s', 90_000], ['30m', 1_800_000], ['4h', 14_400_000], ['7d', 604_800_000]])('%s is %i ms', (text, ms) => expect(durationMs(text)).toBe(ms));
it.each(['', '4', 'h', '0h', '-1h', '1.5h', '1w'])('`%s` is no duration', (text) => expect(() => durationMs(text)).toThrow(expect.objectContaining({ code: 'CS0901' })));
