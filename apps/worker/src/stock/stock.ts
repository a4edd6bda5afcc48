/**
 * The stock: correlations that were made while nothing else was to do
 *
 * Afterwards all parties of a session hold shares of the same records, which none of them has ever handed out, and none ever will again.
 *
 * Files       <home>/stock/lock                    held by the one process that uses the stock
 *             <home>/stock/<set>/journal.jsonl     what was stored, handed out, burned, thrown away; each line names the hash of the one before
 *             <home>/stock/<set>/<batch>.batch     typed header in clear, then chunks under AES-256-GCM, bound to header, place and end
 *             <markers>/<home>/<set>.json          the last line of the journal once more, outside of the home, written before the journal
 *             A set is a suite, the link keys of all parties in their order, and the own place (`set.ts`).
 * Single use  A record is handed out after a line that says so is on disk (marker, then journal, each flushed), and `next` of a batch only
 *             grows. A crash in between burns what was to be handed out. What was handed out is overwritten, as far as disks do that.
 * Together    `agree` is a function of the offers of all parties, so all take the same range; it begins where the party that handed out most
 *             has stopped. A batch that some party lacks is thrown away: who is still storing is busy, so nobody will get it any more. A session uses records only after every party has said that its own
 *             line is on disk (step 4): then each other party alone keeps a record from being used again, whatever is restored here.
 * Restored    When in doubt, everything of a set is thrown away and another incarnation begins.
 *   detected  here: an older copy of the home; a copy at another path, under another user or on another machine (no marker, CS0764); home and
 *             marker both copied back file by file (ctime, unless within a minute); a damaged or shortened journal (CS0766); files that are changed, cut,
 *             swapped or from another set (CS0762, CS0763).
 *             by peers: a snapshot of the whole machine, with the marker. Each party remembers after how many agreements it last met each
 *             other; one that knows of fewer is an older copy (CS0765). All parties come to that verdict, from the same offers.
 *   not       snapshots of the machines of all parties of a set, restored together; a snapshot of one, for what it handed out in a session
 *             that broke before step 4, hence before anything was used. A party that lies in its offer harms only its own records.
 * Security    Whoever reads the home's keys reads the stock. The key comes from the link key (`cipher.ts`), so a passphrase protects both.
 *             Whoever can write to home and markers can put back older ones; against that only the peers help.
 *
 *     party i                                                       all others
 *     1. offer_i ← stock.offer(set, attempt)
 *                    ◀──────▶   offer_i: for each batch the first record that is left; whom it met last, and when
 *     2. leases ← agree(offers, demand)                             the same leases
 *     3. records ← stock.take(set, …): burned on disk, then read
 *                    ◀──────▶   taken
 *     4. uses the records, wipes them
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type SigningKey, wipe } from '#pqc';
import type { NodeHome } from '../node-home/home.js';
import { agree, type Demand } from './agree.js';
import { stockKeyOf } from './cipher.js';
import { StockError } from './errors.js';
import { BatchHeader, type Component, fileBytesOf } from './header.js';
import { lockFolder } from './lock.js';
import { forgetGoneHomes, MarkerFile, MarkerFolder } from './marker.js';
import { NO_INCARNATION, type Offer, offerOf } from './offer.js';
import { setReport, type SetReport } from './report.js';
import { groupOf, type PartySet, setIdOf } from './set.js';
import { type DiscardEvent, Shelf, type ShelfPlace } from './shelf.js';
import { MOST_BATCHES } from './state.js';
import type { Taken } from './taken.js';

export interface StockOptions {
  /** Folder for the markers: on this machine, outside of the home, and not in the same backup. */
  readonly markers: string;
  /** Of all files of the stock together, and of one set. */
  readonly mostBytes: number;
  readonly mostSetBytes: number;
  readonly onDiscard?: (event: DiscardEvent) => void;
  readonly clock?: () => Date;
  /** How long an offer keeps other sessions from the set when nothing comes of it. */
  readonly holdMs?: number;
  /** For tests that cut the power at some step. */
  readonly onStep?: (step: string) => void;
}

/** Whose stock it is, and which sets are up to date. */
export interface StockOwner {
  readonly path: string;
  readonly link: SigningKey;
  readonly isOurs: (set: PartySet) => boolean;
}

/** What was made of one kind, at this party. */
export interface NewBatch extends Pick<BatchHeader, 'set' | 'batch' | 'kind' | 'key' | 'count' | 'assumption'> {
  readonly components: readonly Component[];
  /** One vector of `count` records for each component; the caller wipes them. */
  readonly shares: readonly Uint8Array[];
}

export interface TakeRequest {
  readonly attempt: string;
  /** Of all parties, by place; the own one as it was given last. */
  readonly offers: readonly Offer[];
  readonly demands: readonly Demand[];
}

const HOLD_MS = 60_000;

/** Opens the stock of a node home, for as long as its worker runs; sets with a party whose link key is another now are thrown away. @throws StockError CS0760 */
export function openStock(home: NodeHome, options: StockOptions): Stock {
  const pins = home.pins();
  return Stock.open({
    path: home.path, link: home.keys.link,
    isOurs: ({ parties, own }) => parties[own].linkKid === home.keys.link.kid && parties.every(({ node, linkKid }) => Object.hasOwn(pins, node) && pins[node].linkKid === linkKid),
  }, options);
}

export class Stock {
  readonly #shelves = new Map<string, Shelf>();
  /** By set: the offer that a session has given and not used yet. */
  readonly #held = new Map<string, { readonly attempt: string; readonly offer: Offer; readonly untilMs: number }>();
  /** Batches that are being written. */
  readonly #arriving = new Map<string, { readonly setId: string; readonly bytes: number; readonly stored: Promise<void> }>();
  readonly #place: (id: string) => ShelfPlace;
  readonly #clock: () => Date;
  #closed = false;

  private constructor(private readonly folder: string, owner: StockOwner, private readonly options: StockOptions, private readonly unlock: () => void, private readonly key: Uint8Array) {
    this.#clock = options.clock ?? (() => new Date());
    const markers = new MarkerFolder(options.markers, realpathSync(owner.path));
    this.#place = (id) => ({
      folder: join(folder, id), marker: new MarkerFile(markers, `${id}.json`, this.#clock), stockKey: key, clock: this.#clock,
      onDiscard: options.onDiscard ?? (() => undefined), onStep: options.onStep ?? (() => undefined),
    });
  }

  /** @throws StockError CS0760 */
  static open(owner: StockOwner, options: StockOptions): Stock {
    const folder = join(owner.path, 'stock');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const unlock = lockFolder(join(folder, 'lock'));
    const key = stockKeyOf(owner.link);
    try {
      const stock = new Stock(folder, owner, options, unlock, key);
      for (const id of readdirSync(folder).filter((name) => /^[0-9a-f]{64}$/.test(name))) {
        const shelf = Shelf.open(id, stock.#place(id), owner.isOurs);
        if (shelf) stock.#shelves.set(id, shelf);
      }
      forgetGoneHomes(options.markers);
      return stock;
    } catch (error) {
      wipe(key);
      unlock();
      throw error;
    }
  }

  /** How many bytes may still be stored for a set. */
  room(set: PartySet): number {
    const id = setIdOf(set);
    const arriving = [...this.#arriving.values()];
    const ofSet = (this.#shelves.get(id)?.fileBytes ?? 0) + sum(arriving.filter(({ setId }) => setId === id).map(({ bytes }) => bytes));
    const ofAll = sum([...this.#shelves.values()].map(({ fileBytes }) => fileBytes)) + sum(arriving.map(({ bytes }) => bytes));
    return Math.max(0, Math.min(this.options.mostSetBytes - ofSet, this.options.mostBytes - ofAll));
  }

  /**
   * Stores a batch; on disk when this resolves. Every party stores its own shares under the same id.
   * @throws StockError CS0761 when there is no room, CS0769 when the batch is not of its form or was stored before
   */
  async put({ shares, ...batch }: NewBatch): Promise<void> {
    this.#assertOpen();
    const parsed = BatchHeader.safeParse({ v: 1, ...batch, createdAt: this.#clock().toISOString(), salt: randomBytes(32).toString('hex') });
    if (!parsed.success) throw new StockError('CS0769', `the header of a batch is not of its form at \`${parsed.error.issues[0].path.join('.')}\``);
    const header = parsed.data;
    if (shares.length !== header.components.length || shares.some(({ length }, i) => length !== header.count * header.components[i].bytes)) throw new StockError('CS0769', 'the shares of a batch are not as long as its header says');
    const setId = setIdOf(header.set);
    const bytes = fileBytesOf(header);
    const shelf = this.#shelves.get(setId);
    if (this.#arriving.has(header.batch) || shelf?.knows(header.batch)) throw new StockError('CS0769', `batch \`${header.batch}\` was stored before`);
    if (bytes > this.room(header.set)) throw new StockError('CS0761', `the stock has no room for ${bytes} bytes`);
    const batches = (shelf?.state.batches.length ?? 0) + [...this.#arriving.values()].filter((each) => each.setId === setId).length;
    if (batches >= MOST_BATCHES) throw new StockError('CS0761', `the stock has ${MOST_BATCHES} batches of this set, and takes no more`);
    const stored = this.#shelfOf(header.set).put(header, shares);
    this.#arriving.set(header.batch, { setId, bytes, stored });
    try {
      await stored;
    } finally {
      this.#arriving.delete(header.batch);
    }
  }

  /** Step 1: what there is for a set, kept for this attempt until it takes, releases, or is late. */
  offer(set: PartySet, attempt: string): Offer {
    this.#assertOpen();
    const id = setIdOf(set);
    const shelf = this.#shelves.get(id);
    if (!shelf) return offerOf({ set, incarnation: NO_INCARNATION, agreements: 0, seen: [], batches: [] }, false);
    const held = this.#held.get(id);
    const nowMs = this.#clock().getTime();
    // What is still being written, the others may have already, and would throw away.
    const storing = [...this.#arriving.values()].some(({ setId }) => setId === id);
    const busy = storing || (held !== undefined && held.attempt !== attempt && held.untilMs > nowMs);
    const offer = shelf.offer(busy);
    if (!offer.busy) this.#held.set(id, { attempt, offer, untilMs: nowMs + (this.options.holdMs ?? HOLD_MS) });
    return offer;
  }

  /**
   * Steps 2 and 3: the records on which all parties agree from these offers; nothing when one of them is busy or was restored. Burned on disk
   * when this returns, whatever happens next. The caller wipes what it gets, and uses it after all parties have said that they took theirs.
   * @throws StockError CS0762 when a file is damaged, CS0769 when the offers do not fit: the others may have taken theirs, so the session ends
   */
  take(set: PartySet, { attempt, offers, demands }: TakeRequest): Taken[] {
    this.#assertOpen();
    const id = setIdOf(set);
    const shelf = this.#shelves.get(id);
    const agreement = agree(offers, demands);
    const own = offers.at(set.own);
    if (offers.length !== set.parties.length || own?.group !== groupOf(set)) throw new StockError('CS0769', 'the offers are not those of this set');
    const held = this.#held.get(id);
    if (held?.attempt === attempt) this.#held.delete(id);
    if (!shelf || agreement.at === 'busy') return [];
    if (agreement.at === 'rolled-back') {
      if (own.incarnation === shelf.state.incarnation) shelf.discard('CS0765');
      return [];
    }
    if (held?.attempt !== attempt || !isDeepStrictEqual(own, held.offer)) throw new StockError('CS0769', 'the own offer is not the one that was given last');
    return shelf.settle(agreement, { offers, attempt });
  }

  /** Nothing came of an offer. */
  release(set: PartySet, attempt: string): void {
    const id = setIdOf(set);
    if (this.#held.get(id)?.attempt === attempt) this.#held.delete(id);
  }

  /** Throws away batches of a set, all of them when none is named; `code` says why. */
  discard(set: PartySet, code: string, batches?: readonly string[]): void {
    this.#assertOpen();
    this.#shelves.get(setIdOf(set))?.discard(code, batches);
  }

  view(): SetReport[] {
    return [...this.#shelves.values()].map(({ state }) => setReport(state));
  }

  /** Lets the home go, when what was used is overwritten. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled([...this.#arriving.values()].map(({ stored }) => stored));
    await Promise.all([...this.#shelves.values()].map((shelf) => shelf.idle()));
    wipe(this.key);
    this.unlock();
  }

  #shelfOf(set: PartySet): Shelf {
    const id = setIdOf(set);
    const shelf = this.#shelves.get(id) ?? Shelf.create(set, this.#place(id));
    this.#shelves.set(id, shelf);
    return shelf;
  }

  #assertOpen(): void {
    if (this.#closed) throw new StockError('CS0760', 'the stock is closed');
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
