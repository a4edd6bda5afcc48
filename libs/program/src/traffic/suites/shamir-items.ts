import { maxMessageBytes } from '../frame.js';
import { type RoundShape } from '../round-shape.js';

/** Vectors of shares are walked in pieces of so many bytes, which stay in the cache. */
export const sharePieceBytes = 32 * 1024;

/** A vector that is dealt or opened in an exchange of Shamir sharing. */
export interface ItemShape {
  readonly elementBytes: number;
  readonly count: number;
  /** Who deals it; where absent it is opened by all, or dealt by those who reduce degrees, whoever they are in the end. */
  readonly dealers?: readonly number[];
}

/** Elements [from, from + count) of an item. */
export interface Cut {
  readonly item: number;
  readonly from: number;
  readonly count: number;
}

/**
 * The items as batches of which no party has more to send to another than one message holds; one batch at least. Items are cut between
 * pieces. The same at all parties, whoever is left.
 */
export function* batchesOfItems(items: readonly ItemShape[], parties: number, messageBytes = maxMessageBytes): Generator<readonly Cut[]> {
  const everybody = Array.from({ length: parties }, (_, party) => party);
  let batch: Cut[] = [];
  let room = everybody.map(() => messageBytes);
  for (const [item, { elementBytes, count, dealers: sending = everybody }] of items.entries()) {
    for (let from = 0; from < count; ) {
      const least = Math.min(...sending.map((party) => room[party]!));
      const fits = Math.min(count - from, Math.floor(least / sharePieceBytes) * (sharePieceBytes / elementBytes));
      if (fits === 0) {
        yield batch;
        [batch, room] = [[], room.map(() => messageBytes)];
        continue;
      }
      batch.push({ item, from, count: fits });
      for (const party of sending) room[party]! -= elementBytes * fits;
      from += fits;
    }
  }
  yield batch;
}

/** Bytes of a share: of a word modulo p, of a bit over GF(2^8). */
export const shareBytes = { word: 8, bit: 1 } as const;

/** Opened planes begin at whole bytes, so planes of whole bytes are one vector. */
export const openedVectors = (planes: number, lanes: number): readonly number[] => (lanes % 8 === 0 ? [planes * lanes] : Array.from({ length: planes }, () => lanes));

/** What an operation deals, by those who reduce degrees, or what it opens. */
export function itemsOfShape(shape: RoundShape): readonly (ItemShape & { readonly kind: 'reduced' | 'opened' })[] {
  const { word, bit } = shareBytes;
  switch (shape.op) {
    case 'multiply': return [{ kind: 'reduced', elementBytes: word, count: shape.length }];
    case 'matmul': return [{ kind: 'reduced', elementBytes: word, count: shape.rows * shape.columns }];
    case 'and': return [{ kind: 'reduced', elementBytes: bit, count: shape.planes * shape.lanes }];
    case 'openWords': return [{ kind: 'opened', elementBytes: word, count: shape.length }];
    case 'openBits': return openedVectors(shape.planes, shape.lanes).map((count) => ({ kind: 'opened', elementBytes: bit, count }));
  }
}
