import { type JoinColumn, type Plan } from '../plan.js';

/**
 * How many bins the left table of at most `maxRows` rows is placed into: a multiple of 3, a third for each of three hash functions. So many
 * that rows find places (one bin each, of three) but with probability 2^-40: `libs/mpc/src/join/placement` has the bound and its check.
 */
export function joinBins(maxRows: number): number {
  const step = steps.find(([rows]) => maxRows <= rows);
  if (step) return step[1];
  // In integers, so that every party comes to the same.
  return 3 * Math.ceil((maxRows * (maxRows < 16_384 ? 135 : 130)) / 300);
}

/** Up to so many rows, so many bins: few rows need more than their share. */
const steps: readonly (readonly [rows: number, bins: number])[] = [[64, 768], [128, 1026], [256, 1281], [512, 2049], [1024, 2562], [2048, 3279], [4096, 5532]];

/** Bits of the values that are compared in each bin: that two of a bin agree by chance, in any bin, has probability 2^-40. */
export const joinTagBits = (bins: number): number => 40 + Math.ceil(Math.log2(bins));

/** The most rows of a table that is joined: 2^22 bits of bins leave the values 64 bits. */
export const MAX_JOIN_ROWS = 1 << 22;

/** Which table of the join is this party's. */
export const joinSideOf = ({ join }: Plan, party: number): JoinColumn['side'] | undefined => (join?.left.party === party ? 'left' : join?.right.party === party ? 'right' : undefined);
