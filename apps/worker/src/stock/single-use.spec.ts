import fc from 'fast-check';
import { rmSync } from 'node:fs';
import { agree } from './agree.js';
import type { Offer } from './offer.js';
import { isAsStored, newFolder, StockParties } from './testing/parties.js';

/**
 * What may happen to the stocks of two or three parties, in any order. Of party 0 alone whole snapshots come back, with what lies outside of
 * the home: of all parties at once nobody could tell.
 */
type Happening =
  | { readonly is: 'fill'; readonly count: number; readonly cut?: Cut }
  | { readonly is: 'session'; readonly count: number; readonly cut?: Cut }
  | { readonly is: 'restart'; readonly party: number }
  | { readonly is: 'copy'; readonly party: number }
  | { readonly is: 'home comes back'; readonly party: number }
  | { readonly is: 'snapshot of party 0 comes back' };
interface Cut {
  readonly party: number;
  readonly steps: number;
}

const party = fc.integer({ min: 0, max: 2 });
const cut = fc.option(fc.record({ party, steps: fc.integer({ min: 0, max: 5 }) }), { nil: undefined, freq: 2 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ is: fc.constant('fill' as const), count: fc.integer({ min: 1, max: 40 }), cut }) },
  { weight: 8, arbitrary: fc.record({ is: fc.constant('session' as const), count: fc.integer({ min: 1, max: 30 }), cut }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('restart' as const), party }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('copy' as const), party }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('home comes back' as const), party }) },
  { weight: 2, arbitrary: fc.constant({ is: 'snapshot of party 0 comes back' as const }) },
);

/** What each party has handed out, and what all of them then used; throws when a record is there twice. */
class Ledger {
  readonly #handedOut: Set<string>[];
  readonly #used: Set<string>[];
  /** Parties that forgot, in a way that only others can notice, what they had handed out. */
  readonly #forgetful = new Set<number>();

  constructor(parties: number) {
    this.#handedOut = Array.from({ length: parties }, () => new Set());
    this.#used = Array.from({ length: parties }, () => new Set());
  }

  forgets(of: number): void {
    this.#forgetful.add(of);
  }
  handOut(to: number, records: readonly string[]): void {
    if (!this.#forgetful.has(to)) once(this.#handedOut[to], records, `handed out twice by party ${to}`);
  }
  use(records: readonly string[]): void {
    this.#used.forEach((used, by) => once(used, records, `used twice by party ${by}`));
  }
}

function once(set: Set<string>, records: readonly string[], complaint: string): void {
  for (const record of records) {
    if (set.has(record)) throw new Error(`${record} is ${complaint}`);
    set.add(record);
  }
}

const recordsOf = (lease: { readonly batch: string; readonly from: number; readonly to: number }): string[] =>
  Array.from({ length: lease.to - lease.from }, (_, i) => `${lease.batch.slice(0, 8)}:${lease.from + i}`);

async function live(parties: StockParties, happenings: readonly Happening[]): Promise<void> {
  const ledger = new Ledger(parties.count);
  const within = (of: number): number => of % parties.count;
  for (const each of happenings) {
    if ((each.is === 'fill' || each.is === 'session') && each.cut) parties.cutPower(within(each.cut.party), each.cut.steps);
    if (each.is === 'fill') {
      await parties.fill(each.count);
    } else if (each.is === 'session') {
      const { agreement, taken } = await parties.session([{ kind: 'triples', count: each.count }]);
      taken.forEach((records, by) => {
        ledger.handOut(by, (records ?? []).flatMap(({ lease }) => recordsOf(lease)));
        expect((records ?? []).every((one) => isAsStored(one, { party: by }))).toBe(true);
      });
      // Step 4: every party has said that it took its part.
      if (agreement.at === 'agreed' && taken.every((records) => records !== undefined)) ledger.use(agreement.leases.flatMap(recordsOf));
    } else if (each.is === 'restart') {
      await parties.end(within(each.party));
    } else if (each.is === 'copy') {
      await parties.end(within(each.party));
      parties.copy(within(each.party), 'copy');
    } else if (each.is === 'home comes back' ? parties.hasCopy(within(each.party), 'copy') : parties.hasCopy(0, 'copy')) {
      const of = each.is === 'home comes back' ? within(each.party) : 0;
      await parties.end(of);
      parties.putBack(of, 'copy', each.is === 'home comes back' ? 'home' : 'home and marker');
      if (each.is !== 'home comes back') ledger.forgets(of);
    }
  }
}

test('whatever is filled, taken, cut off and restored in whatever order, no record is used twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 3 }), fc.array(happening, { minLength: 5, maxLength: 30 }), async (count, happenings) => {
      const folder = newFolder();
      const parties = new StockParties(folder, count);
      try {
        await live(parties, happenings);
      } finally {
        await parties.endAll();
        rmSync(folder, { recursive: true });
      }
    }),
    { numRuns: 200 },
  );
});

describe('the agreement', () => {
  const id = (digit: number): string => digit.toString(16).repeat(64);
  const offers = fc.integer({ min: 2, max: 4 }).chain((parties) =>
    fc.tuple(...Array.from({ length: parties }, (_, place) =>
      fc.uniqueArray(fc.record({ batch: fc.integer({ min: 1, max: 6 }).map(id), kind: fc.constantFrom('triples', 'dabits'), count: fc.constantFrom(10, 20), assumption: fc.constantFrom('softspoken', 'lpn'), next: fc.integer({ min: 0, max: 12 }) }), { maxLength: 6, selector: ({ batch }) => batch })
        .map((batches): Offer => ({ v: 1, group: id(9), party: place, incarnation: id(place + 1), agreements: 5, busy: false, seen: Array.from({ length: parties }, () => null), batches })))));
  const demands = fc.array(fc.record({ kind: fc.constantFrom('triples', 'dabits'), count: fc.integer({ min: 0, max: 25 }) }), { maxLength: 3 });

  test('leases no record that any party has handed out, none twice, none of a batch that some party lacks, and no more than was demanded', () => {
    fc.assert(fc.property(offers, demands, (of, wanted) => {
      const agreement = agree(of, wanted);
      if (agreement.at !== 'agreed') throw new Error(agreement.at);
      const leased = agreement.leases.flatMap(recordsOf);
      expect(new Set(leased).size).toBe(leased.length);
      for (const { batch, from, to } of agreement.leases) {
        for (const { batches } of of) {
          const here = batches.find((each) => each.batch === batch)!;
          expect(here.next).toBeLessThanOrEqual(from);
          expect(to).toBeLessThanOrEqual(here.count);
        }
        expect(agreement.missing).not.toContain(batch);
      }
      for (const kind of ['triples', 'dabits']) {
        const most = wanted.filter((each) => each.kind === kind).reduce((sum, { count }) => sum + count, 0);
        expect(agreement.leases.filter(({ batch }) => of[0].batches.find((each) => each.batch === batch)!.kind === kind).reduce((sum, { from, to }) => sum + to - from, 0)).toBeLessThanOrEqual(most);
      }
    }));
  });

  test('says which parties were restored, also when another is busy, and begins anew with a new incarnation', () => {
    const offer = (place: number, fields: Partial<Offer> = {}): Offer => ({ v: 1, group: id(9), party: place, incarnation: id(place + 1), agreements: 5, busy: false, seen: [null, null], batches: [], ...fields });
    const seen = (fields: object = {}) => ({ seen: [null, { incarnation: id(2), agreements: 6, ...fields }] });
    expect(agree([offer(0, { ...seen(), busy: true }), offer(1)], [])).toEqual({ at: 'rolled-back', parties: [1] });
    expect(agree([offer(0, seen({ agreements: 5 })), offer(1)], [])).toMatchObject({ at: 'agreed' });
    expect(agree([offer(0, seen({ incarnation: id(7) })), offer(1)], [])).toMatchObject({ at: 'agreed' });
    expect(agree([offer(0, { seen: [{ incarnation: id(1), agreements: 99 }, null] }), offer(1)], [])).toMatchObject({ at: 'agreed' });
    expect(agree([offer(0, { busy: true }), offer(1)], [])).toEqual({ at: 'busy', parties: [0] });
  });
});
