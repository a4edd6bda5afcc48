import { type JoinSize } from '#program/plans';
import { draw, openStream, seedBytes } from '../ot/index.js';
import { sendValues } from './band/index.js';
import { partOf, widthOf } from './flow.js';
import { type Half, split } from './half.js';
import { sendOprf } from './oprf/index.js';
import { type JoinParty } from './party.js';
import { byBin, itemOf, itemsOf, putPoint, tableOf, tables } from './placement/index.js';

/** The right table: its keys' digests, 32 bytes each and no two alike, and its columns in order of its rows. */
export interface RightRows {
  readonly digests: Uint8Array;
  readonly columns: readonly BigUint64Array[];
}

/** Steps 1 to 3 of the right party. Secret. Throws `ProtocolAbort`. */
export async function joinRight({ lane, binding, base, randomness }: JoinParty, { digests, columns }: RightRows, size: JoinSize): Promise<Half> {
  const width = widthOf(size);
  // Step 1.
  const masks = new BigUint64Array(width * size.bins);
  const seed = randomness.bytes(seedBytes);
  draw(openStream(seed, 0), new Uint8Array(masks.buffer));
  seed.fill(0);
  const items = itemsOf(binding, digests, size.bins);
  const { pairs, bins } = byBin(items.bins, size.bins);
  const points = new Uint8Array(16 * pairs.length);
  pairs.forEach((pair, p) => putPoint(points, p, items.names, itemOf(pair), tableOf(pair)));
  let outputs: Uint8Array | undefined;
  try {
    // Step 2.
    outputs = await sendOprf({ lane, binding: partOf('oprf', binding), base, randomness }, size.bins, { points, bins }, 8 * width);
    // Step 3.
    const words = new BigUint64Array(outputs.buffer);
    program(words, { pairs, bins, masks, columns });
    await sendValues(lane, partOf('slots', binding), randomness, { keys: points, words, width }, tables * size.rightRows);
    return split(masks, size);
  } finally {
    for (const secret of [items.names, points, outputs]) secret?.fill(0);
    for (const secret of [items.bins, pairs, bins]) secret.fill(0);
    masks.fill(0n);
  }
}

interface Programmed {
  readonly pairs: Uint32Array;
  readonly bins: Uint32Array;
  readonly masks: BigUint64Array;
  readonly columns: readonly BigUint64Array[];
}

/** words_p ⊕= t_j ‖ v − ρ_j, for the bin j and the row of every pair p; halves of 32 bits, as BigInt would allocate. */
function program(words: BigUint64Array, { pairs, bins, masks, columns }: Programmed): void {
  const stride = 2 * (1 + columns.length);
  const halves = (of: BigUint64Array): Uint32Array => new Uint32Array(of.buffer, of.byteOffset, 2 * of.length);
  const [target, mask] = [halves(words), halves(masks)];
  const values = columns.map(halves);
  for (let p = 0; p < pairs.length; p++) {
    const [at, from, row] = [stride * p, stride * bins[p]!, itemOf(pairs[p]!)];
    target[at]! ^= mask[from]!;
    target[at + 1]! ^= mask[from + 1]!;
    for (let c = 0; c < values.length; c++) {
      const [x, y] = [values[c]![2 * row]! | 0, mask[from + 2 + 2 * c]! | 0];
      const low = (x - y) | 0;
      const borrow = ((~x & y) | ((~x | y) & low)) >>> 31;
      target[at + 2 + 2 * c]! ^= low;
      target[at + 3 + 2 * c]! ^= values[c]![2 * row + 1]! - mask[from + 3 + 2 * c]! - borrow;
    }
  }
}
