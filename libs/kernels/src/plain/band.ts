import { type BandKernels } from '../band.js';

/** Bands as big integers. */
export function plainBand(memory: ArrayBuffer): BandKernels {
  const view = new DataView(memory);
  const u32 = (at: number, i: number): number => view.getUint32(at + 4 * i, true);
  const u64 = (at: number): bigint => view.getBigUint64(at, true);
  const row = (low: number, high: number, e: number): bigint => [low, low + 8, high, high + 8].reduce((sum, at, w) => sum | (u64(at + 16 * e) << BigInt(64 * w)), 0n);
  const putRow = (low: number, high: number, e: number, bits: bigint): void =>
    [low, low + 8, high, high + 8].forEach((at, w) => view.setBigUint64(at + 16 * e, BigInt.asUintN(64, bits >> BigInt(64 * w)), true));
  const add = (target: number, source: number, width: number): void => {
    for (let w = 0; w < width; w++) view.setBigUint64(target + 8 * w, u64(target + 8 * w) ^ u64(source + 8 * w), true);
  };
  const places = (bits: bigint): number[] => Array.from({ length: 256 }, (_, b) => b).filter((b) => (bits >> BigInt(b)) & 1n);
  return {
    bandStarts(starts, blocks, range, count) {
      for (let i = 0; i < count; i++) view.setUint32(starts + 4 * i, Number((u64(blocks + 16 * i) * BigInt(range)) >> 64n), true);
    },

    bandEliminate(low, high, starts, values, width, order, pivots, count) {
      for (let k = 0; k < count; k++) {
        const e = u32(order, k);
        for (;;) {
          const bits = row(low, high, e);
          const [first] = places(bits);
          if (first === undefined) return 0;
          const pivot = pivots + 4 * (u32(starts, e) + first);
          const p = view.getUint32(pivot, true) - 1;
          if (p < 0) {
            view.setUint32(pivot, e + 1, true);
            break;
          }
          putRow(low, high, e, bits ^ (row(low, high, p) >> BigInt(u32(starts, e) - u32(starts, p))));
          add(values + 8 * width * e, values + 8 * width * p, width);
        }
      }
      return 1;
    },

    bandSolve(solution, low, high, starts, values, width, pivots, columns) {
      for (let c = columns - 1; c >= 0; c--) {
        const p = u32(pivots, c) - 1;
        if (p < 0) continue;
        const slot = solution + 8 * width * c;
        for (let w = 0; w < width; w++) view.setBigUint64(slot + 8 * w, u64(values + 8 * (width * p + w)), true);
        for (const b of places(row(low, high, p))) if (u32(starts, p) + b > c) add(slot, solution + 8 * width * (u32(starts, p) + b), width);
      }
    },

    bandDecode(target, solution, low, high, starts, width, count) {
      for (let e = 0; e < count; e++) for (const b of places(row(low, high, e))) add(target + 8 * width * e, solution + 8 * width * (u32(starts, e) + b), width);
    },
  };
}
