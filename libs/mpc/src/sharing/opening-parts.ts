import { type RoundPart, roundMessageBytes } from '../channel/index.js';
import { bytesOf } from '../correlations/index.js';

const partWords = roundMessageBytes / 8;

/**
 * The parts of a round in which `words` go to each of `to`, and as many come from each of `from`: `take` gets these, a piece of them at a time, and
 * where it begins. All who receive must take as many words as are sent.
 */
export function* openingParts(
  words: BigUint64Array, { to, from }: { readonly to: readonly number[]; readonly from: readonly number[] }, take: (part: BigUint64Array, at: number) => void,
): Generator<RoundPart> {
  const [bytes, widest] = [bytesOf(words), Math.min(partWords, words.length)];
  // Two parts are under way at a time.
  const buffers = Array.from({ length: Math.min(2, Math.ceil(words.length / partWords)) || 1 }, () => new Map(from.map((peer) => [peer, new BigUint64Array(widest)])));
  for (let at = 0, i = 0; at < words.length || i === 0; at += partWords, i++) {
    const end = Math.min(at + partWords, words.length);
    const came = new Map([...buffers[i % 2]!].map(([peer, buffer]) => [peer, buffer.subarray(0, end - at)]));
    yield {
      outgoing: (peer) => (to.includes(peer) ? bytes.subarray(8 * at, 8 * end) : undefined),
      incoming: (peer) => (came.has(peer) ? bytesOf(came.get(peer)!) : undefined),
      finish: () => came.forEach((part) => take(part, at)),
    };
  }
}
