import { type BitWordKernels } from '../bit-words.js';

export function plainBitWords(memory: ArrayBuffer): BitWordKernels {
  const bytes = new Uint8Array(memory);
  const view = new DataView(memory);
  return {
    bitsToWords(target, bits, count) {
      for (let i = 0; i < count; i++) view.setBigUint64(target + 8 * i, BigInt((bytes[bits + (i >> 3)]! >> (i & 7)) & 1), true);
    },
  };
}
