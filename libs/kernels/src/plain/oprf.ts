import { type OprfKernels } from '../oprf.js';

export function plainOprf(memory: ArrayBuffer): OprfKernels {
  const bytes = new Uint8Array(memory);
  const view = new DataView(memory);
  return {
    xorAndBlock(target, source, block, blocks) {
      for (let i = 0; i < 16 * blocks; i++) bytes[target + i]! ^= bytes[source + i]! & bytes[block + (i % 16)]!;
    },

    oprfInputs(inputs, stride, rows, rowPlane, bins, firstBin, codes, codePlane, delta, count) {
      for (let e = 0; e < count; e++) {
        const bin = view.getUint32(bins + 4 * e, true);
        view.setBigUint64(inputs + stride * e, BigInt(bin), true);
        for (let i = 0; i < 64; i++) {
          const [plane, at] = [i >> 4, i & 15];
          bytes[inputs + stride * e + 8 + i] = bytes[rows + plane * rowPlane + 16 * (bin - firstBin) + at]! ^ (bytes[codes + plane * codePlane + 16 * e + at]! & bytes[delta + i]!);
        }
      }
    },
  };
}
