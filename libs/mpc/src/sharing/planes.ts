import { type KernelMemory } from '#kernels';
import { planeBytes } from './suite.js';

/** Words are taken apart so many at a time, a multiple of 128: they and their planes stay in the cache. */
const chunkLanes = 4096;
/** What taking words apart needs of the memory. */
export const planesScratchBytes = 2 * 8 * chunkLanes + 256;

/** Bits `first` … of `length` words as packed planes, one below the other at `target`; zeros beyond the last lane. */
export function wordsToPackedPlanes(memory: KernelMemory, words: number, length: number, first: number, planes: number, target: number): void {
  const row = planeBytes(1, length);
  memory.within(() => {
    const rest = memory.take(8 * chunkLanes);
    const all = memory.take(8 * chunkLanes);
    for (let from = 0; from < length; from += chunkLanes) {
      const count = Math.min(chunkLanes, length - from);
      const padded = Math.ceil(count / 128) * 128;
      let source = words + 8 * from;
      if (padded !== count) {
        memory.bytes.copyWithin(rest, source, source + 8 * count);
        memory.bytes.fill(0, rest + 8 * count, rest + 8 * padded);
        source = rest;
      }
      memory.kernels.wordsToPlanes(all, source, padded);
      const to = target + from / 8;
      const part = planeBytes(1, count);
      for (let plane = 0; plane < planes; plane++) {
        const at = all + (first + plane) * (padded / 8);
        memory.bytes.copyWithin(to + plane * row, at, at + part);
      }
    }
  });
}

/** Packed planes as words 0 and 1, plane by plane: planes · lanes of them. */
export function packedPlanesToWords(memory: KernelMemory, bits: number, planes: number, lanes: number, target: number): void {
  const row = planeBytes(1, lanes);
  for (let plane = 0; plane < planes; plane++) memory.kernels.bitsToWords(target + 8 * plane * lanes, bits + plane * row, lanes);
}

/**
 * Zeros beyond the last lane of packed planes and up to the next multiple of 16 bytes. INVARIANT: whoever sends bits that are not masked clears
 * what is undefined among them, which can be left over from other registers.
 */
export function clearBeyondLanes({ bytes }: KernelMemory, bits: number, planes: number, lanes: number): void {
  const row = planeBytes(1, lanes);
  if (lanes % 8 !== 0) for (let plane = 1; plane <= planes; plane++) bytes[bits + plane * row - 1]! &= 0xff >> (8 - (lanes % 8));
  const end = planes * row;
  bytes.fill(0, bits + end, bits + 16 * Math.ceil(end / 16));
}
