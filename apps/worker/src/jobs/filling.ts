import type { Logger } from 'pino';
import type { Demand, StockPart } from '#mpc';
import { digestOf } from '#pqc';
import type { SessionMade } from '../session/messages.js';
import type { SessionProcess } from '../session/session-process.js';
import { componentsOf, decodeWish, encodeWish, planFilling, type SetDemands, setIdOf, type Stock, type Wanted, type WantedWithin, wipeRecords } from '../stock/index.js';
import type { Drawing } from './drawing.js';
import { reasonOf } from './errors.js';

export interface FillingRules {
  readonly stock: Stock;
  readonly demands: SetDemands;
  /** Stock is made for so many sessions like the largest of late; none with zero. */
  readonly sessions: number;
}

/**
 * The sessions of this node that are over and make stock for later ones, with the same peers over the same links: nobody but parties whose keys
 * were verified for a job has a part in it. An offer of a job ends them all.
 */
export class Fillings {
  /** What each is storing at the moment. */
  readonly #current = new Map<SessionProcess, Promise<void>>();
  #stopped = false;

  constructor(private readonly rules: FillingRules | undefined, private readonly log: Logger) {}

  /** What sessions of a set consume is what is made for them. */
  note({ place, assumptions }: Drawing, demand: Demand): void {
    try {
      this.rules?.demands.note(setIdOf(place.set), demand, assumptions);
    } catch (error) {
      this.log.warn({ cause: (error as NodeJS.ErrnoException).code ?? 'unknown' }, 'what a session consumed could not be written down');
    }
  }

  /** Every session that drew or could have drawn ends so; `idle` when no job is under way on this node. */
  begin(session: SessionProcess, drawing: Drawing, idle: boolean): void {
    const wish = idle && !this.#stopped ? this.#wish(drawing) : undefined;
    this.#current.set(session, Promise.resolve());
    session.fill(wish ? encodeWish(wish) : new Uint8Array(0), {
      onWishes: (wishes) => this.#guarded(session, () => session.make(this.#plan(drawing, wishes))),
      onMade: (made) => void this.#current.set(session, this.#store(session, drawing, made)),
      // Until what is being stored is there, this party says that it is busy: the others would throw away what it has not got yet.
      onGone: () => {
        const storing = this.#current.get(session);
        this.#current.delete(session);
        void storing?.then(() => drawing.releaseFilling());
      },
    });
  }

  /** A job is offered: at once nothing is made any more, and what was not stored is lost. */
  interrupt(): void {
    for (const session of this.#current.keys()) session.stop();
  }

  stop(): void {
    this.#stopped = true;
    this.interrupt();
  }

  #wish(drawing: Drawing) {
    if (!this.rules || this.rules.sessions === 0) return undefined;
    const { stock, demands, sessions } = this.rules;
    const { set } = drawing.place;
    const forAll = (kinds: Wanted): Wanted => Object.fromEntries(Object.entries(kinds).map(([kind, count]) => [kind, Math.min(2 ** 31, count * sessions)]));
    const wanted: WantedWithin = Object.fromEntries(Object.entries(demands.of(setIdOf(set))).map(([profile, kinds]) => [profile, forAll(kinds)]));
    const offer = stock.offer(set, drawing.filling);
    return { v: 2 as const, offer, room: stock.room(set), wanted };
  }

  /** What only some parties have is thrown away first. */
  #plan({ place: { set, places }, filling }: Drawing, wishes: readonly Uint8Array[]): readonly StockPart[] {
    const decoded = wishes.map(decodeWish);
    const byPlace = Array.from(places, (_, place) => decoded[places.indexOf(place)]);
    const parts = planFilling(byPlace);
    for (const taken of this.rules!.stock.take(set, { attempt: filling, offers: byPlace.map(({ offer }) => offer), demands: [] })) taken.wipe();
    return parts;
  }

  async #store(session: SessionProcess, { place: { set } }: Drawing, { id, records }: SessionMade): Promise<void> {
    await this.#guarded(session, async () => {
      try {
        for (const { kind, count, assumption, vectors } of records) {
          const components = componentsOf(kind)!;
          await this.rules!.stock.put({
            set, kind, count, assumption, components, shares: components.map(({ name }) => vectors[name]),
            batch: digestOf('countersign/stock-batch/1', { part: Buffer.from(id).toString('hex'), kind }),
          });
        }
        this.log.info({ with: set.parties.flatMap(({ node }, place) => (place === set.own ? [] : [node])), made: Object.fromEntries(records.map(({ kind, count }) => [kind, count])) }, 'stock filled');
        session.stored();
      } finally {
        wipeRecords(records);
      }
    });
  }

  /** What fails ends the filling, and no job. */
  async #guarded(session: SessionProcess, act: () => void | Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.log.warn(reasonOf(error), 'filling the stock was given up');
      session.stop();
    }
  }
}
