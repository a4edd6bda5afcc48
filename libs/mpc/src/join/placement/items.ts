import { KernelMemory, mlKemScratch } from '#kernels';
import { type Binding, boundHash } from '../../channel/index.js';

/** Hash functions, and tables that the bins are divided into: bin j is bin j mod (bins / 3) of table ⌊j / (bins / 3)⌋. */
export const tables = 3;
export const digestBytes = 32;
const shake256 = { rate: 136, suffix: 0x1f } as const;
const chunkItems = 32_768;

/** What is made of keys for one session: nothing of it can be compared with another session's. */
export interface Items {
  /** 16 bytes each. */
  readonly names: Uint8Array;
  /** For item i, the bin in table t at 3·i + t. */
  readonly bins: Uint32Array;
}

/** The items of keys, given as digests of 32 bytes, for so many bins. */
export function itemsOf(binding: Binding, digests: Uint8Array, bins: number): Items {
  const count = digests.length / digestBytes;
  const names = new Uint8Array(16 * count);
  const places = new Uint32Array(tables * count);
  const key = boundHash('join/1', 'item', binding);
  const memory = new KernelMemory(96 * Math.min(count, chunkItems) + mlKemScratch.sponge + 1024);
  try {
    for (let from = 0; from < count; from += chunkItems) {
      const length = Math.min(chunkItems, count - from);
      memory.within(() => {
        const inputs = memory.take(64 * length);
        const outputs = memory.take(32 * length);
        for (let i = 0; i < length; i++) {
          memory.bytes.set(key, inputs + 64 * i);
          memory.bytes.set(digests.subarray(digestBytes * (from + i), digestBytes * (from + i + 1)), inputs + 64 * i + 32);
        }
        memory.kernels.sponge(shake256.rate, shake256.suffix, inputs, 64, 64, outputs, 32, 32, length, memory.take(mlKemScratch.sponge));
        const words = new Uint32Array(memory.bytes.buffer, outputs, 8 * length);
        for (let i = 0; i < length; i++) {
          names.set(memory.bytes.subarray(outputs + 32 * i, outputs + 32 * i + 16), 16 * (from + i));
          for (let t = 0; t < tables; t++) places[tables * (from + i) + t] = place(words[8 * i + 4 + t]!, (words[8 * i + 7]! >>> (10 * t)) & 1023, t, bins / tables);
        }
      });
    }
    return { names, bins: places };
  } finally {
    memory.wipe();
  }
}

/** One of the `size` bins of table t from 42 bits. */
const place = (high: number, low: number, t: number, size: number): number => t * size + Math.floor(((high * 1024 + low) * size) / 2 ** 42);

/** The point of an item in table t: its name, told apart from those in the other tables. */
export function putPoint(points: Uint8Array, at: number, names: Uint8Array, item: number, t: number): void {
  for (let i = 0; i < 16; i++) points[16 * at + i] = names[16 * item + i]!;
  points[16 * at]! ^= t;
}
