import { expect, it } from '@jest/globals';
import { type StockReport } from '#contract';
import { stockLines } from './stock.js';

const batch = { batch: 'b'.repeat(64), kind: 'triples', count: 1000, left: 700, bytes: 24_700, assumption: 'lpn-regular+ml-kem-768', createdAt: '2026-11-22T10:00:00.000Z' };
const set = { id: 'a'.repeat(64), suite: 'additive-z64', parties: ['Bank A', 'Bank B', 'Bank C'], own: 1, batches: [batch, { ...batch, left: 1000, createdAt: '2026-11-23T10:00:00.000Z' }, { ...batch, kind: 'matrix:8x4x2' }], discards: [] };

it('shows a row for each set, kind and assumption, with what all batches together hold', () => {
  const [head, , ...rows] = stockLines({ sets: [set], unreadable: [] }).map((line) => line.split(/ {2,}/));
  expect(head).toEqual(['with', 'suite', 'kind', 'left', 'of', 'bytes', 'oldest made', 'rests on']);
  expect(rows).toEqual([
    ['Bank A and Bank C', 'additive-z64', 'triples', '1700', '2000', '49.4 kB', '2026-11-22 10:00', 'lpn-regular+ml-kem-768'],
    ['Bank A and Bank C', 'additive-z64', 'matrix:8x4x2', '700', '1000', '24.7 kB', '2026-11-22 10:00', 'lpn-regular+ml-kem-768'],
  ]);
});

it('says what was discarded and why, and how an empty stock gets filled', () => {
  const discarded = (code: string): StockReport => ({ sets: [{ ...set, batches: [], discards: [{ at: '2026-11-22T10:00:00.000Z', code, batches: 1, records: 700 }] }], unreadable: [] });
  const [empty, line] = stockLines(discarded('CS0764'));
  expect(empty).toMatch(/^nothing is in stock: .* fill it/);
  expect(line).toBe('2026-11-22T10:00:00.000Z with Bank A and Bank C: 1 batch, 700 records discarded: restored from an older copy (CS0764)');
  expect(stockLines(discarded('CS0708')).at(-1)).toMatch(/discarded: a session had them discarded \(CS0708\)$/);
  expect(stockLines({ sets: [], unreadable: ['c'.repeat(64)] })).toEqual([empty, `the journal of set ${'c'.repeat(16)} is damaged; the worker discards it when it starts (CS0766)`]);
});
