import { type Kernels } from '../kernels.js';

type Code = Pick<Kernels, 'encode' | 'bucketSums' | 'lowBits' | 'setLowBits' | 'xorWhere'>;

/** Sums of chosen blocks, and blocks whose lowest bit is a choice. */
export function plainCode(memory: ArrayBuffer): Code {
  const bytes = new Uint8Array(memory);
  const view = new DataView(memory);
  const addTo = (target: number, source: number, mask = -1): void => {
    for (let i = 0; i < 16; i++) bytes[target + i]! ^= bytes[source + i]! & mask;
  };
  return {
    encode(outputs, secret, rows, mask, count) {
      for (let j = 0; j < count; j++) {
        const words = [0, 8, 16].map((at) => view.getBigUint64(rows + 24 * j + at, true));
        const last = words.reduce((sum, word, i) => sum | (((word >> 54n) & 63n) << BigInt(6 * i)), 0n);
        const indices = [...words.flatMap((word) => [word, word >> 18n, word >> 36n]), last];
        for (const index of indices) addTo(outputs + 16 * j, secret + 16 * Number(index & BigInt(mask)));
      }
    },

    bucketSums(buckets, blocks, weights, count) {
      for (let j = 0; j < count; j++) {
        for (let b = 0; b < 16; b++) addTo(buckets + 16 * (256 * b + bytes[weights + 16 * j + b]!), blocks + 16 * j);
      }
    },

    lowBits(bits, blocks, count) {
      bytes.fill(0, bits, bits + count / 8);
      for (let j = 0; j < count; j++) bytes[bits + (j >> 3)]! |= (bytes[blocks + 16 * j]! & 1) << (j & 7);
    },

    setLowBits(blocks, bits, count) {
      for (let j = 0; j < count; j++) bytes[blocks + 16 * j] = (bytes[blocks + 16 * j]! & 254) | ((bytes[bits + (j >> 3)]! >> (j & 7)) & 1);
    },

    xorWhere(blocks, bits, block, count) {
      for (let j = 0; j < count; j++) addTo(blocks + 16 * j, block, -((bytes[bits + (j >> 3)]! >> (j & 7)) & 1));
    },
  };
}
