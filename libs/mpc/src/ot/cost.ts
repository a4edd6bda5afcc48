import { wireBytes } from '../channel/index.js';
import { type BaseTransfers } from './base-transfers.js';
import { type FerretParameters, challengeBytes, coinsBytes, digestBytes, firstBatches, inIterations, messagesOf, sumsBytes } from './ferret/index.js';
import { baseTransfers, correctionsBytes, treesBytes } from './softspoken/index.js';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** What SoftSpoken sends in both directions for batches of so many transfers, set-up included. */
export const softspokenBytes = (base: BaseTransfers, k: number, batches: readonly number[]): number =>
  base.bytes(baseTransfers) + wireBytes(treesBytes) + sum(batches.map((transfers) => wireBytes(correctionsBytes(k, transfers))));

/** What Ferret sends in both directions, set-up included. */
export function ferretBytes(base: BaseTransfers, parameters: FerretParameters, k: number, checked: boolean, batches: readonly number[]): number {
  const iterations = inIterations(parameters, batches.map((transfers) => ({ transfers }))).length;
  const check = checked ? wireBytes(challengeBytes) + wireBytes(digestBytes) : 0;
  return softspokenBytes(base, k, firstBatches(parameters)) + wireBytes(digestBytes) + 2 * wireBytes(coinsBytes)
    + iterations * (sum(messagesOf(parameters).map((range) => wireBytes(sumsBytes(parameters, range)))) + check) + sum(batches.map((transfers) => wireBytes(transfers / 8)));
}
