/**
 * A bin of its own for every item of the left table
 *
 * Every item may stand in three bins, one in each of three tables of M bins, and at most one item stands in a bin (cuckoo hashing without a stash: Pagh,
 * Rodler 2004; in private set intersection since Pinkas, Schneider, Zohner 2014). Places are found by breadth-first augmentation, which fails only where there are none.
 *
 * There are none just where some k items have k − 1 bins between them (Hall). In a smallest such set every bin belongs to two of its items or more, so the
 * probability is at most the sum over k ≥ 4 of
 *
 *     C(n, k) · (k! / M^k)³ · [z₁^k z₂^k z₃^k u^(k−1)] Π_t (1 + u·(e^z_t − 1 − z_t))^M,
 *
 * and a coefficient is at most the function's value by z^k and u^(k−1) at any positive z and u. `joinBins` of libs/program takes as many bins as make
 * this 2^-40 (`placement.spec.ts` computes it).
 */
import { unlucky } from '../failure.js';
import { tables } from './items.js';

/** What stands in a bin where nothing does. */
export const nobody = 0xffff_ffff;

/** The item of every bin, from the bins of every item (three each). Throws `ProtocolAbort` where there are too few. */
export function placed(choices: Uint32Array, bins: number): Uint32Array {
  const items = choices.length / tables;
  const standing = new Uint32Array(bins).fill(nobody);
  // The bins that a search has come to, in order, and for each the bin from which.
  const queue = new Uint32Array(bins);
  const from = new Uint32Array(bins);
  const seen = new Uint32Array(bins);
  for (let item = 0; item < items; item++) {
    let [head, tail] = [0, 0];
    let free = nobody;
    const visit = (mover: number, origin: number): void => {
      for (let t = 0; t < tables && free === nobody; t++) {
        const bin = choices[tables * mover + t]!;
        if (seen[bin] === item + 1) continue;
        seen[bin] = item + 1;
        from[bin] = origin;
        if (standing[bin] === nobody) free = bin;
        else queue[tail++] = bin;
      }
    };
    visit(item, nobody);
    while (free === nobody) {
      if (head === tail) throw unlucky('the rows of a join found no places', 'placement');
      const bin = queue[head++]!;
      visit(standing[bin]!, bin);
    }
    // Along the path, everybody moves on by one.
    for (let bin = free; ; bin = from[bin]!) {
      const origin = from[bin]!;
      standing[bin] = origin === nobody ? item : standing[origin]!;
      if (origin === nobody) break;
    }
  }
  return standing;
}
