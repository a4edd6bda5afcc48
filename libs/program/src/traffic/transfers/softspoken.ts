import { blockBytes } from './blocks.js';

/** κ: base transfers, bits of Δ, rows of the matrix (libs/mpc/src/ot/softspoken/flow.ts). */
export const extensionRows = 128;
/** Two masked sums per level of every tree. */
export const treesBytes = 2 * blockBytes * extensionRows;
/** Depth of the trees of OT extension: 32 bits on the wire and 64 bytes of keystream per transfer. */
export const treeDepth = 4;

/** The depths of the trees, which add up to 128. */
export function treeDepths(k: number): number[] {
  if (!Number.isInteger(k) || k < 2 || k > 8) throw new RangeError('a tree of OT extension has depth 2 to 8');
  const depths: number[] = [];
  for (let rows = 0; rows < extensionRows; rows += k) depths.push(Math.min(k, extensionRows - rows));
  return depths;
}

export const correctionsBytes = (k: number, columns: number): number => (treeDepths(k).length * columns) / 8;
