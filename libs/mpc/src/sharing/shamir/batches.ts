import { batchesOfItems } from '#program/plans';
import { type Item } from './items.js';

/** How much of an item's elements [from, from + count) is left to exchange: an item of its own. */
function part(item: Item, from: number, count: number): Item {
  if (from === 0 && count === item.count) return item;
  const shares = item.shares.subarray(item.field.elementBytes * from, item.field.elementBytes * (from + count));
  return item.kind === 'deal'
    ? { ...item, count, shares, values: (at, length) => item.values(from + at, length) }
    : { ...item, count, shares, opened: (at, first, length) => item.opened(at, from + first, length) };
}

/** The items as batches of which no party has more to send to another than one message holds; one batch at least. */
export function* batchesOf(items: readonly Item[], parties: number, messageBytes?: number): Generator<readonly Item[]> {
  const shapes = items.map((item) => ({
    elementBytes: item.field.elementBytes, count: item.count, ...(item.kind === 'deal' && item.dealers !== 'reducers' && { dealers: item.dealers }),
  }));
  for (const batch of batchesOfItems(shapes, parties, messageBytes)) yield batch.map(({ item, from, count }) => part(items[item]!, from, count));
}
