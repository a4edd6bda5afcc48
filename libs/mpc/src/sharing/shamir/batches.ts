import { maxMessageBytes } from '../../channel/index.js';
import { type Item, pieceBytes } from './items.js';

/** How much of an item's elements [from, from + count) is left to exchange: an item of its own. */
function part(item: Item, from: number, count: number): Item {
  if (from === 0 && count === item.count) return item;
  const shares = item.shares.subarray(item.field.elementBytes * from, item.field.elementBytes * (from + count));
  return item.kind === 'deal'
    ? { ...item, count, shares, values: (at, length) => item.values(from + at, length) }
    : { ...item, count, shares, opened: (at, first, length) => item.opened(at, from + first, length) };
}

/** Who sends elements of an item, of so many parties. */
const senders = (item: Item, parties: number): readonly number[] =>
  (item.kind === 'open' || item.dealers === 'reducers' ? Array.from({ length: parties }, (_, party) => party) : item.dealers);

/**
 * The items as batches of which no party has more to send to another than one message holds; one batch at least. Items are cut between
 * pieces. The same at all parties, whoever is left.
 */
export function* batchesOf(items: readonly Item[], parties: number, messageBytes = maxMessageBytes): Generator<readonly Item[]> {
  let batch: Item[] = [];
  let room = Array.from({ length: parties }, () => messageBytes);
  for (const item of items) {
    const { field: { elementBytes }, count } = item;
    const sending = senders(item, parties);
    for (let from = 0; from < count; ) {
      const least = Math.min(...sending.map((party) => room[party]!));
      const fits = Math.min(count - from, Math.floor(least / pieceBytes) * (pieceBytes / elementBytes));
      if (fits === 0) {
        yield batch;
        [batch, room] = [[], room.map(() => messageBytes)];
        continue;
      }
      batch.push(part(item, from, fits));
      for (const party of sending) room[party]! -= elementBytes * fits;
      from += fits;
    }
  }
  yield batch;
}
