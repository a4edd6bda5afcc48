import { StockError } from './errors.js';
import { type Offer, type OfferedBatch } from './offer.js';
import { type Burn, type Lease } from './state.js';

/** So many records of a kind. */
export interface Demand {
  readonly kind: string;
  readonly count: number;
  /** Public name of the key under which they must stand. */
  readonly key?: string;
  /** What they may rest on, first what is taken first; anything when left out. */
  readonly assumptions?: readonly string[];
  /** Nothing where there is less than was demanded. */
  readonly whole?: boolean;
}

export type Agreement =
  /** Some party takes from this stock already: nothing is handed out, and nothing is lost. */
  | { readonly at: 'busy'; readonly parties: readonly number[] }
  /** Others remember more of these parties than they do themselves: all throw the stock of the set away. */
  | { readonly at: 'rolled-back'; readonly parties: readonly number[] }
  | {
    readonly at: 'agreed';
    /** In the order of the demand; less than was demanded where there is not enough. */
    readonly leases: readonly Lease[];
    /** Of batches from which nothing is leased: what some party has handed out before. */
    readonly burned: readonly Burn[];
    /** Batches that not every party has alike. */
    readonly missing: readonly string[];
  };

/** A batch that all have, with what none has handed out. */
export interface Common extends OfferedBatch {
  readonly handedOut: number;
}

/**
 * What the parties take, from the offers of all of them by place. It depends on nothing else, so all come to the same.
 * INVARIANT: no record is leased that some party says it has handed out.
 * @throws StockError CS0769 when the offers are not one of each party of one group
 */
export function agree(offers: readonly Offer[], demands: readonly Demand[]): Agreement {
  const [first] = offers;
  const fits = offers.length >= 2 && offers.every(({ party, group, seen }, place) => party === place && group === first.group && (seen.length === 0 || seen.length === offers.length));
  if (!fits) throw new StockError('CS0769', 'the offers are not those of all parties of one group');

  const rolledBack = offers.filter((of) => offers.some((by) => knowsMore(by, of))).map(({ party }) => party);
  if (rolledBack.length > 0) return { at: 'rolled-back', parties: rolledBack };
  const busy = offers.filter((offer) => offer.busy).map(({ party }) => party);
  if (busy.length > 0) return { at: 'busy', parties: busy };

  const all = new Set(offers.flatMap(({ batches }) => batches.map(({ batch }) => batch)));
  const common = commonTo(offers);
  for (const { batch } of common) all.delete(batch);

  const leases = lease(common, demands);
  const burned = common
    .filter(({ batch }) => !leases.some((each) => each.batch === batch))
    .filter(({ batch, handedOut }) => offers.some(({ batches }) => batches.some((each) => each.batch === batch && each.next < handedOut)))
    .map(({ batch, handedOut }) => ({ batch, to: handedOut }));
  return { at: 'agreed', leases, burned, missing: [...all].sort() };
}

/** What all parties have alike, in the order of party 0, which is the one in which it was stored there. */
export const commonTo = (offers: readonly Offer[]): Common[] => offers[0].batches.flatMap((batch) => commonBatch(batch, offers));

/** A stock that was discarded begins anew, under another incarnation; one that goes backwards in the same is an older copy. */
function knowsMore(by: Offer, of: Offer): boolean {
  const seen = by.party === of.party ? null : by.seen.at(of.party);
  return seen?.incarnation === of.incarnation && of.agreements < seen.agreements;
}

function commonBatch(batch: OfferedBatch, offers: readonly Offer[]): Common[] {
  const everywhere = offers.map(({ batches }) => batches.find((each) => each.batch === batch.batch && each.kind === batch.kind && each.key === batch.key && each.count === batch.count && each.assumption === batch.assumption));
  const handedOut = everywhere.map((each) => each?.next ?? batch.count + 1);
  return handedOut.every((next) => next <= batch.count) ? [{ ...batch, handedOut: Math.max(...handedOut) }] : [];
}

function lease(common: readonly Common[], demands: readonly Demand[]): Lease[] {
  const next = new Map(common.map(({ batch, handedOut }) => [batch, handedOut]));
  const leftOf = ({ batch, count }: Common): number => count - (next.get(batch) ?? count);
  return demands.flatMap(({ kind, count, key, assumptions, whole }) => {
    const all = common.filter((each) => each.kind === kind && each.key === key);
    const fitting = assumptions ? assumptions.flatMap((assumption) => all.filter((each) => each.assumption === assumption)) : all;
    if (whole && fitting.reduce((sum, each) => sum + leftOf(each), 0) < count) return [];
    let wanted = count;
    return fitting.flatMap((each) => {
      const taken = Math.min(wanted, leftOf(each));
      if (taken <= 0) return [];
      const from = each.count - leftOf(each);
      wanted -= taken;
      next.set(each.batch, from + taken);
      return [{ batch: each.batch, from, to: from + taken }];
    });
  });
}
