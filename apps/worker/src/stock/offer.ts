import { z } from 'zod';
import { Digest } from '#contract';
import { StockError } from './errors.js';
import { BatchHeader } from './header.js';
import { groupOf } from './set.js';
import { MOST_BATCHES, Seen, type SetState } from './state.js';

/** Offers are refused above this length before they are parsed. */
export const MOST_OFFER_BYTES = 65_536;

const { kind, key, count, assumption } = BatchHeader.shape;
const OfferedBatch = z.strictObject({ batch: Digest, kind, key, count, assumption, next: z.int().min(0) });
export type OfferedBatch = z.infer<typeof OfferedBatch>;

/** What a party tells the others of its part of the stock before they agree. Nothing in it is secret. */
export const Offer = z
  .strictObject({
    v: z.literal(1),
    group: Digest,
    party: z.int().min(0),
    /** All zeros where nothing was ever stored. */
    incarnation: Digest,
    agreements: z.int().min(0),
    /** Another session of this party is about to take from the same stock. */
    busy: z.boolean(),
    seen: z.array(Seen.nullable()),
    batches: z.array(OfferedBatch).max(MOST_BATCHES),
  })
  .refine(({ batches }) => new Set(batches.map(({ batch }) => batch)).size === batches.length, 'a batch is there twice');
export type Offer = z.infer<typeof Offer>;

export const NO_INCARNATION = '0'.repeat(64);

export const offerOf = ({ set, incarnation, agreements, seen, batches }: Omit<SetState, 'spent' | 'discards'>, busy: boolean): Offer => ({
  v: 1, group: groupOf(set), party: set.own, incarnation, agreements, busy, seen,
  batches: batches.map(({ header, next }) => ({ batch: header.batch, kind: header.kind, ...(header.key !== undefined && { key: header.key }), count: header.count, assumption: header.assumption, next })),
});

export const encodeOffer = (offer: Offer): Uint8Array => Buffer.from(JSON.stringify(offer), 'utf8');

/** @throws StockError CS0769, without quoting what a peer wrote */
export function decodeOffer(bytes: Uint8Array): Offer {
  try {
    if (bytes.length <= MOST_OFFER_BYTES) return Offer.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    // Said below.
  }
  throw new StockError('CS0769', 'the offer of a peer is not of its form');
}
