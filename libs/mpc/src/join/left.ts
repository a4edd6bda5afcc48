import { xorInto } from '#kernels';
import { type JoinSize } from '#program/plans';
import { receiveValues } from './band/index.js';
import { partOf, widthOf } from './flow.js';
import { receiveOprf } from './oprf/index.js';
import { type JoinParty } from './party.js';
import { itemsOf, nobody, placed, putPoint, tables } from './placement/index.js';
import { type Half, split } from './half.js';

/** Step 1: the row of every bin, `nobody` where there is none, and what is looked up there. Secret. */
export interface Places {
  readonly rows: Uint32Array;
  readonly points: Uint8Array;
}

/**
 * Places rows, given by their keys' digests of 32 bytes, no two alike; empty bins get random points. Throws `ProtocolAbort` where there are
 * no places.
 */
export function placesOf({ binding, randomness }: Pick<JoinParty, 'binding' | 'randomness'>, digests: Uint8Array, bins: number): Places {
  const items = itemsOf(binding, digests, bins);
  const rows = placed(items.bins, bins);
  const points = new Uint8Array(16 * bins);
  for (let from = 0; from < points.length; from += 65_536) points.set(randomness.bytes(Math.min(65_536, points.length - from)), from);
  rows.forEach((row, bin) => {
    if (row !== nobody) putPoint(points, bin, items.names, row, Math.floor(bin / (bins / tables)));
  });
  items.names.fill(0);
  items.bins.fill(0);
  return { rows, points };
}

/** Steps 2 and 3 of the left party. Secret. Throws `ProtocolAbort`. */
export async function joinLeft({ lane, binding, base, randomness }: JoinParty, { points }: Places, size: JoinSize): Promise<Half> {
  const width = widthOf(size);
  const masks = await receiveOprf({ lane, binding: partOf('oprf', binding), base, randomness }, points, 8 * width);
  try {
    const values = await receiveValues(lane, partOf('slots', binding), points, width, tables * size.rightRows);
    xorInto(values, new BigUint64Array(masks.buffer));
    return split(values, size);
  } finally {
    masks.fill(0);
  }
}

