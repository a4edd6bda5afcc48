import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SigningKey } from '#pqc';
import { agree, type Agreement, type Demand } from '../agree.js';
import type { Component } from '../header.js';
import type { Offer } from '../offer.js';
import type { PartySet } from '../set.js';
import type { DiscardEvent } from '../shelf.js';
import { Stock, type StockOptions } from '../stock.js';
import type { Taken } from '../taken.js';

/** What stands for a power cut at a step. */
export class PowerCut extends Error {}

export const TRIPLES: readonly Component[] = ['a', 'b', 'c'].map((name) => ({ name, domain: 'Z_2^64', bytes: 8 }));
/** The same in every process. */
const KEYS = [1, 2, 3].map((digit) => SigningKey.fromSeed('ML-DSA-65', new Uint8Array(32).fill(digit)));
const NAMES = ['Bank A', 'Bank B', 'Bank C'];

/** A folder in memory where there is one: what counts here is the order of writes. */
export const newFolder = (): string => mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'countersign-stock-'));

/** Eight bytes that say of which record, batch, party and component they are. */
export function sharesOf(batch: string, { party, count, components = TRIPLES }: { readonly party: number; readonly count: number; readonly components?: readonly Component[] }): Uint8Array[] {
  return components.map(({ bytes }, component) => {
    const vector = new Uint8Array(count * bytes);
    const view = new DataView(vector.buffer);
    for (let i = 0; bytes >= 8 && i < count; i++) {
      view.setUint32(i * bytes, i);
      view.setUint32(i * bytes + 4, Number.parseInt(batch.slice(0, 8), 16) ^ (party * 16 + component));
    }
    return vector;
  });
}

/** Whether records are those of their batch and range, at this party. */
export function isAsStored(taken: Taken, { party }: { readonly party: number }): boolean {
  const { lease, header } = taken;
  const stored = sharesOf(header.batch, { party, count: lease.to, components: header.components });
  return header.components.every(({ name, bytes }, i) => Buffer.from(taken.component(name)).equals(stored[i].subarray(lease.from * bytes)));
}

/** The stocks of two or three parties that make and use records together, with homes that can be lost and come back. */
export class StockParties {
  readonly sets: readonly PartySet[];
  readonly events: DiscardEvent[][];
  readonly #stocks: (Stock | undefined)[];
  /** At which step of which party the power goes next, counted down. */
  #cut: { readonly party: number; steps: number } | undefined;
  #attempts = 0;

  constructor(readonly folder: string, readonly count = 2, private readonly options: Partial<StockOptions> = {}, suite = 'additive-z64') {
    const parties = KEYS.slice(0, count).map(({ kid }, i) => ({ node: NAMES[i], linkKid: kid }));
    this.sets = parties.map((_, own) => ({ suite, parties, own }));
    this.events = parties.map(() => []);
    this.#stocks = parties.map(() => undefined);
    for (let party = 0; party < count; party++) mkdirSync(this.home(party), { recursive: true });
  }

  readonly home = (party: number): string => join(this.folder, 'homes', String(party));
  readonly markers = (party: number): string => join(this.folder, 'markers', String(party));
  readonly codes = (party: number): string[] => this.events[party].map(({ code }) => code);

  /** The stock of a party, opened when it is not; once more when the power goes meanwhile. */
  stock(party: number): Stock {
    try {
      return (this.#stocks[party] ??= this.#open(party));
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      return (this.#stocks[party] = this.#open(party));
    }
  }

  #open(party: number): Stock {
    const { linkKid } = this.sets[party].parties[party];
    return Stock.open({ path: this.home(party), link: KEYS[party], isOurs: ({ parties, own }) => parties[own].linkKid === linkKid }, {
      markers: this.markers(party), mostBytes: 2 ** 30, mostSetBytes: 2 ** 30, holdMs: 0, ...this.options,
      onDiscard: (event) => void this.events[party].push(event),
      onStep: () => {
        if (this.#cut?.party !== party || this.#cut.steps-- > 0) return;
        this.#cut = undefined;
        throw new PowerCut();
      },
    });
  }

  /** The power of a party goes at its step number `steps` from now. */
  cutPower(party: number, steps: number): void {
    this.#cut = { party, steps };
  }

  /** Ends the process of a party, as far as its memory and lock go. */
  async end(party: number): Promise<void> {
    this.#cut = undefined;
    await this.#stocks[party]?.close();
    this.#stocks[party] = undefined;
  }

  async endAll(): Promise<void> {
    for (let party = 0; party < this.count; party++) await this.end(party);
  }

  /** Keeps a copy of what a party has on disk, or puts it back. */
  copy(party: number, name: string, what: 'home' | 'home and marker' = 'home and marker'): void {
    const to = join(this.folder, 'copies', String(party), name);
    rmSync(to, { recursive: true, force: true });
    cpSync(this.home(party), join(to, 'home'), { recursive: true });
    if (what === 'home and marker' && existsSync(this.markers(party))) cpSync(this.markers(party), join(to, 'markers'), { recursive: true });
  }
  hasCopy(party: number, name: string): boolean {
    return existsSync(join(this.folder, 'copies', String(party), name));
  }
  putBack(party: number, name: string, what: 'home' | 'home and marker'): void {
    const from = join(this.folder, 'copies', String(party), name);
    const replace = (path: string, copy: string): void => {
      rmSync(path, { recursive: true, force: true });
      if (existsSync(copy)) cpSync(copy, path, { recursive: true });
    };
    replace(this.home(party), join(from, 'home'));
    if (what === 'home and marker') replace(this.markers(party), join(from, 'markers'));
  }

  /** All parties store a batch, and its id comes back; a party whose power goes may not have it. */
  async fill(count: number, { kind = 'triples', batch = randomBytes(32).toString('hex'), assumption = 'softspoken+ml-kem-768' } = {}): Promise<string> {
    for (const set of this.sets) {
      await this.#powered(set.own, () => this.stock(set.own).put({ set, batch, kind, count, assumption, components: TRIPLES, shares: sharesOf(batch, { party: set.own, count }) }));
    }
    return batch;
  }

  newAttempt(): string {
    return `attempt ${process.pid}.${++this.#attempts}`;
  }

  offers(attempt: string): Offer[] {
    return this.sets.map((set) => this.stock(set.own).offer(set, attempt));
  }

  /** A session up to step 4: what each party has taken, undefined where its power went. */
  async session(demands: readonly Demand[]): Promise<{ readonly attempt: string; readonly agreement: Agreement; readonly taken: (Taken[] | undefined)[] }> {
    const attempt = this.newAttempt();
    const offers = this.offers(attempt);
    const agreement = agree(offers, demands);
    const taken: (Taken[] | undefined)[] = [];
    for (const set of this.sets) taken.push(await this.#powered(set.own, () => this.stock(set.own).take(set, { attempt, offers, demands })));
    return { attempt, agreement, taken };
  }

  async #powered<T>(party: number, act: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      await this.end(party);
      return undefined;
    }
  }
}
