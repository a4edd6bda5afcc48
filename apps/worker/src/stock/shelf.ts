import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { wipe } from '#pqc';
import type { Agreement } from './agree.js';
import { eraseRecords, looksWhole, readRecords, writeBatch } from './batch-file.js';
import { fileKeyOf } from './cipher.js';
import { StockError, type StockErrorCode } from './errors.js';
import { type BatchHeader, fileBytesOf } from './header.js';
import type { MarkerFile } from './marker.js';
import { type Offer, offerOf } from './offer.js';
import { type PartySet, setIdOf } from './set.js';
import { SetLedger, type Thrown } from './set-ledger.js';
import type { Lease, SetState } from './state.js';
import { Taken } from './taken.js';

export const JOURNAL = 'journal.jsonl';
const BATCH = /^([0-9a-f]{64})\.batch$/;

/** Something was thrown away, for the log. */
export interface DiscardEvent {
  readonly code: StockErrorCode | string;
  readonly set: string;
  readonly batches: number;
  readonly records: number;
}

/** What a shelf has around it. */
export interface ShelfPlace {
  /** Of this set. */
  readonly folder: string;
  readonly marker: MarkerFile;
  readonly stockKey: Uint8Array;
  readonly clock: () => Date;
  /** How long a batch is kept that another party does not have yet. */
  readonly onDiscard: (event: DiscardEvent) => void;
  readonly onStep: (step: string) => void;
}

/** The stock of one set: its ledger, and a file for each batch in it. */
export class Shelf {
  readonly id: string;
  #chores: Promise<void> = Promise.resolve();

  private constructor(private readonly place: ShelfPlace, private readonly ledger: SetLedger) {
    this.id = setIdOf(ledger.state.set);
  }

  static create(set: PartySet, place: ShelfPlace): Shelf {
    mkdirSync(place.folder, { recursive: true, mode: 0o700 });
    const { ledger, thrown } = SetLedger.create(set, ledgerPlace(place));
    const shelf = new Shelf(place, ledger);
    if (thrown) shelf.#tell(thrown);
    return shelf;
  }

  /** What a former run left in the folder, as far as it can be relied on. Undefined, and the folder is gone, when it is none of ours. */
  static open(id: string, place: ShelfPlace, isOurs: (set: PartySet) => boolean): Shelf | undefined {
    const ledger = SetLedger.read(ledgerPlace(place));
    const code = !ledger ? 'CS0766' : setIdOf(ledger.state.set) !== id ? 'CS0763' : !isOurs(ledger.state.set) ? 'CS0768' : undefined;
    if (!ledger || code) {
      const nothingYet = !ledger && !existsSync(join(place.folder, JOURNAL));
      rmSync(place.folder, { recursive: true, force: true });
      if (code === 'CS0768') place.marker.remove();
      if (!nothingYet) place.onDiscard({ code: code ?? 'CS0766', set: id, ...countsOf(ledger?.state.batches ?? []) });
      return undefined;
    }
    const shelf = new Shelf(place, ledger);
    const thrown = ledger.reconcile();
    if (thrown) shelf.#tell(thrown);
    shelf.#removeStrangers();
    const broken = shelf.state.batches.filter(({ header }) => !looksWhole(shelf.#pathOf(header.batch), header));
    if (broken.length > 0) shelf.discard('CS0762', broken.map(({ header }) => header.batch));
    return shelf;
  }

  get state(): SetState {
    return this.ledger.state;
  }

  /** Of all files that are in use. */
  get fileBytes(): number {
    return this.state.batches.reduce((sum, { header }) => sum + fileBytesOf(header), 0);
  }

  offer(busy: boolean): Offer {
    return offerOf(this.state, busy || this.ledger.stuck);
  }

  /** Whether the batch is here, or was. */
  knows(batch: string): boolean {
    return this.state.spent.includes(batch) || this.state.batches.some(({ header }) => header.batch === batch);
  }

  async put(header: BatchHeader, shares: readonly Uint8Array[]): Promise<void> {
    const key = fileKeyOf(this.place.stockKey, { salt: header.salt, setId: this.id });
    try {
      this.place.onStep('file');
      await writeBatch(this.#pathOf(header.batch), { header, key, shares });
    } finally {
      wipe(key);
    }
    this.ledger.commit({ type: 'stored', at: this.place.clock().toISOString(), header });
  }

  /** Hands out what was agreed: burned on disk before the first record is read. */
  settle({ leases, burned, missing }: Extract<Agreement, { at: 'agreed' }>, { offers, attempt }: { readonly offers: readonly Offer[]; readonly attempt: string }): Taken[] {
    const { set, batches } = this.state;
    if (leases.length + burned.length + missing.length > 0) {
      const seen = offers.map(({ party, incarnation, agreements }) => (party === set.own ? null : { incarnation, agreements }));
      this.ledger.commit({ type: 'agreed', at: this.place.clock().toISOString(), attempt, seen, leases: [...leases], burned: [...burned] });
    }
    try {
      return this.#read(leases, batches);
    } finally {
      this.#erase(batches);
      this.discard('CS0767', missing);
    }
  }

  /** Throws batches away, all of the set when none is named. */
  discard(code: StockErrorCode | string, batches?: readonly string[]): void {
    if (!batches) {
      this.#tell(this.ledger.begin(code));
    } else {
      const gone = this.state.batches.filter(({ header }) => batches.includes(header.batch));
      if (gone.length === 0) return;
      this.ledger.commit({ type: 'discarded', at: this.place.clock().toISOString(), code, batches: gone.map(({ header }) => header.batch) });
      this.#tell({ code, gone });
    }
  }

  /** Resolves when nothing is overwritten any more. */
  idle(): Promise<void> {
    return this.#chores;
  }

  readonly #pathOf = (batch: string): string => join(this.place.folder, `${batch}.batch`);

  #read(leases: readonly Lease[], batches: SetState['batches']): Taken[] {
    const taken: Taken[] = [];
    for (const lease of leases) {
      const { header } = batches.find((each) => each.header.batch === lease.batch)!;
      const key = fileKeyOf(this.place.stockKey, { salt: header.salt, setId: this.id });
      try {
        taken.push(new Taken(lease, header, readRecords(this.#pathOf(lease.batch), { header, key, ...lease })));
      } catch (error) {
        for (const each of taken) each.wipe();
        if (error instanceof StockError) this.discard(error.code, [lease.batch]);
        throw error;
      } finally {
        wipe(key);
      }
    }
    return taken;
  }

  /** What was handed out or burned since `before` is overwritten, when there is time. */
  #erase(before: SetState['batches']): void {
    for (const { header, next } of before) {
      const to = this.state.batches.find((each) => each.header.batch === header.batch)?.next ?? header.count;
      if (to > next) this.#chores = this.#chores.then(() => eraseRecords(this.#pathOf(header.batch), { header, from: next, to })).catch(() => undefined);
    }
  }

  /** Files that the ledger does not name: unfinished, used up, thrown away, or put there by somebody. */
  #removeStrangers(): void {
    const named = new Set(this.state.batches.map(({ header }) => header.batch));
    for (const name of readdirSync(this.place.folder)) {
      const batch = BATCH.exec(name)?.[1];
      if (name === JOURNAL || (batch !== undefined && named.has(batch))) continue;
      rmSync(join(this.place.folder, name), { recursive: true, force: true });
      if (batch !== undefined && !this.knows(batch)) this.place.onDiscard({ code: 'CS0763', set: this.id, batches: 1, records: 0 });
    }
  }

  #tell({ code, gone }: Thrown): void {
    for (const { header } of gone) rmSync(this.#pathOf(header.batch), { force: true });
    this.place.onDiscard({ code, set: this.id, ...countsOf(gone) });
  }
}

const countsOf = (batches: SetState['batches']) => ({ batches: batches.length, records: batches.reduce((sum, { header, next }) => sum + header.count - next, 0) });

const ledgerPlace = ({ folder, marker, clock, onStep }: ShelfPlace) => ({ journal: join(folder, JOURNAL), marker, clock, onStep });
