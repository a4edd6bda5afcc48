// SoftSpoken: from 2^k streams, their sum and, for each bit j, the sum of the streams whose number has bit j set.

export function fold(k: usize, leaves: usize, leafStride: usize, u: usize, v: usize, rowStride: usize, bytes: usize, scratch: usize): void {
  if (k == 4) fold4(leaves, leafStride, u, v, rowStride, bytes);
  else foldAny(k, leaves, leafStride, u, v, rowStride, bytes, scratch);
}

// Halves the streams k times: odd ones add up to a row, pairs go on. `scratch` holds 2^(k-1) blocks.
function foldAny(k: usize, leaves: usize, leafStride: usize, u: usize, v: usize, rowStride: usize, bytes: usize, scratch: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    let half: usize = (<usize>1) << (k - 1);
    let odds = i64x2(0, 0);
    for (let m: usize = 0; m < half; m++) {
      const p = leaves + 2 * m * leafStride + i;
      const odd = v128.load(p + leafStride);
      odds = v128.xor(odds, odd);
      v128.store(scratch + (m << 4), v128.xor(v128.load(p), odd));
    }
    v128.store(v + i, odds);
    for (let j: usize = 1; j < k; j++) {
      half >>= 1;
      odds = i64x2(0, 0);
      for (let m: usize = 0; m < half; m++) {
        const odd = v128.load(scratch + (m << 5), 16);
        odds = v128.xor(odds, odd);
        v128.store(scratch + (m << 4), v128.xor(v128.load(scratch + (m << 5)), odd));
      }
      v128.store(v + j * rowStride + i, odds);
    }
    v128.store(u + i, v128.load(scratch));
  }
}

function fold4(leaves: usize, stride: usize, u: usize, v: usize, rowStride: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    let p = leaves + i;
    let odd = v128.load(p + stride);
    const s0 = v128.xor(v128.load(p), odd);
    let v0 = odd;
    p += 2 * stride;
    odd = v128.load(p + stride);
    const s1 = v128.xor(v128.load(p), odd);
    v0 = v128.xor(v0, odd);
    p += 2 * stride;
    odd = v128.load(p + stride);
    const s2 = v128.xor(v128.load(p), odd);
    v0 = v128.xor(v0, odd);
    p += 2 * stride;
    odd = v128.load(p + stride);
    const s3 = v128.xor(v128.load(p), odd);
    v0 = v128.xor(v0, odd);
    p += 2 * stride;
    odd = v128.load(p + stride);
    const s4 = v128.xor(v128.load(p), odd);
    v0 = v128.xor(v0, odd);
    p += 2 * stride;
    odd = v128.load(p + stride);
    const s5 = v128.xor(v128.load(p), odd);
    v0 = v128.xor(v0, odd);
    p += 2 * stride;
    odd = v128.load(p + stride);
    const s6 = v128.xor(v128.load(p), odd);
    v0 = v128.xor(v0, odd);
    p += 2 * stride;
    odd = v128.load(p + stride);
    const s7 = v128.xor(v128.load(p), odd);
    v0 = v128.xor(v0, odd);
    const v1 = v128.xor(v128.xor(s1, s3), v128.xor(s5, s7));
    const t0 = v128.xor(s0, s1), t1 = v128.xor(s2, s3), t2 = v128.xor(s4, s5), t3 = v128.xor(s6, s7);
    const v3 = v128.xor(t2, t3);
    v128.store(v + i, v0);
    v128.store(v + rowStride + i, v1);
    v128.store(v + 2 * rowStride + i, v128.xor(t1, t3));
    v128.store(v + 3 * rowStride + i, v3);
    v128.store(u + i, v128.xor(v128.xor(t0, t1), v3));
  }
}
