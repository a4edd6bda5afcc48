import { type ReplicatedKernels } from '../replicated.js';

/** What a party computes alone in a replicated multiplication. */
export function plainReplicated(memory: ArrayBuffer): ReplicatedKernels {
  const bytes = new Uint8Array(memory);
  const view = new DataView(memory);
  const word = (at: number, i: number): bigint => view.getBigUint64(at + 8 * i, true);
  return {
    replicatedMultiply(target, x0, x1, y0, y1, plus, minus, count) {
      for (let i = 0; i < count; i++) {
        const product = word(x0, i) * word(y0, i) + word(x0, i) * word(y1, i) + word(x1, i) * word(y0, i);
        view.setBigUint64(target + 8 * i, BigInt.asUintN(64, product + word(plus, i) - word(minus, i)), true);
      }
    },

    replicatedAnd(target, x0, x1, y0, y1, length) {
      for (let i = 0; i < length; i++) {
        bytes[target + i] = (bytes[x0 + i]! & (bytes[y0 + i]! ^ bytes[y1 + i]!)) ^ (bytes[x1 + i]! & bytes[y0 + i]!);
      }
    },
  };
}
