import { type KernelMemory } from '#kernels';
import { type Binding, boundHash, counters } from '../../channel/index.js';
import { Blocks } from '../cipher.js';
import { bandBits, bandFlow } from './flow.js';

/** Bands as the kernels take them, by offset. */
export interface Bands {
  readonly low: number;
  readonly high: number;
  readonly starts: number;
}

/** The bands of keys of 16 bytes among so many slots, at fresh regions. */
export function bandsOf(memory: KernelMemory, binding: Binding, keys: Uint8Array, slots: number): Bands {
  const count = keys.length / 16;
  const encrypted = (part: number): number => {
    const at = memory.take(keys.length);
    new Blocks(boundHash(bandFlow.protocol, 'band', binding, counters(part)).subarray(0, 16)).encrypt(keys, memory.bytes.subarray(at, at + keys.length));
    return at;
  };
  const [low, high] = [encrypted(0), encrypted(1)];
  const starts = memory.take(4 * count);
  memory.within(() => memory.kernels.bandStarts(starts, encrypted(2), slots - bandBits + 1, count));
  return { low, high, starts };
}

/** What `bandsOf` takes. */
export const bandsBytes = (keys: number): number => 52 * keys + 512;
