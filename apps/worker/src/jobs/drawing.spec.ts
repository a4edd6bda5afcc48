import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Demand } from '#mpc';
import type { Assumptions } from '#program';
import type { SessionDrawn } from '../session/messages.js';
import { componentsOf, drawnFrom, setOf } from '../stock/index.js';
import { newFolder, sharesOf, StockParties } from '../stock/testing/parties.js';
import { Drawing } from './drawing.js';

const NONE: Demand = { triples: 0, andWords: 0, daBits: 0, matrixTriples: [] };
const shape = { rows: 3, inner: 2, columns: 2 };

let folder: string;
let stocks: StockParties;
beforeEach(() => (stocks = new StockParties((folder = newFolder()), 3, { holdMs: 60_000 })));
afterEach(async () => {
  await stocks.endAll();
  rmSync(folder, { recursive: true });
});

const nodes = () => stocks.sets[0].parties;
const placeOf = (party: number): ReturnType<typeof setOf> => setOf('additive-z64', nodes(), nodes()[party].node);
async function put(kind: string, count: number, parties = [0, 1, 2], assumption = 'softspoken+ml-kem-768'): Promise<string> {
  const batch = randomBytes(32).toString('hex');
  const components = componentsOf(kind)!;
  for (const party of parties) await stocks.stock(party).put({ set: placeOf(party).set, batch, kind, count, assumption, components, shares: sharesOf(batch, { party, count, components }) });
  return batch;
}
const drawings = (attempt = 'job 1', without: readonly number[] = [], assumptions: Assumptions = 'any'): Drawing[] =>
  nodes().map(({ node }, party) => new Drawing(without.includes(party) ? undefined : stocks.stock(party), { parties: nodes(), own: node, suite: 'additive-z64', assumptions, attempt }));
const take = (all: readonly Drawing[], demand: Partial<Demand>): SessionDrawn[] => all.map((each) => each.take(all.map(({ offer }) => offer), { ...NONE, ...demand }));
const left = (party: number): number => stocks.stock(party).view()[0].batches.reduce((sum, batch) => sum + batch.left, 0);

test('the set is the same in whatever order the parties stand', () => {
  const orders = [[0, 1, 2], [2, 0, 1], [1, 2, 0]].map((order) => setOf('additive-z64', order.map((party) => nodes()[party]), nodes()[1].node));
  for (const { set } of orders) expect(set).toEqual(orders[0].set);
  expect(orders.map(({ set, places }) => places.map((place) => set.parties[place].node))).toEqual([[0, 1, 2], [2, 0, 1], [1, 2, 0]].map((order) => order.map((party) => nodes()[party].node)));
});

test('all parties take the same records, out of as many batches as it takes, each its own shares', async () => {
  const batches = [await put('triples', 5), await put('triples', 8)];
  await put('dabits', 9);
  await put('matrix:3x2x2', 4);
  const drawn = take(drawings(), { triples: 7, daBits: 2, matrixTriples: [shape, shape] });
  for (const [party, each] of drawn.entries()) {
    const { agreed } = each;
    expect(agreed).toEqual(drawn[0].agreed);
    const { triples, daBits, andWords, matrixTriples } = drawnFrom(each);
    const components = componentsOf('triples')!;
    const [first, second] = batches.map((batch) => sharesOf(batch, { party, count: 8, components }));
    expect(Buffer.from(triples!.b.buffer, triples!.b.byteOffset, 56)).toEqual(Buffer.concat([first[1].subarray(0, 40), second[1].subarray(0, 16)]));
    expect([daBits!.word.length, daBits!.bit.length, andWords, matrixTriples.map(({ a, b, c, rows }) => [a.length, b.length, c.length, rows])]).toEqual([2, 2, undefined, [[6, 4, 6, 3], [6, 4, 6, 3]]]);
  }
  expect([0, 1, 2].map(left)).toEqual([6 + 7 + 2, 15, 15]);
});

test('a kind of which there is too little anywhere is left alone, and what only some have is not touched', async () => {
  await put('triples', 5);
  await put('triples', 5, [0, 2]);
  await put('and-words', 3);
  const drawn = take(drawings(), { triples: 6, andWords: 3 });
  expect(drawn.map(({ records }) => records.map(({ kind }) => kind))).toEqual([['and-words'], ['and-words'], ['and-words']]);
  expect(new Set(drawn.map(({ agreed }) => Buffer.from(agreed).toString('hex'))).size).toBe(1);
});

describe('what a session may rest on', () => {
  const [lpn, rlwe, softspoken] = ['lpn-regular+ml-kem-768', 'rlwe', 'softspoken+ml-kem-768'] as const;
  const all = [0, 1, 2];
  const taken = (profile: Assumptions, demand: Partial<Demand>): { readonly kinds: string[]; readonly restsOn: readonly string[] } => {
    const [first, ...others] = take(drawings(`job ${profile}`, [], profile), demand);
    for (const each of others) expect([each.agreed, each.restsOn]).toEqual([first.agreed, first.restsOn]);
    return { kinds: first.records.map(({ kind, vectors }) => `${kind} ${vectors.c.length / 8}`), restsOn: first.restsOn };
  };

  test.each<[Assumptions, string[], string[]]>([
    ['any', ['triples 6', 'and-words 2'], ['module-lwe', 'rlwe', 'lpn']],
    ['no-lpn', ['triples 6'], ['module-lwe', 'rlwe']],
    ['module-lwe-only', [], []],
  ])('of `%s` is never exceeded by what it draws', async (profile, kinds, restsOn) => {
    await put('triples', 6, all, rlwe);
    await put('and-words', 2, all, lpn);
    expect(taken(profile, { triples: 6, andWords: 2 })).toEqual({ kinds, restsOn });
  });

  test('is looked at record by record: what it may draw is drawn, whatever else lies beside it', async () => {
    await put('triples', 5, all, lpn);
    await put('triples', 3, all, softspoken);
    await put('triples', 4, all, rlwe);
    expect(taken('module-lwe-only', { triples: 4 })).toEqual({ kinds: [], restsOn: [] });
    expect(taken('no-lpn', { triples: 5 })).toEqual({ kinds: ['triples 5'], restsOn: ['module-lwe', 'rlwe'] });
  });

  test('decides what comes first: those that may draw on all leave to the stricter what only that can use', async () => {
    await put('triples', 5, all, softspoken);
    await put('triples', 5, all, lpn);
    expect(taken('any', { triples: 5 }).restsOn).toEqual(['module-lwe', 'lpn']);
    expect(taken('module-lwe-only', { triples: 5 })).toEqual({ kinds: ['triples 5'], restsOn: ['module-lwe'] });
  });

  test('of records that name what this version does not know is nothing that anybody draws on', async () => {
    await put('triples', 5, all, 'hope');
    expect(taken('any', { triples: 5 }).kinds).toEqual([]);
  });
});

test('what one party handed out when another did not is gone for all', async () => {
  await put('triples', 20);
  const broken = drawings('job 1');
  // Killed before the others took: only party 1 has written its line.
  broken[1].take(broken.map(({ offer }) => offer), { ...NONE, triples: 6 });
  for (const each of broken) each.release();
  const drawn = take(drawings('job 2'), { triples: 5 });
  for (const [party, { records }] of drawn.entries()) expect(records[0].vectors.a).toEqual(sharesOf(stocks.stock(party).view()[0].batches[0].batch, { party, count: 11 })[0].subarray(48));
  expect([0, 1, 2].map(left)).toEqual([9, 9, 9]);
});

test('a node without a stock, or with nothing in it, offers nothing', async () => {
  await put('triples', 5, [0]);
  expect(drawings('job 1', [2]).map(({ offer }) => offer.length > 0)).toEqual([true, false, false]);
});

test('two sessions at once do not draw on the same stock, and one that lets go leaves it to the other', async () => {
  await put('triples', 9);
  const [one, two] = [drawings('job 1'), drawings('job 2')];
  expect(take(two, { triples: 2 }).map(({ records }) => records)).toEqual([[], [], []]);
  for (const each of one) each.release();
  expect(() => one[0].take([], NONE)).toThrow('draws once');
  expect(take(drawings('job 3'), { triples: 2 }).map(({ records }) => records.length)).toEqual([1, 1, 1]);
});

test('an offer of a peer that is none ends the session, and costs nothing', async () => {
  await put('triples', 9);
  const all = drawings();
  expect(() => all[0].take([all[0].offer, Buffer.from('{}'), all[2].offer], { ...NONE, triples: 2 })).toThrow(expect.objectContaining({ code: 'CS0769' }) as Error);
  expect(left(0)).toBe(9);
});
