import { KernelMemory } from '#kernels';
import { bytesOf } from '../../correlations/index.js';
import { wordsOver } from './fields.js';
import { Interpolation } from './interpolation.js';
import { thresholdOf } from './protocol.js';

/** Words that are handled at a time. */
const pieceWords = 4096;

/** Shares that no dealing of one value yields, or too few of them. Nothing was reconstructed. */
export class ReconstructionError extends Error {
  override readonly name = 'ReconstructionError';
  readonly code = 'CS0709';
}

/**
 * The values, in two's complement, that more than t of the `parties` parties hold these shares of, for a receiver that is none of them.
 * All shares given must lie on one polynomial each. Throws `ReconstructionError`. The caller wipes the shares.
 */
export function reconstructShamir(shares: ReadonlyMap<number, BigUint64Array>, parties: number): BigUint64Array {
  const present = [...shares.keys()].sort((a, b) => a - b);
  const threshold = thresholdOf(parties);
  const length = shares.get(present[0] ?? 0)?.length ?? 0;
  if (present.length <= threshold) throw new ReconstructionError(`${present.length} shares of values that ${threshold + 1} determine`);
  if (present.some((party) => party < 0 || party >= parties || shares.get(party)!.length !== length)) throw new ReconstructionError('shares that do not belong together');
  const workspace = new KernelMemory((present.length + 2) * (8 * pieceWords + 64) + 64 * 1024);
  try {
    const field = wordsOver(workspace);
    const interpolation = new Interpolation(field, present, threshold);
    const place = new Map(present.map((party) => [party, workspace.take(8 * pieceWords)]));
    const [value, scratch] = [workspace.take(8 * pieceWords), workspace.take(8 * pieceWords)];
    const values = new BigUint64Array(length);
    for (let from = 0; from < length; from += pieceWords) {
      const piece = values.subarray(from, from + pieceWords);
      for (const [party, at] of place) workspace.bytes.set(bytesOf(shares.get(party)!.subarray(from, from + piece.length)), at);
      const elements = [...place.values()].map((at) => field.isCanonical(at, piece.length));
      const consistent = interpolation.run(workspace, value, scratch, (party) => place.get(party)!, piece.length);
      if (elements.includes(false) || !consistent) throw new ReconstructionError('shares that do not lie on one polynomial');
      workspace.kernels.fieldToSigned(value, value, piece.length);
      workspace.get(value, piece);
    }
    return values;
  } finally {
    workspace.wipe();
  }
}
