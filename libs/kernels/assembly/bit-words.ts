// Packed bits as words 0 and 1: two words at a time, of which each takes its bit from a copy of the byte.

// @ts-ignore: decorator
@inline function pair(byte: v128, bits: v128): v128 {
  return i64x2.shr_u(i64x2.eq(v128.and(byte, bits), bits), 63);
}

export function bitsToWords(target: usize, bits: usize, count: usize): void {
  for (const end = target + ((count & ~7) << 3); target < end; target += 64, bits++) {
    const byte = i64x2.splat(load<u8>(bits));
    v128.store(target, pair(byte, i64x2(1, 2)));
    v128.store(target, pair(byte, i64x2(4, 8)), 16);
    v128.store(target, pair(byte, i64x2(16, 32)), 32);
    v128.store(target, pair(byte, i64x2(64, 128)), 48);
  }
  for (let i: u32 = 0; i < <u32>(count & 7); i++) store<u64>(target + (i << 3), (load<u8>(bits) >> <u8>i) & 1);
}
