// Products x&y of 64-bit words, bit by bit, from 64 one-bit transfers each; the low bit of a pad is used. Pads are words.

export function bitSend(pads0: usize, pads1: usize, x: usize, corrections: usize, shares: usize, count: usize): void {
  for (let p: usize = 0; p < count; p++, pads0 += 512, pads1 += 512) {
    const r0 = gather(pads0);
    const o = p << 3;
    store<u64>(corrections + o, r0 ^ gather(pads1) ^ load<u64>(x + o));
    store<u64>(shares + o, load<u64>(shares + o) ^ r0);
  }
}

export function bitReceive(pads: usize, y: usize, corrections: usize, shares: usize, count: usize): void {
  for (let p: usize = 0; p < count; p++, pads += 512) {
    const o = p << 3;
    store<u64>(shares + o, load<u64>(shares + o) ^ gather(pads) ^ (load<u64>(y + o) & load<u64>(corrections + o)));
  }
}

// @ts-ignore: decorator
@inline function gather(pads: usize): u64 {
  let word: u64 = 0;
  for (let i: usize = 0; i < 64; i++) word |= (load<u64>(pads + (i << 3)) & 1) << i;
  return word;
}
