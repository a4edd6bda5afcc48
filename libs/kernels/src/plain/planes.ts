import { type PlaneKernels } from '../planes.js';

/** Bit-sliced words, a bit or a byte at a time. */
export function plainPlanes(memory: ArrayBuffer): PlaneKernels {
  const bytes = new Uint8Array(memory);
  const bit = (at: number, i: number): number => (bytes[at + (i >> 3)]! >> (i & 7)) & 1;
  const addBit = (at: number, i: number, value: number): void => {
    bytes[at + (i >> 3)]! |= value << (i & 7);
  };
  const each = (target: number, length: number, value: (i: number) => number): void => {
    for (let i = 0; i < length; i++) bytes[target + i] = value(i);
  };
  return {
    wordsToPlanes(planes, words, count) {
      bytes.fill(0, planes, planes + 8 * count);
      for (let j = 0; j < count; j++) {
        for (let i = 0; i < 64; i++) addBit(planes + (i * count) / 8, j, bit(words + 8 * j, i));
      }
    },

    planesToWords(words, planes, count) {
      bytes.fill(0, words, words + 8 * count);
      for (let j = 0; j < count; j++) {
        for (let i = 0; i < 64; i++) addBit(words + 8 * j, i, bit(planes + (i * count) / 8, j));
      }
    },

    xorBytes: (target, left, right, length) => each(target, length, (i) => bytes[left + i]! ^ bytes[right + i]!),
    andBytes: (target, left, right, length) => each(target, length, (i) => bytes[left + i]! & bytes[right + i]!),
    andXorBytes: (target, left, right, length) => each(target, length, (i) => bytes[target + i]! ^ (bytes[left + i]! & bytes[right + i]!)),
    notBytes: (target, source, length) => each(target, length, (i) => ~bytes[source + i]!),
  };
}
