import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { StockReport } from '#contract';
import { decodeOffer, encodeOffer } from './offer.js';
import { peekStock } from './report.js';
import { setIdOf } from './set.js';
import { isAsStored, newFolder, sharesOf, StockParties, TRIPLES } from './testing/parties.js';

let folder: string;
let parties: StockParties;
beforeEach(() => {
  folder = newFolder();
  parties = new StockParties(folder);
});
afterEach(async () => {
  await parties.endAll();
  rmSync(folder, { recursive: true });
});

const triples = (count: number) => [{ kind: 'triples', count }];
const left = (party: number): number[] => parties.stock(party).view()[0].batches.map((batch) => batch.left);
const setFolder = (party: number): string => join(parties.home(party), 'stock', setIdOf(parties.sets[party]));
const failure = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('records', () => {
  // Chunks are 64 KiB: of triples there are 2,730 in one.
  test.each([[1, 1], [7, 3], [2_730, 2_730], [2_731, 2_731], [10_000, 5_461]])('of a batch of %d, the first %d come out as they were stored, at every party', async (count, taken) => {
    await parties.fill(count);
    const { agreement, taken: both } = await parties.session(triples(taken));
    expect(agreement).toMatchObject({ at: 'agreed', leases: [{ from: 0, to: taken }] });
    expect(both.map((each, party) => each!.map((records) => isAsStored(records, { party })))).toEqual([[true], [true]]);
    expect(both[0]![0].words('a')).toHaveLength(taken);
  });

  test('are handed out once each, also by the next run, batch after batch as they were stored', async () => {
    const [first, second] = [await parties.fill(100), await parties.fill(100)];
    const leases = [];
    for (const count of [30, 30, 100, 100]) {
      const { agreement, taken } = await parties.session(triples(count));
      leases.push(agreement.at === 'agreed' ? agreement.leases : agreement);
      for (const party of [0, 1]) expect(taken[party]!.every((records) => isAsStored(records, { party }))).toBe(true);
      await parties.endAll();
    }
    expect(leases).toEqual([
      [{ batch: first, from: 0, to: 30 }],
      [{ batch: first, from: 30, to: 60 }],
      [{ batch: first, from: 60, to: 100 }, { batch: second, from: 0, to: 60 }],
      [{ batch: second, from: 60, to: 100 }],
    ]);
    expect(left(0)).toEqual([]);
  });

  test('are those of the kind, the key and the assumption that are asked for', async () => {
    await parties.fill(10, { kind: 'matrix:4x4x4', assumption: 'lpn-regular+ml-kem-768' });
    await parties.fill(10, { kind: 'matrix:4x4x4', assumption: 'softspoken+ml-kem-768' });
    const leases = async (demand: { kind: string; count: number; key?: string; assumptions?: string[] }) => {
      const { agreement } = await parties.session([demand]);
      return agreement.at === 'agreed' ? agreement.leases.length : agreement;
    };
    expect(await leases({ kind: 'matrix:4x4x2', count: 10 })).toBe(0);
    expect(await leases({ kind: 'matrix:4x4x4', count: 10, key: 'a'.repeat(64) })).toBe(0);
    expect(await leases({ kind: 'matrix:4x4x4', count: 20, assumptions: ['softspoken+ml-kem-768'] })).toBe(1);
    expect(left(0)).toEqual([10]);
  });

  test('do not print, and cannot be read once they were wiped', async () => {
    await parties.fill(4);
    const [records] = (await parties.session(triples(4))).taken[0]!;
    expect([inspect(records), JSON.stringify(records), String(records)]).toEqual(['[secret]', '"[secret]"', '[secret]']);
    records.wipe();
    expect(() => records.words('a')).toThrow('wiped');
  });
});

describe('on disk', () => {
  test('everything is for the owner alone, and no share can be read', async () => {
    const batch = await parties.fill(1_000);
    const folderOf = setFolder(0);
    expect(statSync(folderOf).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folderOf)) {
      expect(statSync(join(folderOf, name)).mode & 0o777).toBe(0o600);
      const bytes = readFileSync(join(folderOf, name));
      for (const vector of sharesOf(batch, { party: 0, count: 1_000 })) expect(bytes.includes(vector.subarray(8, 16))).toBe(false);
    }
  });

  test('what was handed out is overwritten chunk by chunk, and the file of a batch that is used up goes', async () => {
    const batch = await parties.fill(6_000);
    const path = join(setFolder(0), `${batch}.batch`);
    const zeros = (): number => readFileSync(path).reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
    expect(zeros()).toBeLessThan(2_000);
    await parties.session(triples(3_000));
    await parties.endAll();
    expect(zeros()).toBeGreaterThan(65_000);
    await parties.session(triples(3_000));
    await parties.endAll();
    expect(readdirSync(setFolder(0))).toEqual(['journal.jsonl']);
  });

  test('the journal does not grow with what says nothing any more', async () => {
    await parties.fill(1_100);
    for (let i = 0; i < 1_050; i++) await parties.session(triples(1));
    await parties.endAll();
    expect(readFileSync(join(setFolder(0), 'journal.jsonl'), 'utf8').split('\n').length).toBeLessThan(100);
    expect(left(0)).toEqual([50]);
    expect(parties.codes(0)).toEqual([]);
  });

  test('a second process is kept out, and let in when the first has ended', async () => {
    parties.stock(0);
    const second = new StockParties(folder);
    expect(() => second.stock(0)).toThrow(failure('CS0760'));
    await parties.end(0);
    expect(second.stock(0).view()).toEqual([]);
    await second.endAll();
  });
});

describe('bounds', () => {
  test('no batch is taken in beyond the bytes of its set or of all, and what is being written counts', async () => {
    await parties.endAll();
    parties = new StockParties(folder, 2, { mostSetBytes: 60_000, mostBytes: 90_000 });
    const [set] = parties.sets;
    const put = (of = set, count = 1_000) => {
      const batch = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex');
      return parties.stock(0).put({ set: of, batch, kind: 'triples', count, assumption: 'softspoken', components: TRIPLES, shares: sharesOf(batch, { party: 0, count }) });
    };
    expect(parties.stock(0).room(set)).toBe(60_000);
    const both = [put(), put()];
    await expect(put()).rejects.toThrow(failure('CS0761'));
    await Promise.all(both);
    expect(parties.stock(0).room(set)).toBeLessThan(12_000);
    const other = { ...set, suite: 'boolean' };
    await put(other);
    await expect(put(other)).rejects.toThrow(failure('CS0761'));
    parties.stock(0).discard(set, 'CS0708');
    await put(other);
  });

  test('a batch whose shares are not as long as it says, or whose id was here before, is not taken in', async () => {
    const [set] = parties.sets;
    const batch = await parties.fill(10);
    const put = (fields: object) => parties.stock(0).put({ set, batch: 'b'.repeat(64), kind: 'triples', count: 10, assumption: 'softspoken', components: TRIPLES, shares: sharesOf(batch, { party: 0, count: 10 }), ...fields });
    await expect(put({ count: 11 })).rejects.toThrow(failure('CS0769'));
    await expect(put({ kind: '../triples' })).rejects.toThrow(failure('CS0769'));
    await expect(put({ batch })).rejects.toThrow(failure('CS0769'));
    const twice = await Promise.allSettled([put({}), put({})]);
    expect(twice.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await parties.session(triples(10));
    await expect(put({ batch })).rejects.toThrow(failure('CS0769'));
    await parties.endAll();
    await expect(put({ batch })).rejects.toThrow(failure('CS0769'));
  });
});

describe('offers', () => {
  test('a session that comes while another is about to take gets nothing, and nothing is lost', async () => {
    await parties.endAll();
    parties = new StockParties(folder, 2, { holdMs: 60_000 });
    await parties.fill(100);
    const [one, two] = [parties.newAttempt(), parties.newAttempt()];
    const offers = parties.offers(one);
    const late = parties.offers(two);
    const take = (party: number, attempt: string, of: typeof offers) => parties.stock(party).take(parties.sets[party], { attempt, offers: of, demands: triples(10) });
    expect([0, 1].map((party) => take(party, two, late))).toEqual([[], []]);
    expect(take(0, one, offers)).toHaveLength(1);
    parties.stock(1).release(parties.sets[1], one);
    expect(parties.offers(two).map(({ busy }) => busy)).toEqual([false, false]);
    expect([left(0), left(1)]).toEqual([[90], [100]]);
  });

  test('a party that is still storing what another has already says that it is busy, and nothing is thrown away', async () => {
    await parties.fill(100);
    const batch = 'd'.repeat(64);
    const put = (party: number): Promise<void> => parties.stock(party).put({
      set: parties.sets[party], batch, kind: 'triples', count: 10, assumption: 'softspoken+ml-kem-768', components: TRIPLES, shares: sharesOf(batch, { party, count: 10 }),
    });
    await put(0);
    const storing = put(1);
    const { agreement } = await parties.session(triples(50));
    expect(agreement).toEqual({ at: 'busy', parties: [1] });
    await storing;
    expect([left(0), left(1)]).toEqual([[100, 10], [100, 10]]);
    expect((await parties.session(triples(105))).agreement).toMatchObject({ at: 'agreed', missing: [] });
  });

  test('a take that rests on another own offer than the last one, or on those of other parties, is refused', async () => {
    await parties.fill(100);
    const attempt = parties.newAttempt();
    const offers = parties.offers(attempt);
    const take = (of: typeof offers) => () => parties.stock(0).take(parties.sets[0], { attempt, offers: of, demands: triples(10) });
    expect(take([{ ...offers[0], batches: [] }, offers[1]])).toThrow(failure('CS0769'));
    expect(take(offers)).toThrow(failure('CS0769'));
    parties.offers(attempt);
    expect(take([offers[0]])).toThrow(failure('CS0769'));
    expect(take([offers[1], offers[0]])).toThrow(failure('CS0769'));
    expect(take([offers[0], { ...offers[1], group: 'a'.repeat(64) }])).toThrow(failure('CS0769'));
    expect(take(offers)()).toHaveLength(1);
  });

  test('survive the wire, and nothing else is read from it', async () => {
    await parties.fill(100);
    const [offer] = parties.offers(parties.newAttempt());
    expect(decodeOffer(encodeOffer(offer))).toEqual(offer);
    for (const bytes of [encodeOffer({ ...offer, party: -1 }), encodeOffer({ ...offer, batches: [...offer.batches, ...offer.batches] }), Buffer.from('{'), Buffer.alloc(70_000, 32)]) {
      expect(() => decodeOffer(bytes)).toThrow(failure('CS0769'));
    }
  });
});

test('what people are shown is the same for the worker and from outside, beside it', async () => {
  await parties.fill(100);
  await parties.session(triples(30));
  const report = peekStock(parties.home(0));
  expect(StockReport.parse(report)).toEqual({ sets: parties.stock(0).view(), unreadable: [] });
  expect(report.sets).toEqual([expect.objectContaining({ suite: 'additive-z64', parties: ['Bank A', 'Bank B'], own: 0, discards: [], batches: [expect.objectContaining({ kind: 'triples', count: 100, left: 70 })] })]);
  writeFileSync(join(setFolder(1), 'journal.jsonl'), 'x\n');
  expect(peekStock(parties.home(1))).toEqual({ sets: [], unreadable: [setIdOf(parties.sets[1])] });
  expect(peekStock(folder)).toEqual({ sets: [], unreadable: [] });
});
