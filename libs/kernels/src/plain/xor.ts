import { type Kernels } from '../kernels.js';

type Xor = Pick<Kernels, 'xorInto' | 'xorMasked' | 'xorBlock' | 'hashWords'>;

/** Exclusive or, byte by byte. */
export function plainXor(memory: ArrayBuffer): Xor {
  const bytes = new Uint8Array(memory);
  return {
    xorInto(target, source, length) {
      for (let i = 0; i < length; i++) bytes[target + i]! ^= bytes[source + i]!;
    },
    xorMasked(target, source, length, mask) {
      for (let i = 0; i < length; i++) bytes[target + i]! ^= bytes[source + i]! & mask;
    },
    xorBlock(target, source, block, blocks) {
      for (let i = 0; i < 16 * blocks; i++) bytes[target + i] = bytes[source + i]! ^ bytes[block + (i & 15)]!;
    },
    hashWords(target, left, right, blocks) {
      for (let i = 0; i < blocks; i++) {
        for (let j = 0; j < 8; j++) bytes[target + 8 * i + j] = bytes[left + 16 * i + j]! ^ bytes[right + 16 * i + j]!;
      }
    },
  };
}
