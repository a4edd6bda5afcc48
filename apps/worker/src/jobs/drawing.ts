import type { Demand } from '#mpc';
import { digestOf } from '#pqc';
import { allProblems, type Assumptions } from '#program';
import type { SessionDrawn } from '../session/messages.js';
import { decodeOffer, demandsOf, encodeOffer, groupOf, type KindRecords, type Offer, restsOnOf, setOf, type Stock, type Taken } from '../stock/index.js';

export interface DrawingParties {
  /** By party index. */
  readonly parties: readonly { readonly node: string; readonly linkKid: string }[];
  /** The own name. */
  readonly own: string;
  readonly suite: string;
  /** What the session may rest on. */
  readonly assumptions: Assumptions;
  /** For the journal: a job and its attempt. */
  readonly attempt: string;
}

/** What one session draws from this node's stock with its peers: an offer before it starts, then records, once, or nothing. */
export class Drawing {
  /** For the peers; empty when there is nothing in stock. */
  readonly offer: Uint8Array = new Uint8Array(0);
  /** The set of the parties, and where each of them stands in it. */
  readonly place: ReturnType<typeof setOf>;
  readonly #own: Offer | undefined;
  #over = false;

  /** Without a stock there is nothing to offer, and the session makes everything itself. */
  constructor(private readonly stock: Stock | undefined, private readonly of: DrawingParties) {
    this.place = setOf(of.suite, of.parties, of.own);
    const offer = stock?.offer(this.place.set, of.attempt);
    if (offer && offer.batches.length > 0) {
      this.#own = offer;
      this.offer = encodeOffer(offer);
    } else {
      this.release();
    }
  }

  /**
   * All parties have offered: what they agree on, burned on disk before this returns. The caller wipes the records. @throws StockError CS0762, CS0769,
   * after which the session ends
   */
  take(offers: readonly Uint8Array[], demand: Demand): SessionDrawn {
    const { set, places } = this.place;
    if (this.#over || !this.stock || !this.#own) throw new Error('a session draws once, on what was offered');
    this.#over = true;
    const byPlace = Array.from(places, (_, place) => {
      const party = places.indexOf(place);
      return place === set.own ? this.#own! : decodeOffer(offers[party]);
    });
    const taken = this.stock.take(set, { attempt: this.of.attempt, offers: byPlace, demands: demandsOf(demand, this.assumptions) });
    const agreed = digestOf('countersign/stock-agreed/1', { group: groupOf(set), leases: taken.map(({ lease, header }) => ({ kind: header.kind, ...lease })) });
    try {
      return { agreed: new Uint8Array(Buffer.from(agreed, 'hex')), restsOn: allProblems(...taken.map(({ header }) => restsOnOf(header.assumption))), records: [...Map.groupBy(taken, ({ header }) => header.kind)].map(joined) };
    } finally {
      for (const each of taken) each.wipe();
    }
  }

  get assumptions(): Assumptions {
    return this.of.assumptions;
  }

  /** Under which name the same session holds the stock while it fills it. */
  get filling(): string {
    return `${this.of.attempt} fill`;
  }

  releaseFilling(): void {
    this.stock?.release(this.place.set, this.filling);
  }

  /** Nothing is taken any more: other sessions may. */
  release(): void {
    if (!this.#over) this.stock?.release(this.place.set, this.of.attempt);
    this.#over = true;
  }
}

/** Records of one kind, out of however many batches, as one vector for each component. */
function joined([kind, taken]: readonly [string, readonly Taken[]]): KindRecords {
  const vectors: Record<string, Uint8Array> = {};
  for (const { name, bytes } of taken[0].header.components) {
    const all = new Uint8Array(bytes * taken.reduce((sum, { count }) => sum + count, 0));
    let at = 0;
    for (const each of taken) {
      all.set(each.component(name), at);
      at += each.component(name).length;
    }
    vectors[name] = all;
  }
  return { kind, vectors };
}
