import { type KernelMemory } from '#kernels';

/** Bits `first` … of `length` words as packed planes, one below the other at `target`. */
export function wordsToPackedPlanes(memory: KernelMemory, words: number, length: number, first: number, planes: number, target: number): void {
  memory.within(() => {
    const padded = Math.ceil(length / 128) * 128;
    const source = memory.take(8 * padded);
    memory.bytes.copyWithin(source, words, words + 8 * length);
    memory.bytes.fill(0, source + 8 * length, source + 8 * padded);
    const all = memory.take(8 * padded);
    memory.kernels.wordsToPlanes(all, source, padded);
    const row = Math.ceil(length / 8);
    for (let plane = 0; plane < planes; plane++) {
      const from = all + (first + plane) * (padded / 8);
      memory.bytes.copyWithin(target + plane * row, from, from + row);
    }
  });
}

/** Packed planes as words 0 and 1, plane by plane: planes · lanes of them. */
export function packedPlanesToWords(memory: KernelMemory, bits: number, planes: number, lanes: number, target: number): void {
  memory.within(() => {
    const row = Math.ceil(lanes / 8);
    const padded = Math.ceil(lanes / 128) * 128;
    const all = memory.take(8 * padded);
    const words = memory.take(8 * padded);
    memory.bytes.fill(0, all, all + 8 * padded);
    for (let plane = 0; plane < planes; plane++) {
      memory.bytes.copyWithin(all, bits + plane * row, bits + (plane + 1) * row);
      memory.kernels.planesToWords(words, all, padded);
      memory.bytes.copyWithin(target + 8 * plane * lanes, words, words + 8 * lanes);
    }
  });
}
