import { cpSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setIdOf } from './set.js';
import { isAsStored, newFolder, StockParties } from './testing/parties.js';

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
const left = (party: number): number[] => parties.stock(party).view()[0]?.batches.map((batch) => batch.left) ?? [];
const setFolder = (party: number, of = parties): string => join(of.home(party), 'stock', setIdOf(of.sets[party]));
const journal = (party: number): string => join(setFolder(party), 'journal.jsonl');
const marker = (party: number): string => {
  const [home] = readdirSync(parties.markers(party));
  return join(parties.markers(party), home, `${setIdOf(parties.sets[party])}.json`);
};

describe('an older copy of a home', () => {
  test.each([1, 2, 5])('that lacks the last %d agreements hands out nothing that was handed out', async (sessions) => {
    await parties.fill(1_000);
    await parties.endAll();
    parties.copy(0, 'backup', 'home');
    for (let i = 0; i < sessions; i++) await parties.session(triples(100));
    await parties.endAll();
    parties.putBack(0, 'backup', 'home');
    if (sessions === 1) {
      // One line is made up for from the marker, as after a crash.
      expect([left(0), parties.codes(0)]).toEqual([[900], []]);
      expect((await parties.session(triples(10))).agreement).toMatchObject({ leases: [{ from: 100, to: 110 }] });
      await parties.endAll();
      expect([left(0), parties.codes(0)]).toEqual([[890], []]);
    } else {
      expect([left(0), parties.codes(0)]).toEqual([[], ['CS0764']]);
      expect(parties.stock(0).view()[0].discards).toEqual([expect.objectContaining({ code: 'CS0764', batches: 1, records: 1_000 })]);
      expect((await parties.session(triples(10))).agreement).toMatchObject({ at: 'agreed', leases: [], missing: [expect.any(String)] });
      expect([left(1), parties.codes(1)]).toEqual([[], ['CS0767']]);
      // And all goes on with new records.
      await parties.fill(50);
      expect((await parties.session(triples(50))).taken.map((taken, party) => taken!.map((records) => isAsStored(records, { party })))).toEqual([[true], [true]]);
    }
  });

  test('with its marker, as a snapshot of the machine, is found out by the peers, and all throw the set away', async () => {
    await parties.fill(1_000);
    await parties.session(triples(100));
    await parties.endAll();
    parties.copy(0, 'snapshot');
    for (let i = 0; i < 2; i++) await parties.session(triples(100));
    await parties.endAll();
    parties.putBack(0, 'snapshot', 'home and marker');
    expect([left(0), parties.codes(0)]).toEqual([[900], []]);
    const { agreement, taken } = await parties.session(triples(10));
    expect([agreement, taken]).toEqual([{ at: 'rolled-back', parties: [0] }, [[], []]]);
    expect([left(0), left(1), parties.codes(0), parties.codes(1)]).toEqual([[], [], ['CS0765'], ['CS0765']]);
    await parties.fill(50);
    expect((await parties.session(triples(50))).agreement).toMatchObject({ at: 'agreed', leases: [{ from: 0, to: 50 }] });
  });

  test('with its marker, before the last agreement only, begins where the peers have stopped', async () => {
    await parties.fill(1_000);
    await parties.session(triples(100));
    await parties.endAll();
    parties.copy(0, 'snapshot');
    await parties.session(triples(100));
    await parties.endAll();
    parties.putBack(0, 'snapshot', 'home and marker');
    expect((await parties.session(triples(10))).agreement).toMatchObject({ leases: [{ from: 200, to: 210 }] });
  });

  test('with its marker, copied back file by file, is found out here by when that was', async () => {
    await parties.endAll();
    parties = new StockParties(folder, 2, { clock: () => new Date(Date.now() - 3_600_000) });
    await parties.fill(1_000);
    await parties.endAll();
    parties.copy(0, 'backup');
    parties.putBack(0, 'backup', 'home and marker');
    expect([left(0), parties.codes(0)]).toEqual([[], ['CS0764']]);
  });

  test('at another place, or without its marker, is none', async () => {
    await parties.fill(1_000);
    await parties.endAll();
    const elsewhere = new StockParties(join(folder, 'elsewhere'));
    for (const path of ['homes', 'markers']) cpSync(join(folder, path), join(folder, 'elsewhere', path), { recursive: true });
    expect([elsewhere.stock(0).view()[0].batches, elsewhere.codes(0)]).toEqual([[], ['CS0764']]);
    await elsewhere.endAll();
    rmSync(parties.markers(0), { recursive: true });
    expect([left(0), parties.codes(0)]).toEqual([[], ['CS0764']]);
    expect(readdirSync(setFolder(0))).toEqual(['journal.jsonl']);
  });

  test('from before there was any stock says so when there is some again', async () => {
    await parties.endAll();
    parties.copy(0, 'empty', 'home');
    await parties.fill(100);
    await parties.endAll();
    parties.putBack(0, 'empty', 'home');
    await parties.fill(50);
    expect([left(0), parties.codes(0)]).toEqual([[50], ['CS0764']]);
    expect((await parties.session(triples(10))).agreement).toMatchObject({ leases: [{ from: 0, to: 10 }], missing: [expect.any(String)] });
  });
});

describe('a journal', () => {
  beforeEach(async () => {
    await parties.fill(1_000);
    for (let i = 0; i < 3; i++) await parties.session(triples(100));
    await parties.endAll();
  });
  const lines = (): string[] => readFileSync(journal(0), 'utf8').trimEnd().split('\n');
  const write = (all: readonly string[]): void => writeFileSync(journal(0), all.map((line) => `${line}\n`).join(''));
  const afterwards = () => [left(0), parties.codes(0)];

  test('that lacks its last line is made whole from the marker', () => {
    write(lines().slice(0, -1));
    expect(afterwards()).toEqual([[700], []]);
  });
  test('whose last line was cut in half is made whole from the marker', () => {
    truncateSync(journal(0), readFileSync(journal(0)).length - 40);
    expect(afterwards()).toEqual([[700], []]);
  });
  test.each<[string, (all: string[]) => string[], string]>([
    ['lacks two lines', (all) => all.slice(0, -2), 'CS0764'],
    ['lacks a line in between', (all) => all.toSpliced(2, 1), 'CS0766'],
    ['has two lines in the wrong order', (all) => [all[0], all[1], all[3], all[2], all[4]], 'CS0766'],
    ['was changed in one place', (all) => all.with(3, all[3].replace('"to":200', '"to":100')), 'CS0766'],
    ['was changed in its last line', (all) => all.with(4, all[4].replace('"to":300', '"to":201')), 'CS0764'],
    ['goes on with half a line', (all) => all.with(4, `${all[4]}\n{"n":`), 'CS0766'],
    ['goes on where the marker has stopped', (all) => [...all, '{"n":6,"prev":"' + '0'.repeat(64) + '"}'], 'CS0766'],
    ['is no text of ours', () => ['x'], 'CS0766'],
  ])('that %s is not relied on', (what, change, code) => {
    write(change(lines()));
    if (what === 'goes on with half a line') truncateSync(journal(0), readFileSync(journal(0)).length - 1);
    const [rest, codes] = afterwards();
    expect([rest, codes[0]]).toEqual([[], code]);
  });
  test('is not written by two: what somebody else appended stops it', async () => {
    parties.stock(0);
    writeFileSync(journal(0), '\n', { flag: 'a' });
    await expect(parties.session(triples(10))).rejects.toThrow(expect.objectContaining({ code: 'CS0766' }) as Error);
    expect(parties.stock(0).offer(parties.sets[0], 'next')).toMatchObject({ busy: true });
  });
  test('is not relied on with a marker that is older, damaged, or of another set', async () => {
    const newest = readFileSync(marker(0), 'utf8');
    const { line, ...rest } = JSON.parse(newest) as { line: string; at: string; v: number };
    for (const text of [newest.slice(0, 50), JSON.stringify({ ...rest, line: lines()[2] }), JSON.stringify({ ...rest, line: line.replace('"to":300', '"to":999') }), readFileSync(marker(1), 'utf8')]) {
      parties.copy(0, 'as it is');
      writeFileSync(marker(0), text);
      expect(afterwards()).toEqual([[], ['CS0764']]);
      await parties.end(0);
      parties.putBack(0, 'as it is', 'home and marker');
      parties.events[0].length = 0;
    }
  });
});

describe('a file', () => {
  const path = (party: number, batch: string): string => join(setFolder(party), `${batch}.batch`);
  const failure = expect.objectContaining({ code: 'CS0762' }) as Error;

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut off', (bytes) => bytes.subarray(0, -1)],
    ['of a shorter batch', (bytes) => bytes.subarray(0, bytes.length - 24)],
    ['longer', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])],
    ['with another header', (bytes) => Buffer.from(bytes.toString('latin1').replace('"kind":"triples"', '"kind":"tripels"'), 'latin1')],
    ['of another format', (bytes) => Buffer.concat([Buffer.from('CSSTOCK2'), bytes.subarray(8)])],
    ['empty', () => Buffer.alloc(0)],
  ])('%s is thrown away when the stock opens', async (_, change) => {
    const [batch, whole] = [await parties.fill(5_000), await parties.fill(10)];
    await parties.endAll();
    writeFileSync(path(0, batch), change(readFileSync(path(0, batch))));
    expect([left(0), parties.codes(0)]).toEqual([[10], ['CS0762']]);
    expect(readdirSync(setFolder(0)).sort()).toEqual([`${whole}.batch`, 'journal.jsonl'].sort());
  });

  // A header of about 700 bytes, then chunks of 2,730 records, 24 bytes each, and a tag.
  test.each<[string, number]>([['first', 800], ['second', 70_000], ['last', -1]])('with a bit changed in its %s chunk is thrown away when that is read, and what was to be handed out is burned', async (_, at) => {
    const batch = await parties.fill(8_000);
    await parties.endAll();
    const bytes = readFileSync(path(0, batch));
    bytes[at < 0 ? bytes.length + at : at] ^= 1;
    writeFileSync(path(0, batch), bytes);
    await expect(parties.session(triples(7_990))).rejects.toThrow(failure);
    expect([left(0), parties.codes(0)]).toEqual([[], ['CS0762']]);
  });

  test.each<[string, (path: string) => void]>([['gone', (at) => rmSync(at)], ['cut off', (at) => truncateSync(at, 1_000)]])('that is %s while the stock is open is thrown away when it is read', async (_, change) => {
    const batch = await parties.fill(8_000);
    change(path(0, batch));
    await expect(parties.session(triples(10))).rejects.toThrow(failure);
    expect([left(0), parties.codes(0)]).toEqual([[], ['CS0762']]);
  });

  test('whose chunks changed places is thrown away when it is read', async () => {
    const batch = await parties.fill(8_190);
    await parties.endAll();
    const bytes = readFileSync(path(0, batch));
    const chunk = 2_730 * 24 + 16;
    const start = bytes.length - 3 * chunk;
    writeFileSync(path(0, batch), Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + chunk, start + 2 * chunk), bytes.subarray(start, start + chunk), bytes.subarray(start + 2 * chunk)]));
    await expect(parties.session(triples(10))).rejects.toThrow(failure);
  });

  test('of another batch, or of another set, is thrown away', async () => {
    const [one, two] = [await parties.fill(100), await parties.fill(100)];
    await parties.endAll();
    renameSync(path(0, one), path(0, two));
    expect([left(0), parties.codes(0)]).toEqual([[], ['CS0762']]);
    await parties.endAll();

    const boolean = new StockParties(folder, 2, {}, 'boolean');
    const foreign = await boolean.fill(100);
    await boolean.endAll();
    cpSync(join(setFolder(0, boolean), `${foreign}.batch`), path(0, foreign));
    parties.events[0].length = 0;
    expect(parties.stock(0).view().flatMap(({ batches }) => batches)).toHaveLength(1);
    expect(parties.codes(0)).toEqual(['CS0763']);
  });

  test('that was used up and is put back is not taken in again', async () => {
    const batch = await parties.fill(100);
    await parties.endAll();
    cpSync(path(0, batch), join(folder, 'kept'));
    await parties.session(triples(100));
    await parties.endAll();
    cpSync(join(folder, 'kept'), path(0, batch));
    expect(left(0)).toEqual([]);
    expect(readdirSync(setFolder(0))).toEqual(['journal.jsonl']);
  });
});

test('folders of two sets that changed places are both thrown away', async () => {
  await parties.fill(100);
  await parties.endAll();
  const boolean = new StockParties(folder, 2, {}, 'boolean');
  await boolean.fill(100);
  await boolean.endAll();
  const [one, two] = [setFolder(0), setFolder(0, boolean)];
  renameSync(one, join(folder, 'aside'));
  renameSync(two, one);
  renameSync(join(folder, 'aside'), two);
  expect(parties.stock(0).view()).toEqual([]);
  expect(parties.codes(0)).toEqual(['CS0763', 'CS0763']);
});

test('a batch that came to one party only is thrown away when all agree that they are not storing any more', async () => {
  await parties.fill(100);
  parties.cutPower(1, 1);
  await parties.fill(40);
  expect([left(0), left(1)]).toEqual([[100, 40], [100]]);
  await parties.session(triples(10));
  expect([left(0), left(1), parties.codes(0)]).toEqual([[90], [90], ['CS0767']]);
});
