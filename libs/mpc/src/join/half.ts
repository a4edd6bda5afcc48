import { type JoinSize } from '#program/plans';
import { widthOf } from './flow.js';

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
  const column = (c: number): BigUint64Array => BigUint64Array.from({ length: size.bins }, (_, j) => words[width * j + c]!);
  const tags = column(0);
  keepBits(tags, size.tagBits);
  const columns = Array.from({ length: size.columns }, (_, c) => column(1 + c));
  words.fill(0n);
  return { tags, columns };
}

function keepBits(words: BigUint64Array, bits: number): void {
  const high = new Uint32Array(words.buffer, words.byteOffset, 2 * words.length);
  const mask = bits >= 64 ? -1 : 2 ** (bits - 32) - 1;
  for (let i = 1; i < high.length; i += 2) high[i]! &= mask;
}
