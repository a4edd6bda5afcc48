// 128 rows of bits, `rowBytes` apart, to one 16-byte block per column; `groups` groups of 128 columns.
// Bytes are transposed 16 x 16 by interleaving, then the bits of each byte 8 x 8 by three delta swaps.
import { high, low } from './transpose-bytes';

export function transpose(rows: usize, rowBytes: usize, groups: usize, blocks: usize): void {
  for (let k: usize = 0; k < groups; k++) {
    for (let g: usize = 0; g < 8; g++) sixteenRows(rows + g * 16 * rowBytes + (k << 4), rowBytes, blocks + (k << 11) + (g << 1));
  }
}

// @ts-ignore: decorator
@inline function swapBits(x: v128): v128 {
  let t = v128.and(v128.xor(x, i64x2.shr_u(x, 7)), i64x2.splat(0x00aa00aa00aa00aa));
  x = v128.xor(v128.xor(x, t), i64x2.shl(t, 7));
  t = v128.and(v128.xor(x, i64x2.shr_u(x, 14)), i64x2.splat(0x0000cccc0000cccc));
  x = v128.xor(v128.xor(x, t), i64x2.shl(t, 14));
  t = v128.and(v128.xor(x, i64x2.shr_u(x, 28)), i64x2.splat(0x00000000f0f0f0f0));
  return v128.xor(v128.xor(x, t), i64x2.shl(t, 28));
}

// `column` holds byte column j of 16 rows: eight pieces of 16 bits, for the blocks of columns 8j .. 8j+7.
// @ts-ignore: decorator
@inline function scatter(column: v128, blocks: usize, j: usize): void {
  const x = swapBits(column);
  const y = v128.shuffle<u8>(x, x, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  const o = blocks + (j << 7);
  v128.store_lane<u16>(o, y, 0);
  v128.store_lane<u16>(o + 16, y, 1);
  v128.store_lane<u16>(o + 32, y, 2);
  v128.store_lane<u16>(o + 48, y, 3);
  v128.store_lane<u16>(o + 64, y, 4);
  v128.store_lane<u16>(o + 80, y, 5);
  v128.store_lane<u16>(o + 96, y, 6);
  v128.store_lane<u16>(o + 112, y, 7);
}

// @ts-ignore: decorator
@inline function sixteenRows(s: usize, n: usize, d: usize): void {
  const r0 = v128.load(s), r1 = v128.load(s + n), r2 = v128.load(s + 2 * n), r3 = v128.load(s + 3 * n);
  const r4 = v128.load(s + 4 * n), r5 = v128.load(s + 5 * n), r6 = v128.load(s + 6 * n), r7 = v128.load(s + 7 * n);
  const r8 = v128.load(s + 8 * n), r9 = v128.load(s + 9 * n), ra = v128.load(s + 10 * n), rb = v128.load(s + 11 * n);
  const rc = v128.load(s + 12 * n), rd = v128.load(s + 13 * n), re = v128.load(s + 14 * n), rf = v128.load(s + 15 * n);
  const a0 = low(r0, r8), a1 = high(r0, r8), a2 = low(r1, r9), a3 = high(r1, r9);
  const a4 = low(r2, ra), a5 = high(r2, ra), a6 = low(r3, rb), a7 = high(r3, rb);
  const a8 = low(r4, rc), a9 = high(r4, rc), aa = low(r5, rd), ab = high(r5, rd);
  const ac = low(r6, re), ad = high(r6, re), ae = low(r7, rf), af = high(r7, rf);
  const b0 = low(a0, a8), b1 = high(a0, a8), b2 = low(a1, a9), b3 = high(a1, a9);
  const b4 = low(a2, aa), b5 = high(a2, aa), b6 = low(a3, ab), b7 = high(a3, ab);
  const b8 = low(a4, ac), b9 = high(a4, ac), ba = low(a5, ad), bb = high(a5, ad);
  const bc = low(a6, ae), bd = high(a6, ae), be = low(a7, af), bf = high(a7, af);
  const c0 = low(b0, b8), c1 = high(b0, b8), c2 = low(b1, b9), c3 = high(b1, b9);
  const c4 = low(b2, ba), c5 = high(b2, ba), c6 = low(b3, bb), c7 = high(b3, bb);
  const c8 = low(b4, bc), c9 = high(b4, bc), ca = low(b5, bd), cb = high(b5, bd);
  const cc = low(b6, be), cd = high(b6, be), ce = low(b7, bf), cf = high(b7, bf);
  scatter(low(c0, c8), d, 0);
  scatter(high(c0, c8), d, 1);
  scatter(low(c1, c9), d, 2);
  scatter(high(c1, c9), d, 3);
  scatter(low(c2, ca), d, 4);
  scatter(high(c2, ca), d, 5);
  scatter(low(c3, cb), d, 6);
  scatter(high(c3, cb), d, 7);
  scatter(low(c4, cc), d, 8);
  scatter(high(c4, cc), d, 9);
  scatter(low(c5, cd), d, 10);
  scatter(high(c5, cd), d, 11);
  scatter(low(c6, ce), d, 12);
  scatter(high(c6, ce), d, 13);
  scatter(low(c7, cf), d, 14);
  scatter(high(c7, cf), d, 15);
}
