import { type KernelMemory } from '#kernels';
import { type Binding, boundHash, counters } from '../../channel/index.js';
import { draw, openStream } from '../expand.js';
import { blockBytes } from '../hash.js';
import { protocol } from './flow.js';
import { checkTransfers } from '#program/plans';

/** A weight has 16 bytes; each byte names one of 256 buckets. */
const weightBytes = 16;
const bucketsBytes = weightBytes * 256 * blockBytes;
const chunkBlocks = 4096;
const foldLog = 8;
export const checkMemoryBytes = bucketsBytes + weightBytes * chunkBlocks + 3 * checkTransfers * blockBytes + 4096;

/**
 * The 128 sums S_i of `count` blocks, at a fresh region: weights are the keystream of the public seed. Blocks go to a bucket for each
 * byte of their weight, and the buckets add up to sums, so that a block is added 16 times and not 128.
 */
export function weightedSums(memory: KernelMemory, blocks: number, count: number, seed: Uint8Array): number {
  const sums = memory.take(checkTransfers * blockBytes);
  const stream = openStream(seed, 0);
  memory.within(() => {
    const buckets = memory.take(bucketsBytes);
    const weights = memory.take(weightBytes * chunkBlocks);
    const scratch = memory.take(blockBytes << (foldLog - 1));
    const all = memory.take(blockBytes);
    memory.bytes.fill(0, buckets, buckets + bucketsBytes);
    for (let done = 0; done < count; done += chunkBlocks) {
      const chunk = Math.min(chunkBlocks, count - done);
      draw(stream, memory.bytes.subarray(weights, weights + weightBytes * chunk));
      memory.kernels.bucketSums(buckets, blocks + blockBytes * done, weights, chunk);
    }
    // Bit j of byte b: the buckets of that byte whose number has the bit set.
    for (let b = 0; b < weightBytes; b++) {
      memory.kernels.fold(foldLog, buckets + b * 256 * blockBytes, blockBytes, all, sums + b * foldLog * blockBytes, blockBytes, blockBytes, scratch);
    }
  });
  return sums;
}

/** What both parties hash in step 3. */
export function digestOf(memory: KernelMemory, binding: Binding, iteration: number, sums: number): Uint8Array {
  return boundHash(protocol, 'check', binding, counters(iteration), memory.bytes.subarray(sums, sums + checkTransfers * blockBytes));
}
