import { type KernelMemory } from '#kernels';
import { type Stream, draw, openStream } from '../expand.js';
import { blockBytes } from '../hash.js';
import { baseTransfers } from './flow.js';
import { type Leaves } from './trees.js';

/** Rows lie this much farther apart than they are long: powers of two would fall into one cache set. */
const paddingBytes = 64;

export const rowStride = (columns: number): number => columns / 8 + paddingBytes;

/** The streams of one tree; undefined is the leaf that the sender lacks. */
type Tree = readonly (Stream | undefined)[];

/** The streams of all trees, drawn row by row. */
export class Rows {
  readonly #trees: readonly Tree[];

  /** `stream` separates batches that run side by side on the same leaves. */
  constructor(leaves: readonly Leaves[], stream: number, lacks: 'first leaf' | 'no leaf') {
    this.#trees = leaves.map((seeds) =>
      Array.from({ length: seeds.length / blockBytes }, (_, leaf) =>
        (leaf === 0 && lacks === 'first leaf' ? undefined : openStream(seeds.subarray(leaf * blockBytes, (leaf + 1) * blockBytes), stream))));
  }

  /**
   * Draws `columns` bits of every stream and folds them: 128 rows, `rowStride` apart, at a fresh region that is returned.
   * After each tree calls `tree` with where its u lies and the offset of its first row and their number.
   */
  draw(memory: KernelMemory, columns: number, tree: (index: number, u: number, firstRow: number, depth: number) => void): number {
    const stride = rowStride(columns);
    const rows = memory.take(baseTransfers * stride);
    memory.within(() => {
      const u = memory.take(stride);
      const widest = Math.max(...this.#trees.map((streams) => streams.length));
      const scratch = memory.take((widest / 2) * blockBytes);
      const leaves = memory.take(widest * stride);
      let row = 0;
      this.#trees.forEach((streams, index) => {
        const depth = Math.log2(streams.length);
        streams.forEach((stream, leaf) => {
          const target = memory.bytes.subarray(leaves + leaf * stride, leaves + leaf * stride + columns / 8);
          if (stream) draw(stream, target);
          else target.fill(0);
        });
        memory.kernels.fold(depth, leaves, stride, u, rows + row * stride, stride, columns / 8, scratch);
        tree(index, u, rows + row * stride, depth);
        row += depth;
      });
    });
    return rows;
  }

  /** The columns of 128 rows as blocks, at a fresh region. */
  static transpose(memory: KernelMemory, rows: number, columns: number): number {
    const blocks = memory.take(columns * blockBytes);
    memory.kernels.transpose(rows, rowStride(columns), columns / 128, blocks);
    return blocks;
  }
}

/** What a batch of `columns` transfers takes of the kernels' memory at most, hashes to words included. */
export function extensionMemoryBytes(k: number, columns: number): number {
  const stride = rowStride(columns);
  return baseTransfers * stride + (2 << k) * stride + 2 * columns * blockBytes + 2 * 8 * columns + 4 * 65_536;
}
