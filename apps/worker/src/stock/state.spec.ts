import { openChunk, sealChunk } from './cipher.js';
import type { BatchHeader } from './header.js';
import type { PartySet } from './set.js';
import { after, anew, type Entry, type SetState } from './state.js';
import { TRIPLES } from './testing/parties.js';

const at = '2026-11-22T10:00:00.000Z';
const set: PartySet = { suite: 'additive-z64', parties: ['A', 'B'].map((letter) => ({ node: `Bank ${letter}`, linkKid: letter.repeat(43) })), own: 0 };
const batch = 'b'.repeat(64);
const header: BatchHeader = { v: 1, set, batch, kind: 'triples', count: 100, components: [...TRIPLES], assumption: 'softspoken', createdAt: at, salt: 'a'.repeat(64) };
const stored = after(anew(set), { type: 'stored', at, header });
const agreed = (from: number, to: number, of = batch): Entry => ({ type: 'agreed', at, attempt: 'one', seen: [null, null], leases: [{ batch: of, from, to }], burned: [] });
const next = (state: SetState): number | undefined => state.batches.at(0)?.next;

test('a lease begins at or after the first record that is left, holds one or more, and ends with the batch', () => {
  const half = after(stored, agreed(10, 50));
  expect(next(half)).toBe(50);
  for (const [from, to] of [[49, 60], [10, 20], [50, 50], [60, 55], [90, 101]]) expect(() => after(half, agreed(from, to))).toThrow(expect.objectContaining({ code: 'CS0769' }) as Error);
  expect(() => after(half, agreed(50, 60, 'c'.repeat(64)))).toThrow('cannot be handed out');
  expect(next(after(half, agreed(50, 100)))).toBeUndefined();
});

test('what is burned never comes back, and a burn says nothing of records that are gone already', () => {
  const burned = (state: SetState, to: number): SetState => after(state, { type: 'agreed', at, attempt: 'one', seen: [null, null], leases: [], burned: [{ batch, to }] });
  expect([next(burned(stored, 40)), next(burned(burned(stored, 40), 20)), next(burned(stored, 1_000))]).toEqual([40, 40, undefined]);
});

test('a batch is stored once, also when it is used up or thrown away', () => {
  const again: Entry = { type: 'stored', at, header };
  for (const state of [stored, after(stored, agreed(0, 100)), after(stored, { type: 'discarded', at, code: 'CS0767', batches: [batch] }), anew(set, stored, { at, code: 'CS0764' })]) {
    expect(() => after(state, again)).toThrow('was stored before');
  }
});

test('every agreement counts, and a stock that begins anew is another incarnation with nothing in it', () => {
  const twice = after(after(stored, agreed(0, 1)), agreed(1, 2));
  expect(twice.agreements).toBe(2);
  const again = anew(set, twice, { at, code: 'CS0764' });
  expect(again).toMatchObject({ agreements: 0, batches: [], discards: [{ code: 'CS0764', batches: 1, records: 98 }] });
  expect(again.incarnation).not.toBe(twice.incarnation);
});

test('a chunk opens at its place alone: same key, header, index, and end or not', () => {
  const key = new Uint8Array(32).fill(1);
  const place = { index: 3, last: false };
  const prefix = Buffer.from('header');
  const sealed = Buffer.concat(sealChunk(key, prefix, place, Buffer.from('shares')));
  expect(openChunk(key, prefix, place, sealed)?.toString()).toBe('shares');
  for (const [otherKey, otherPrefix, otherPlace, bytes] of [
    [new Uint8Array(32), prefix, place, sealed], [key, Buffer.from('Header'), place, sealed], [key, prefix, { index: 4, last: false }, sealed],
    [key, prefix, { index: 3, last: true }, sealed], [key, prefix, place, Buffer.from(sealed).fill(0, 2, 3)],
  ] as const) expect(openChunk(otherKey, otherPrefix, otherPlace, bytes)).toBeUndefined();
});
