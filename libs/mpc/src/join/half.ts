import { type JoinSize } from '#program/plans';
import { widthOf } from './flow.js';
import { nobody } from './placement/index.js';

/** A party's half of a join. Secret. */
export interface Half {
  /** Of every bin, ℓ bits: equal to the other party's just where the rows match. */
  readonly tags: BigUint64Array;
  /** Of every column, the additive shares bin by bin. */
  readonly columns: readonly BigUint64Array[];
}

/** Words bin by bin as tags and columns; wipes them. */
export function split(words: BigUint64Array, size: JoinSize): Half {
  const width = widthOf(size);
  const column = (c: number): BigUint64Array => everyNth(words, width, c, size.bins);
  const tags = column(0);
  keepBits(tags, size.tagBits);
  const columns = Array.from({ length: size.columns }, (_, c) => column(1 + c));
  words.fill(0n);
  return { tags, columns };
}

const halvesOf = (words: BigUint64Array): Uint32Array => new Uint32Array(words.buffer, words.byteOffset, 2 * words.length);

/** Words c, c + width, …; halves of 32 bits, as BigInt would allocate, and differently for small words. */
function everyNth(words: BigUint64Array, width: number, c: number, count: number): BigUint64Array {
  const taken = new BigUint64Array(count);
  const [from, to] = [halvesOf(words), halvesOf(taken)];
  for (let j = 0, at = 2 * c; j < count; j++, at += 2 * width) {
    to[2 * j] = from[at]!;
    to[2 * j + 1] = from[at + 1]!;
  }
  return taken;
}

/** The words of the row that stands in each bin, 0 where none does. Every bin is read and written alike; which row is read is the placement. */
export function placedWords(column: BigUint64Array, rows: Uint32Array): BigUint64Array {
  const placed = new BigUint64Array(rows.length);
  const [from, to] = [halvesOf(column), halvesOf(placed)];
  for (let bin = 0; bin < rows.length; bin++) {
    const empty = rows[bin]! ^ nobody;
    // −1 where somebody is.
    const mask = (empty | (0 - empty)) >> 31;
    const at = 2 * (rows[bin]! & mask);
    to[2 * bin] = from[at]! & mask;
    to[2 * bin + 1] = from[at + 1]! & mask;
  }
  return placed;
}

function keepBits(words: BigUint64Array, bits: number): void {
  const high = halvesOf(words);
  const mask = bits >= 64 ? -1 : 2 ** (bits - 32) - 1;
  for (let i = 1; i < high.length; i += 2) high[i]! &= mask;
}
