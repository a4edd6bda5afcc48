import { type Kernels } from '../kernels.js';

type Bits = Pick<Kernels, 'transpose' | 'fold' | 'bitSend' | 'bitReceive'>;

/** Rearrangements and products of bits, one bit or byte at a time. */
export function plainBits(memory: ArrayBuffer): Bits {
  const bytes = new Uint8Array(memory);
  const bit = (base: number, i: number): number => (bytes[base + (i >> 3)]! >> (i & 7)) & 1;
  const lowBits = (pads: number): Uint8Array => Uint8Array.from({ length: 8 }, (_, byte) =>
    [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, i) => sum | ((bytes[pads + 8 * (8 * byte + i)]! & 1) << i), 0));
  return {
    transpose(rows, rowBytes, groups, blocks) {
      for (let column = 0; column < 128 * groups; column++) {
        for (let byte = 0; byte < 16; byte++) {
          let piece = 0;
          for (let i = 0; i < 8; i++) piece |= bit(rows + (8 * byte + i) * rowBytes, column) << i;
          bytes[blocks + 16 * column + byte] = piece;
        }
      }
    },

    fold(k, leaves, leafStride, u, v, rowStride, length) {
      for (let at = 0; at < length; at++) {
        const sums = new Uint8Array(k);
        let all = 0;
        for (let leaf = 0; leaf < 1 << k; leaf++) {
          const value = bytes[leaves + leaf * leafStride + at]!;
          all ^= value;
          for (let j = 0; j < k; j++) sums[j]! ^= value & -((leaf >> j) & 1);
        }
        bytes[u + at] = all;
        for (let j = 0; j < k; j++) bytes[v + j * rowStride + at] = sums[j]!;
      }
    },

    bitSend(pads0, pads1, x, corrections, shares, count) {
      for (let p = 0; p < count; p++) {
        const r0 = lowBits(pads0 + 512 * p);
        const r1 = lowBits(pads1 + 512 * p);
        for (let i = 0; i < 8; i++) {
          bytes[corrections + 8 * p + i] = r0[i]! ^ r1[i]! ^ bytes[x + 8 * p + i]!;
          bytes[shares + 8 * p + i]! ^= r0[i]!;
        }
      }
    },

    bitReceive(pads, y, corrections, shares, count) {
      for (let p = 0; p < count; p++) {
        const r = lowBits(pads + 512 * p);
        for (let i = 0; i < 8; i++) bytes[shares + 8 * p + i]! ^= r[i]! ^ (bytes[y + 8 * p + i]! & bytes[corrections + 8 * p + i]!);
      }
    },
  };
}
