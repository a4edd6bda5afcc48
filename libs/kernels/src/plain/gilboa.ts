import { type Kernels } from '../kernels.js';

type Gilboa = Pick<Kernels, 'multiplyAdd' | 'gilboaSend' | 'gilboaReceive'>;

const low = (bits: number, value: bigint): bigint => BigInt.asUintN(bits, value);

/** Arithmetic in Z_2^64 as the definitions have it. */
export function plainGilboa(memory: ArrayBuffer): Gilboa {
  const view = new DataView(memory);
  const word = (at: number): bigint => view.getBigUint64(at, true);
  const put = (at: number, value: bigint): void => view.setBigUint64(at, low(64, value), true);
  return {
    multiplyAdd(target, left, right, step, count) {
      for (let i = 0; i < count; i++) put(target + 8 * i, word(target + 8 * i) + word(left + 8 * i) * word(right + step * i));
    },

    gilboaSend(pads0, pads1, bitStride, productStride, x, corrections, shares, count) {
      for (let p = 0; p < count; p++) {
        const r0 = (i: number): bigint => word(pads0 + i * bitStride + p * productStride);
        const r1 = (i: number): bigint => word(pads1 + i * bitStride + p * productStride);
        const d = (i: number): bigint => low(64 - i, r0(i) - r1(i) + word(x + 8 * p));
        let share = word(shares + 8 * p);
        for (let i = 0; i < 64; i++) share -= r0(i) << BigInt(i);
        put(shares + 8 * p, share);
        put(corrections + 8 * p, d(0));
        for (let i = 1; i < 32; i++) put(corrections + 8 * (i * count + p), d(i) | (d(64 - i) << BigInt(64 - i)));
        view.setUint32(corrections + 256 * count + 4 * p, Number(d(32)), true);
      }
    },

    gilboaReceive(pads, bitStride, productStride, y, yStep, corrections, shares, count) {
      for (let p = 0; p < count; p++) {
        const correction = (i: number): bigint => {
          if (i === 32) return BigInt(view.getUint32(corrections + 256 * count + 4 * p, true));
          const packed = word(corrections + 8 * ((i < 32 ? i : 64 - i) * count + p));
          return i < 32 ? low(64 - i, packed) : packed >> BigInt(i);
        };
        const factor = word(y + p * yStep);
        let share = word(shares + 8 * p);
        for (let i = 0; i < 64; i++) {
          const bit = (factor >> BigInt(i)) & 1n;
          share += (word(pads + i * bitStride + p * productStride) + bit * correction(i)) << BigInt(i);
        }
        put(shares + 8 * p, share);
      }
    },
  };
}
