// 128 rows of bits, `rowBytes` apart, to one 16-byte block per column; `groups` groups of 128 columns. The bits of 8 rows are transposed byte by byte: row b of
// these is then the columns 8j + b of 8 rows, and bytes number b of 16 such groups of rows, transposed, are whole blocks, in the places that they had.
import { transposeBytes } from './transpose-bytes';

export function transpose(rows: usize, rowBytes: usize, groups: usize, blocks: usize): void {
  for (let k: usize = 0; k < groups; k++, rows += 16, blocks += 2048) {
    for (let g: usize = 0; g < 16; g++) transposeBits(rows + (g << 3) * rowBytes, rowBytes, blocks + (g << 7), blocks + (g << 7) + 16, 32);
    for (let at = blocks; at < blocks + 128; at += 16) transposeBytes(at, 128, at, at + 1024, 128);
  }
}

// @ts-ignore: decorator
@inline function differing(x: v128, y: v128, shift: i32, mask: u64): v128 {
  return v128.and(v128.xor(i64x2.shr_u(x, shift), y), i64x2.splat(mask));
}

// The transposes of the 8 x 8 bits in the bytes of eight blocks, `stride` apart, by delta swaps between blocks 4, 2 and 1 apart. Even
// blocks are stored from `even` on, odd ones from `odd` on, `pair` apart.
export function transposeBits(source: usize, stride: usize, even: usize, odd: usize, pair: usize): void {
  let x0 = v128.load(source), x1 = v128.load(source + stride);
  let x2 = v128.load(source + 2 * stride), x3 = v128.load(source + 3 * stride);
  let x4 = v128.load(source + 4 * stride), x5 = v128.load(source + 5 * stride);
  let x6 = v128.load(source + 6 * stride), x7 = v128.load(source + 7 * stride);
  let t = differing(x0, x4, 4, 0x0f0f0f0f0f0f0f0f);
  x0 = v128.xor(x0, i64x2.shl(t, 4)), x4 = v128.xor(x4, t);
  t = differing(x1, x5, 4, 0x0f0f0f0f0f0f0f0f);
  x1 = v128.xor(x1, i64x2.shl(t, 4)), x5 = v128.xor(x5, t);
  t = differing(x2, x6, 4, 0x0f0f0f0f0f0f0f0f);
  x2 = v128.xor(x2, i64x2.shl(t, 4)), x6 = v128.xor(x6, t);
  t = differing(x3, x7, 4, 0x0f0f0f0f0f0f0f0f);
  x3 = v128.xor(x3, i64x2.shl(t, 4)), x7 = v128.xor(x7, t);
  t = differing(x0, x2, 2, 0x3333333333333333);
  x0 = v128.xor(x0, i64x2.shl(t, 2)), x2 = v128.xor(x2, t);
  t = differing(x1, x3, 2, 0x3333333333333333);
  x1 = v128.xor(x1, i64x2.shl(t, 2)), x3 = v128.xor(x3, t);
  t = differing(x4, x6, 2, 0x3333333333333333);
  x4 = v128.xor(x4, i64x2.shl(t, 2)), x6 = v128.xor(x6, t);
  t = differing(x5, x7, 2, 0x3333333333333333);
  x5 = v128.xor(x5, i64x2.shl(t, 2)), x7 = v128.xor(x7, t);
  t = differing(x0, x1, 1, 0x5555555555555555);
  x0 = v128.xor(x0, i64x2.shl(t, 1)), x1 = v128.xor(x1, t);
  t = differing(x2, x3, 1, 0x5555555555555555);
  x2 = v128.xor(x2, i64x2.shl(t, 1)), x3 = v128.xor(x3, t);
  t = differing(x4, x5, 1, 0x5555555555555555);
  x4 = v128.xor(x4, i64x2.shl(t, 1)), x5 = v128.xor(x5, t);
  t = differing(x6, x7, 1, 0x5555555555555555);
  x6 = v128.xor(x6, i64x2.shl(t, 1)), x7 = v128.xor(x7, t);
  v128.store(even, x0);
  v128.store(even + pair, x2);
  v128.store(even + 2 * pair, x4);
  v128.store(even + 3 * pair, x6);
  v128.store(odd, x1);
  v128.store(odd + pair, x3);
  v128.store(odd + 2 * pair, x5);
  v128.store(odd + 3 * pair, x7);
}
