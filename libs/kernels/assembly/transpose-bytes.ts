// 16 rows of 16 bytes, `stride` apart, to their columns: columns 0..7 from `left` on, 8..15 from `right` on, `columnStride` apart. A row or a
// column may lie where another does: all rows are read first. Four perfect shuffles of the rows, which move the number of a byte in
// its row into the number of its row, bit by bit.

// @ts-ignore: decorator
@inline function low(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
// @ts-ignore: decorator
@inline function high(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

export function transposeBytes(rows: usize, stride: usize, left: usize, right: usize, columnStride: usize): void {
  const r0 = v128.load(rows), r1 = v128.load(rows + stride);
  const r2 = v128.load(rows + 2 * stride), r3 = v128.load(rows + 3 * stride);
  const r4 = v128.load(rows + 4 * stride), r5 = v128.load(rows + 5 * stride);
  const r6 = v128.load(rows + 6 * stride), r7 = v128.load(rows + 7 * stride);
  const r8 = v128.load(rows + 8 * stride), r9 = v128.load(rows + 9 * stride);
  const ra = v128.load(rows + 10 * stride), rb = v128.load(rows + 11 * stride);
  const rc = v128.load(rows + 12 * stride), rd = v128.load(rows + 13 * stride);
  const re = v128.load(rows + 14 * stride), rf = v128.load(rows + 15 * stride);
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
  v128.store(left, low(c0, c8));
  v128.store(left + columnStride, high(c0, c8));
  v128.store(left + 2 * columnStride, low(c1, c9));
  v128.store(left + 3 * columnStride, high(c1, c9));
  v128.store(left + 4 * columnStride, low(c2, ca));
  v128.store(left + 5 * columnStride, high(c2, ca));
  v128.store(left + 6 * columnStride, low(c3, cb));
  v128.store(left + 7 * columnStride, high(c3, cb));
  v128.store(right, low(c4, cc));
  v128.store(right + columnStride, high(c4, cc));
  v128.store(right + 2 * columnStride, low(c5, cd));
  v128.store(right + 3 * columnStride, high(c5, cd));
  v128.store(right + 4 * columnStride, low(c6, ce));
  v128.store(right + 5 * columnStride, high(c6, ce));
  v128.store(right + 6 * columnStride, low(c7, cf));
  v128.store(right + 7 * columnStride, high(c7, cf));
}
