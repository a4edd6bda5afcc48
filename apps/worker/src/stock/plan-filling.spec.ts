import fc from 'fast-check';
import { componentsOf } from './kinds.js';
import { NO_INCARNATION, type Offer } from './offer.js';
import { decodeWish, encodeWish, planFilling, PROFILES, type Wanted, type WantedWithin, type Wish } from './plan-filling.js';

const GROUP = 'a'.repeat(64);
const id = (digit: string): string => digit.repeat(64);
type Batches = Offer['batches'];
const batch = (name: string, kind: string, count: number, next = 0, assumption = 'softspoken+ml-kem-768'): Batches[number] => ({ batch: id(name), kind, count, next, assumption });
const offer = (party: number, batches: Batches = [], more: Partial<Offer> = {}): Offer => ({ v: 1, group: GROUP, party, incarnation: NO_INCARNATION, agreements: 0, busy: false, seen: [], batches, ...more });
const within = (party: number, wanted: WantedWithin, more: Partial<Wish> = {}): Wish => ({ v: 2, offer: offer(party), room: 2 ** 30, wanted, ...more });
const wish = (party: number, wanted: Wanted, more: Partial<Wish> = {}): Wish => within(party, { any: wanted }, more);
const sums = (parts: ReturnType<typeof planFilling>) => ({
  triples: parts.reduce((sum, part) => sum + part.demand.triples, 0), andWords: parts.reduce((sum, part) => sum + part.demand.andWords, 0), daBits: parts.reduce((sum, part) => sum + part.demand.daBits, 0),
  matrixTriples: parts.flatMap((part) => part.demand.matrixTriples).length,
});

test('what the party that wants most still lacks is made, in parts', () => {
  const parts = planFilling([wish(0, { triples: 300_000, 'matrix:3x2x2': 2 }), wish(1, { triples: 100, dabits: 10 })]);
  expect(sums(parts)).toEqual({ triples: 300_000, andWords: 0, daBits: 10, matrixTriples: 2 });
  expect(parts.map(({ demand: { triples } }) => triples)).toEqual([131_072, 131_072, 300_000 - 2 * 131_072]);
  expect(parts[0].demand.matrixTriples).toEqual([{ rows: 3, inner: 2, columns: 2 }, { rows: 3, inner: 2, columns: 2 }]);
});

test('what the largest sessions take fits into the batches of a set', () => {
  // Logistic Regression on 7,886 rows by three owners.
  const wanted = { triples: 1_298_882, 'and-words': 971_526, dabits: 28_300_530 };
  expect(sums(planFilling([wish(0, wanted), wish(1, wanted)]))).toEqual({ triples: wanted.triples, andWords: wanted['and-words'], daBits: wanted.dabits, matrixTriples: 0 });
});

test('what all have alike is not made again; what only one has, or has handed out, is', () => {
  const wanted = { triples: 100 };
  const has = (party: number, batches: Batches): Wish => wish(party, wanted, { offer: offer(party, batches) });
  expect(sums(planFilling([has(0, [batch('1', 'triples', 60)]), has(1, [batch('1', 'triples', 60, 10)])])).triples).toBe(50);
  expect(sums(planFilling([has(0, [batch('1', 'triples', 60)]), has(1, [])])).triples).toBe(100);
  expect(planFilling([has(0, [batch('1', 'triples', 100)]), has(1, [batch('1', 'triples', 100)])])).toEqual([]);
});

test('nothing is made while one takes from the same stock, when one was restored, and of kinds that nobody knows', () => {
  expect(planFilling([wish(0, { triples: 9 }), wish(1, {}, { offer: offer(1, [], { busy: true }) })])).toEqual([]);
  const seen = [null, { incarnation: NO_INCARNATION, agreements: 3 }];
  expect(planFilling([wish(0, { triples: 9 }, { offer: offer(0, [], { seen }) }), wish(1, {})])).toEqual([]);
  expect(planFilling([wish(0, { 'squares:64': 9 }), wish(1, {})])).toEqual([]);
});

describe('for sessions that may rest on less', () => {
  const madeIn = (...wishes: Wish[]) => planFilling(wishes).map(({ demand: { triples }, assumptions }) => [assumptions, triples]);

  test('what they lack is made within their profile, is of use to the others, and is not made twice', () => {
    const wanted: WantedWithin = { any: { triples: 100 }, 'no-lpn': { triples: 40 }, 'module-lwe-only': { triples: 10 } };
    expect(madeIn(within(0, wanted), within(1, {}))).toEqual([['module-lwe-only', 10], ['no-lpn', 30], ['any', 60]]);
    expect(madeIn(within(0, { any: { triples: 10 }, 'module-lwe-only': { triples: 10 } }), within(1, {}))).toEqual([['module-lwe-only', 10]]);
  });

  test.each([['lpn-regular+ml-kem-768', [['module-lwe-only', 10], ['no-lpn', 30]]], ['rlwe', [['module-lwe-only', 10]]], ['softspoken+ml-kem-768', []]])('what is there and rests on %s counts where it may be drawn', (assumption, made) => {
    const has = (party: number): Wish => within(party, { any: { triples: 100 }, 'no-lpn': { triples: 40 }, 'module-lwe-only': { triples: 10 } }, { offer: offer(party, [batch('1', 'triples', 100, 0, assumption)]) });
    expect(madeIn(has(0), has(1))).toEqual(made);
  });
});

test('wishes in another order, or of another group, are refused', () => {
  expect(() => planFilling([wish(1, {}), wish(0, {})])).toThrow(expect.objectContaining({ code: 'CS0769' }) as Error);
});

test('no more is made than the fullest has room for, whatever is wanted; all come to the same', () => {
  const kinds = fc.dictionary(fc.constantFrom('triples', 'and-words', 'dabits', 'matrix:7x5x3', 'matrix:64x64x64'), fc.integer({ min: 0, max: 200_000 }));
  fc.assert(fc.property(fc.array(fc.record({ wanted: fc.dictionary(fc.constantFrom(...PROFILES), kinds), room: fc.integer({ min: 0, max: 2 ** 24 }) }), { minLength: 2, maxLength: 4 }), (parties) => {
    const wishes = parties.map(({ wanted, room }, party) => within(party, wanted, { room }));
    const parts = planFilling(wishes);
    expect(planFilling(wishes.map((each) => decodeWish(encodeWish(each))))).toEqual(parts);
    const bytesOf = (kind: string): number => componentsOf(kind)!.reduce((sum, { bytes }) => sum + bytes, 0);
    const bytes = parts.reduce((sum, { demand: part }) => sum + part.triples * bytesOf('triples') + part.andWords * bytesOf('and-words') + part.daBits * bytesOf('dabits')
      + part.matrixTriples.reduce((all, { rows, inner, columns }) => all + bytesOf(`matrix:${rows}x${inner}x${columns}`), 0), 0);
    expect(bytes).toBeLessThanOrEqual(Math.min(...parties.map(({ room }) => room)));
  }));
});

test('a set that is full of batches gets no more', () => {
  const many = Array.from({ length: 127 }, (_, i): Batches[number] => ({ ...batch('0', 'and-words', 1), batch: i.toString(16).padStart(64, '0') }));
  const full = (wanted: Wanted): number => planFilling([0, 1].map((party) => wish(party, wanted, { offer: offer(party, many) }))).length;
  expect(full({ triples: 5 })).toBe(1);
  expect(full({ triples: 5, dabits: 5 })).toBe(0);
});

test.each(['', '{', '{"v":2}', JSON.stringify({ ...wish(0, {}), room: -1 }), ' '.repeat(200_000)])('a wish that is none is refused without being quoted', (text) => {
  expect(() => decodeWish(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'CS0769', message: 'the wish of a peer is not of its form' }) as Error);
});
