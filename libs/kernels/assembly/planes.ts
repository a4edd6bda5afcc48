// Bit-sliced words. Of 128 words, byte c of word 8q + m goes to byte q of a slot (c, m), by 16 x 16 transposes of bytes. The eight slots
// of a c then hold 16 matrices of 8 x 8 bits, one at each byte, whose transposes are bytes of the planes 8c .. 8c+7. 1024 words go
// together: planes are often a power of two apart, where cache lines evict each other unless they are filled at once.
import { transposeBits } from './transpose';
import { transposeBytes } from './transpose-bytes';

// Groups of 128 words that go together.
// @ts-ignore: decorator
@inline const together: usize = 8;
// Room for their slots: 8192 bytes that are reserved in src/memory.ts.
// @ts-ignore: decorator
@inline const slots: usize = 1024;

export function wordsToPlanes(planes: usize, words: usize, count: usize): void {
  const stride = count >> 3;
  for (const end = planes + stride; planes < end; planes += together << 4) {
    const groups = min(together, (end - planes) >> 4);
    for (let g: usize = 0; g < groups; g++, words += 1024) {
      // Rows are pairs of words m, m+1; columns 0..7 are the bytes of the first, 8..15 those of the second.
      for (let m: usize = 0; m < 8; m += 2) {
        const slot = slots + (m << 7) + (g << 4);
        transposeBytes(words + (m << 3), 64, slot, slot + 128, 1024);
      }
    }
    for (let c: usize = 0; c < 8; c++) {
      for (let g: usize = 0; g < groups; g++) {
        const plane = planes + (c << 3) * stride + (g << 4);
        transposeBits(slots + (c << 10) + (g << 4), 128, plane, plane + stride, stride << 1);
      }
    }
  }
}

export function planesToWords(words: usize, planes: usize, count: usize): void {
  const stride = count >> 3;
  for (const end = planes + stride; planes < end; planes += together << 4) {
    const groups = min(together, (end - planes) >> 4);
    for (let c: usize = 0; c < 8; c++) {
      for (let g: usize = 0; g < groups; g++) {
        // Slot (c, m) is row 8*(m & 1) + c of the words m, m+1, of which row j lies where pair j of words will.
        const slot = words + (g << 10) + (c << 6);
        transposeBits(planes + (c << 3) * stride + (g << 4), stride, slot, slot + 512, 16);
      }
    }
    for (let g: usize = 0; g < groups; g++, words += 1024) {
      for (let m: usize = 0; m < 8; m += 2) transposeBytes(words + (m << 3), 64, words + (m << 3), words + (m << 3) + 512, 64);
    }
  }
}

export function xorBytes(target: usize, left: usize, right: usize, bytes: usize): void {
  for (const end = target + bytes; target < end; target += 16, left += 16, right += 16) {
    v128.store(target, v128.xor(v128.load(left), v128.load(right)));
  }
}

export function andBytes(target: usize, left: usize, right: usize, bytes: usize): void {
  for (const end = target + bytes; target < end; target += 16, left += 16, right += 16) {
    v128.store(target, v128.and(v128.load(left), v128.load(right)));
  }
}

export function andXorBytes(target: usize, left: usize, right: usize, bytes: usize): void {
  for (const end = target + bytes; target < end; target += 16, left += 16, right += 16) {
    v128.store(target, v128.xor(v128.load(target), v128.and(v128.load(left), v128.load(right))));
  }
}

export function notBytes(target: usize, source: usize, bytes: usize): void {
  for (const end = target + bytes; target < end; target += 16, source += 16) v128.store(target, v128.not(v128.load(source)));
}
