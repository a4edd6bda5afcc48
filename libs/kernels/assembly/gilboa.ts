// Products x*y in Z_2^64 from 64 transfers each (Gilboa): transfer i carries r0 or r1 + d, of which only the low 64 - i bits count
// because the result is shifted by i. Pads lie at base + i*bitStride + p*productStride.
//
// A correction is 32 words and a half: word 0 is d_0, word i (1..31) is d_i | d_{64-i} << (64 - i), and d_32 is 32 bits wide.
// Word i of product p stands at corrections + (i*count + p)*8, the halves behind all words.

export function gilboaSend(
  pads0: usize, pads1: usize, bitStride: usize, productStride: usize, x: usize, corrections: usize, shares: usize, count: usize,
): void {
  const halves = corrections + (count << 8);
  for (let p: usize = 0; p < count; p++) {
    const r0 = pads0 + p * productStride, r1 = pads1 + p * productStride;
    const value = load<u64>(x + (p << 3));
    let out = corrections + (p << 3);
    let pad = load<u64>(r0);
    let sum = pad;
    store<u64>(out, pad - load<u64>(r1) + value);
    for (let i: usize = 1; i < 32; i++) {
      const near = i * bitStride, far = (64 - i) * bitStride;
      out += count << 3;
      const padNear = load<u64>(r0 + near), padFar = load<u64>(r0 + far);
      const dNear = padNear - load<u64>(r1 + near) + value;
      const dFar = padFar - load<u64>(r1 + far) + value;
      // d_i keeps its low 64 - i bits, d_{64-i} its low i bits on top of them.
      store<u64>(out, ((dNear << i) >> i) | (dFar << (64 - i)));
      sum += (padNear << i) + (padFar << (64 - i));
    }
    pad = load<u64>(r0 + 32 * bitStride);
    store<u32>(halves + (p << 2), <u32>(pad - load<u64>(r1 + 32 * bitStride) + value));
    store<u64>(shares + (p << 3), load<u64>(shares + (p << 3)) - sum - (pad << 32));
  }
}

// y at yBase + p*yStep: 8 for one factor per product, 0 for one factor in all.
export function gilboaReceive(
  pads: usize, bitStride: usize, productStride: usize, y: usize, yStep: usize, corrections: usize, shares: usize, count: usize,
): void {
  const halves = corrections + (count << 8);
  for (let p: usize = 0; p < count; p++) {
    const r = pads + p * productStride;
    const factor = load<u64>(y + p * yStep);
    let at = corrections + (p << 3);
    let sum = load<u64>(r) + (load<u64>(at) & -(factor & 1));
    for (let i: usize = 1; i < 32; i++) {
      at += count << 3;
      const word = load<u64>(at);
      sum += (load<u64>(r + i * bitStride) + (word & -((factor >> i) & 1))) << i;
      sum += (load<u64>(r + (64 - i) * bitStride) + ((word >> (64 - i)) & -((factor >> (64 - i)) & 1))) << (64 - i);
    }
    sum += (load<u64>(r + 32 * bitStride) + (<u64>load<u32>(halves + (p << 2)) & -((factor >> 32) & 1))) << 32;
    store<u64>(shares + (p << 3), load<u64>(shares + (p << 3)) + sum);
  }
}
